/** bin/prefect-server.js in a copy of the project. */
import { execFile, spawn } from 'node:child_process'
import {
  appendFileSync,
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeEach, describe, expect, test } from 'vitest'
import packageJson from '../../../package.json' with { type: 'json' }
import { bundle } from '../../../scripts/build.ts'

const root = fileURLToPath(new URL('../../..', import.meta.url))
const scratch = mkdtempSync(join(tmpdir(), 'launcher-'))
afterAll(() => rmSync(scratch, { recursive: true }))
const greeting = `${packageJson.version} (Prefect 3.8.8)\n`

let project: string
let temporary: string
let count = 0
beforeEach(() => {
  count += 1
  project = join(scratch, `project${count}`)
  temporary = join(scratch, `temporary${count}`)
  mkdirSync(project)
  mkdirSync(temporary)
  for (const part of ['bin', 'src', 'scripts', 'package.json']) cpSync(join(root, part), join(project, part), { recursive: true })
  symlinkSync(join(root, 'node_modules'), join(project, 'node_modules'))
})

interface Ended {
  code: number | null
  signal: NodeJS.Signals | null
  out: string
  error: string
}

function environment(): NodeJS.ProcessEnv {
  const others = Object.entries(process.env).filter(([name]) => !name.startsWith('PREFECT_'))
  return { ...Object.fromEntries(others), TMPDIR: temporary, PREFECT_HOME: project, PREFECT_PROFILES_PATH: join(project, 'profiles.toml') }
}

function start(args: readonly string[], node: string = process.execPath): Promise<Ended> {
  return new Promise((resolve) => {
    const child = execFile(node, [join(project, 'bin/prefect-server.js'), ...args], { env: environment() }, (_, out, error) => {
      resolve({ code: child.exitCode, signal: child.signalCode, out, error })
    })
  })
}

const cached = (folder = join(project, '.cache')): string[] => readdirSync(folder).sort()

describe('in a checkout', () => {
  test('the first start makes a bundle, later ones use it until a source changes', async () => {
    expect(await start(['--version'])).toEqual({ code: 0, signal: null, out: greeting, error: '' })
    const [first] = cached()
    expect(cached()).toEqual([expect.stringMatching(/^bundle-[0-9a-f]{16}$/)])
    await start(['--version'])
    expect(cached()).toEqual([first])
    appendFileSync(join(project, 'src/cli/version.ts'), '\n// changed\n')
    expect((await start(['--version'])).code).toBe(0)
    expect(cached()).toHaveLength(2)
  })

  test('first starts at the same time all work and leave one bundle', async () => {
    const ended = await Promise.all([1, 2, 3].map(() => start(['--version'])))
    for (const one of ended) expect(one).toEqual({ code: 0, signal: null, out: greeting, error: '' })
    expect(cached()).toEqual([expect.stringMatching(/^bundle-/)])
  })

  test('an installation that cannot be written to uses a folder of the user in the temporary one', async () => {
    writeFileSync(join(project, '.cache'), 'not a folder')
    expect(await start(['status', '--url', 'http://127.0.0.1:9/api'])).toMatchObject({ code: 1, error: '' })
    const [folder = ''] = readdirSync(temporary)
    expect(folder).toMatch(/^prefect-server-/)
    expect(cached(join(temporary, folder))).toEqual([expect.stringMatching(/^bundle-/), 'node_modules'])
    expect((await start(['--version'])).out).toBe(greeting)
    expect(cached(join(temporary, folder))).toHaveLength(2)
  })

  test('nothing is run from a folder that others can write to', async () => {
    writeFileSync(join(project, '.cache'), 'not a folder')
    const folder = join(temporary, `prefect-server-${process.getuid?.() ?? 'user'}`)
    mkdirSync(folder)
    chmodSync(folder, 0o777)
    const { code, error } = await start(['--version'])
    expect(code).toBe(1)
    expect(error).toMatch(/^prefect-server: There is no place for the bundle: [^\n]+\n$/)
  })

  test('a source that does not compile is one message, not a stack trace of the launcher', async () => {
    writeFileSync(join(project, 'src/cli/version.ts'), 'export const = 1\n')
    const { code, error } = await start(['--version'])
    expect(code).toBe(1)
    expect(error).toContain('src/cli/version.ts')
    expect(error).not.toContain('bin/bundle.js')
    expect(cached()).toEqual([])
  })

  test('errors point into the sources', async () => {
    const file = join(project, 'src/cli/status.ts')
    writeFileSync(file, "\n\n\nexport function showStatus(): number {\n  throw new Error('on purpose')\n}\n")
    const child = spawn(process.execPath, [join(project, 'bin/prefect-server.js'), 'status'], {
      env: { ...environment(), PREFECT_DEBUG_MODE: '1' },
    })
    let error = ''
    for await (const chunk of child.stderr) error += String(chunk)
    expect(error).toMatch(/^prefect-server: on purpose\nError: on purpose\n\s+at .*src\/cli\/status\.ts:5:9\)/)
  })
})

test('a package has dist/ and no sources', async () => {
  rmSync(join(project, 'src'), { recursive: true })
  rmSync(join(project, 'scripts'), { recursive: true })
  await bundle(join(project, 'dist'))
  expect(await start(['--version'])).toEqual({ code: 0, signal: null, out: greeting, error: '' })
  expect(existsSync(join(project, '.cache'))).toBe(false)
})

/** A Node of another version, if this machine has one: the launcher must then hand over to the packaged one. */
async function anotherNode(): Promise<string | undefined> {
  for (const folder of [...(process.env.PATH ?? '').split(delimiter), '/usr/bin', '/usr/local/bin']) {
    const node = join(folder, 'node')
    if (!existsSync(node)) continue
    const version = await new Promise<string>((resolve) => execFile(node, ['--version'], (_, out) => resolve(out)))
    if (/^v(20|24)\./.test(version)) return node
  }
  return undefined
}

const other = await anotherNode()

describe.skipIf(other === undefined)('under another Node (skipped where there is none)', () => {
  test('the exit code is passed on', async () => {
    expect(await start(['--version'], other)).toMatchObject({ code: 0, out: greeting })
    expect((await start(['--nonsense'], other)).code).toBe(2)
    expect((await start(['--port', 'x'], other)).code).toBe(1)
  })

  test.each(['SIGTERM', 'SIGINT'] as const)('%s ends the server cleanly', async (signal) => {
    const child = spawn(other ?? '', [join(project, 'bin/prefect-server.js'), '--port', '4439', '--no-services'], { env: environment() })
    const ended = new Promise((resolve) => child.on('exit', (code, by) => resolve({ code, by })))
    await new Promise<void>((resolve) => child.stdout.on('data', (text) => String(text).includes(':4439') && resolve()))
    child.kill(signal)
    expect(await ended).toEqual({ code: 0, by: null })
  })

  test('a missing package is told', async () => {
    rmSync(join(project, 'node_modules'))
    const { code, error } = await start(['--version'], other)
    expect(code).toBe(1)
    expect(error).toMatch(/^prefect-server: this runs on Node 22, not [\d.]+, and the package node-[^\n]+\n$/)
  })
})
