// The entry of `npm test`, in plain JavaScript: whatever Node starts it, the tests run on the Node 22 that npm installed.
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const packaged = fileURLToPath(new URL('../node_modules/.bin/node', import.meta.url))
if (!existsSync(packaged) && Number(process.versions.node.split('.')[0]) !== 22) {
  console.error('node_modules holds no Node 22 for this machine: run `npm ci`, or start the tests with a Node 22.')
  process.exit(1)
}
const { status } = spawnSync(
  existsSync(packaged) ? packaged : process.execPath,
  ['--disable-warning=ExperimentalWarning', fileURLToPath(new URL('run.ts', import.meta.url)), ...process.argv.slice(2)],
  { stdio: 'inherit' },
)
process.exit(status ?? 1)
