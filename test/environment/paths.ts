/** Where the tests find things and leave things. */
import { mkdirSync } from 'node:fs'
import { join, resolve } from 'node:path'

export const root = resolve(import.meta.dirname, '../..')
export const oracleFolder = join(root, 'test/conformance/oracle')

/** Logs and reports of this run; `test-artifacts/` is not committed. */
export function artifact(name: string): string {
  const folder = join(root, 'test-artifacts')
  mkdirSync(folder, { recursive: true })
  return join(folder, name)
}
