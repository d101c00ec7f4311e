/** The settings of many environments and files, against what the reference made of them (generate-reference-settings.py). */
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { loadSettings, type Settings } from '../../../src/config/settings.ts'
import { SettingsError } from '../../../src/config/settings-error.ts'
import { settingsTable } from '../../../src/config/table/index.ts'
import type { Json } from '../../../src/values/json.ts'

interface Case {
  title: string
  env: Record<string, string>
  files: Record<string, string>
  settings: Record<string, Json> | 'refused'
}

const lines = readFileSync(new URL('fixtures/reference-settings.jsonl', import.meta.url), 'utf8')
  .trim()
  .split('\n')
const cases: Case[] = lines.map((line) => JSON.parse(line))
const [first] = cases
if (first === undefined || first.settings === 'refused') throw new Error('the first case must give the defaults')
const defaults = first.settings

/** Where we differ, and why. */
const exceptions: Record<string, string> = {
  "PREFECT_SERVER_API_CSRF_TOKEN_EXPIRATION='999999999 days'": 'microseconds are whole numbers up to 285 years; this one is rounded',
}

const files: Record<string, string> = {
  dotenv: '.env',
  prefect: 'prefect.toml',
  pyproject: 'pyproject.toml',
  profiles: 'profiles.toml',
  usual: '../user/.prefect/profiles.toml',
}

let scratch: string
beforeAll(() => {
  scratch = realpathSync(mkdtempSync(join(tmpdir(), 'settings-')))
})
afterAll(() => rmSync(scratch, { recursive: true }))

describe('settings are those of the reference', () => {
  test.each(cases.map((entry, number) => ({ number, ...entry })))('$number $title', ({ number, env, files: contents, settings, title }) => {
    const folder = join(scratch, `case${number}`)
    const home = join(scratch, 'user')
    rmSync(home, { recursive: true, force: true })
    for (const path of [folder, home]) mkdirSync(path)
    const place = (text: string): string => text.replaceAll('$DIR', () => folder)
    for (const [key, text] of Object.entries(contents)) {
      const file = join(folder, files[key] ?? '')
      mkdirSync(dirname(file), { recursive: true })
      writeFileSync(file, place(text))
    }
    const environment = { HOME: home, ...Object.fromEntries(Object.entries(env).map(([key, text]) => [key, place(text)])) }
    const portable = (value: Json): Json =>
      JSON.parse(
        JSON.stringify(value)
          .replaceAll(folder, () => '$DIR')
          .replaceAll(home, () => '$HOME'),
      )
    const expected = { ...defaults, 'server.analytics_enabled': false, ...(number === 0 ? {} : settings !== 'refused' && settings) }
    if (exceptions[title] !== undefined) expect(portable(shown(loadSettings(environment, folder)))).not.toEqual(expected)
    else if (settings === 'refused') expect(() => loadSettings(environment, folder)).toThrow(SettingsError)
    else expect(portable(shown(loadSettings(environment, folder)))).toEqual(expected)
  })
})

/** All settings of the reference with their secrets, by dotted name; lists of texts are sets, in order. */
function shown(settings: Settings): Record<string, Json> {
  const entries = settingsTable
    .filter(({ own }) => !own)
    .map(({ name, path, kind }): [string, Json] => {
      const value = settings.get(name)
      const json = kind.secret === true && typeof value === 'string' ? value : kind.write(value)
      return [path, Array.isArray(json) && json.every((item) => typeof item === 'string') ? json.toSorted() : json]
    })
  return Object.fromEntries(entries)
}
