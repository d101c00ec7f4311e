/** The tarball of `npm run package`, installed as a user would, and the server that it puts on the path. */
import { cp, mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { root } from '../environment/paths.ts'
import { freePort } from '../environment/ports.ts'
import { findCommand, run, start, waitUntil } from '../environment/processes.ts'
import { environmentWithoutPrefect, isHealthy } from '../environment/servers.ts'
import type { Tally } from '../tally.ts'

export async function packageStep(tally: Tally): Promise<void> {
  const scratch = await mkdtemp(join(tmpdir(), 'prefect-package.'))
  const prefix = join(scratch, 'prefix')
  const server = join(prefix, 'bin/prefect-server')
  try {
    await tally.check('npm run package makes a tarball', async () => {
      const copy = join(scratch, 'project')
      for (const part of ['bin', 'scripts', 'src', 'package.json', 'README.md', '.npmrc', 'tsconfig.json']) {
        await cp(join(root, part), join(copy, part), { recursive: true })
      }
      await cp(join(root, 'node_modules'), join(copy, 'node_modules'), { recursive: true, verbatimSymlinks: true })
      await succeed('npm', ['run', '--silent', 'package'], copy)
    })
    await tally.check('npm install --global puts prefect-server on the path', async () => {
      const [tarball] = (await readdir(join(scratch, 'project'))).filter((name) => name.endsWith('.tgz'))
      if (tarball === undefined) throw new Error('there is no tarball')
      await succeed('npm', ['install', '--global', '--prefix', prefix, join(scratch, 'project', tarball)], scratch)
      const { output } = await run(server, ['--version'], { env: environment(prefix) })
      if (!output.includes('(Prefect 3.8.8)')) throw new Error(`--version says ${output}`)
    })
    await tally.check('it serves, and stops when it is asked', async () => {
      const port = await freePort()
      const env = { ...environment(prefix), PREFECT_HOME: join(scratch, 'home') }
      const running = start(server, ['--port', String(port)], { env, log: join(scratch, 'server.log'), cwd: scratch })
      await waitUntil('the installed server', () => isHealthy(`http://127.0.0.1:${port}/api`), { process: running, seconds: 60 })
      running.kill('SIGTERM')
      const code = await running.exited
      if (code !== 0) throw new Error(`exit code ${code}`)
    })
  } finally {
    await rm(scratch, { recursive: true, force: true })
  }
}

/** As on a user's machine: the project's own packages are not on the path. */
function environment(prefix: string): NodeJS.ProcessEnv {
  const path = (process.env['PATH'] ?? '').split(delimiter).filter((folder) => !folder.includes('node_modules'))
  return { ...environmentWithoutPrefect(), PATH: [join(prefix, 'bin'), ...path].join(delimiter) }
}

async function succeed(command: string, args: readonly string[], cwd: string): Promise<void> {
  const found = findCommand(command) ?? command
  const { code, output } = await run(found, args, { cwd, env: environmentWithoutPrefect() })
  if (code !== 0) throw new Error(`${command} ${args.join(' ')}: exit code ${code}\n${output}`)
}
