/** TOML files and their tables. */
import { readFileSync } from 'node:fs'
import { parse, TomlError } from 'smol-toml'
import { SettingsError } from '../settings-error.ts'

export type TomlTable = Readonly<Record<string, unknown>>

/** The file's text, or undefined when there is none. */
export function readTextFile(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'EISDIR' || error.code === 'ENOTDIR'))
      return undefined
    throw new SettingsError(`${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`, { cause: error })
  }
}

/** The tables of a TOML file; undefined when there is no file. */
export function readToml(file: string): TomlTable | undefined {
  const source = readTextFile(file)
  if (source === undefined) return undefined
  try {
    return parse(source)
  } catch (error) {
    if (!(error instanceof TomlError)) throw error
    throw new SettingsError(`${file} is not valid TOML: ${firstLine(error.message)} (line ${error.line})`, { cause: error })
  }
}

function firstLine(message: string): string {
  return message.split('\n', 1)[0] ?? message
}

/** What stands at a path of keys. */
export function lookUp(table: unknown, keys: readonly string[]): unknown {
  return keys.reduce((value: unknown, key) => (isTable(value) ? value[key] : undefined), table)
}

export function isTable(value: unknown): value is TomlTable {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date)
}
