/** The reference: a Python environment with the real prefect, made by the oracle's own setup.sh. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { Missing, once } from './missing.ts'
import { oracleFolder, root } from './paths.ts'
import { findCommand, run } from './processes.ts'

/** The path of a python in which `import prefect` is the reference. */
export const oraclePython = once(async () => {
  const python = process.env['ORACLE_PYTHON'] ?? 'python3'
  if (findCommand(python) === null && !existsSync(python)) throw new Missing(`no ${python}, which runs the reference`)
  const version = await run(python, ['-c', 'import sys, venv, ensurepip; print(sys.version_info >= (3, 10))'])
  if (version.code !== 0) throw new Missing(`${python} cannot make a virtual environment for the reference (Debian: python3-venv)`)
  if (version.output.trim() !== 'True') throw new Missing(`${python} is older than 3.10, which the reference needs`)
  const setup = await run('bash', [join(oracleFolder, 'setup.sh')])
  if (setup.code !== 0) throw new Missing(`the reference could not be installed: ${setup.output.trim().split('\n').slice(-3).join(' | ')}`)
  const path = setup.output.trim().split('\n').at(-1) ?? ''
  if (!existsSync(path)) throw new Error(`setup.sh printed no python: ${setup.output}`)
  return path
})

/** Where the oracle that we copied lies beside this checkout, its copy must be the same; null when it does not. */
export async function oracleCopyDifferences(): Promise<string | null> {
  const original = join(root, '../shared/oracle')
  if (!existsSync(original)) return null
  const { output } = await run('diff', ['-r', '-x', '__pycache__', original, oracleFolder])
  return output
}
