/** Runs a vitest project in a process of its own and takes over its counts. */
import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { artifact, root } from './environment/paths.ts'
import { run } from './environment/processes.ts'
import type { Tally } from './tally.ts'

interface Report {
  testResults: { name: string; message: string; status: string; assertionResults: { status: string; fullName: string }[] }[]
}

export async function runVitest(tally: Tally, project: string, env: NodeJS.ProcessEnv): Promise<void> {
  const report = artifact(`vitest-${project}-${env['PREFECT_TEST_BACKEND'] ?? 'all'}.json`)
  await rm(report, { force: true })
  const args = ['run', '--project', project, '--reporter=dot', '--reporter=json', `--outputFile.json=${report}`]
  const { code } = await run(process.execPath, [join(root, 'node_modules/vitest/vitest.mjs'), ...args], {
    cwd: root,
    env: { ...process.env, ...env },
    echo: true,
  })
  const { testResults } = JSON.parse(await readFile(report, 'utf8')) as Report
  const tests = testResults.flatMap((file) => file.assertionResults)
  tally.pass(tests.filter(({ status }) => status === 'passed').length)
  for (const { fullName, status } of tests) {
    if (status === 'failed') tally.fail(fullName, 'see above')
    else if (status !== 'passed') tally.skip(fullName, `vitest says ${status}`)
  }
  // a file that cannot be loaded has no tests to fail
  for (const file of testResults) {
    if (file.status === 'failed' && !file.assertionResults.some(({ status }) => status === 'failed')) tally.fail(file.name, file.message)
  }
  if (code !== 0 && tally.failed === 0) tally.fail(`vitest ${project}`, `exit code ${code}`)
}
