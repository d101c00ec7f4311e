// Starts a command under Node 22, whatever Node runs it. Plain JavaScript that Node 20 understands.
import { spawn } from 'node:child_process'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

const neededNode = 22

/** Runs the function `command` of the bundle's main module with the arguments of this process, which then ends. */
export async function launch(script, command) {
  if (process.versions.node.split('.')[0] !== String(neededNode)) {
    runUnder(packagedNode(), script)
    return
  }
  process.title = 'prefect-server'
  const { findBundle } = await import('./bundle.js')
  const bundle = await findBundle().catch((error) => fail(`prefect-server: ${error.message}`))
  process.setSourceMapsEnabled(true)
  const main = await import(bundle)
  process.exit(await main[command](process.argv.slice(2)))
}

/** Runs the script under another Node, passes signals on, and ends as it ended. */
function runUnder(node, script) {
  const child = spawn(node, [...process.execArgv, script, ...process.argv.slice(2)], { stdio: 'inherit' })
  // On a terminal Ctrl-C reaches the whole group, the child included; a second SIGINT would cut its shutdown short.
  const onTerminal = process.stdin.isTTY || process.stdout.isTTY || process.stderr.isTTY
  const pass = (signal) => {
    if (!(signal === 'SIGINT' && onTerminal)) child.kill(signal)
  }
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP']
  for (const signal of signals) process.on(signal, pass)
  child.on('error', (error) => fail(`prefect-server: ${node} does not start: ${error.message}`))
  child.on('exit', (code, signal) => {
    for (const name of signals) process.off(name, pass)
    if (signal === null) process.exit(code ?? 1)
    process.kill(process.pid, signal)
  })
}

/** The Node 22 that comes as a package. */
function packagedNode() {
  const name = `node-${process.platform}-${process.arch}`
  try {
    return join(dirname(createRequire(import.meta.url).resolve(`${name}/package.json`)), 'bin', 'node')
  } catch {
    return fail(
      `prefect-server: this runs on Node ${neededNode}, not ${process.versions.node}, and the package ${name} that brings the right one ` +
        `is not installed: install with optional dependencies, or start it with Node ${neededNode}.`,
    )
  }
}

function fail(message) {
  process.stderr.write(`${message}\n`)
  process.exit(1)
}
