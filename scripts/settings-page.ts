/** Writes docs/settings.md from the settings table: `node scripts/settings-page.ts`. */
import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { Derived, type Setting, type Use } from '../src/config/definition.ts'
import { settingsTable } from '../src/config/table/index.ts'

const page = new URL('../docs/settings.md', import.meta.url)
const begin = '<!-- The tables below are made by scripts/settings-page.ts. -->'

const parts: readonly { title: string; text: string; has: (setting: Setting) => boolean }[] = [
  {
    title: 'Of this server alone',
    text: 'The reference does not have these; `PREFECT_REDIS_MESSAGING_…` are those of its Redis plugin.',
    has: ({ own }) => own,
  },
  { title: 'Of the server', text: 'They mean what they mean to the reference.', has: withUse('server') },
  {
    title: 'Without effect here',
    text: 'Accepted; who sets one to something else than its default is told so at start.',
    has: withUse('inert'),
  },
  {
    title: 'Of the client',
    text: 'Flows, workers and the CLI read these from the same files; the server only shows them.',
    has: withUse('client'),
  },
]

function withUse(use: Use): (setting: Setting) => boolean {
  return (setting) => !setting.own && setting.use === use
}

/** The page with its tables made anew. */
export function settingsPage(): string {
  const text = readFileSync(page, 'utf8')
  const head = text.slice(0, text.indexOf(begin) + begin.length)
  return `${[head, ...parts.map((part) => `## ${part.title}\n\n${part.text}\n\n${tableOf(settingsTable.filter(part.has))}`)].join('\n\n')}\n`
}

function tableOf(settings: readonly Setting[]): string {
  return ['| variable | value | default | |', '| --- | --- | --- | --- |', ...settings.map(rowOf)].join('\n')
}

function rowOf({ name, also, kind, default: defaultValue, help, instead }: Setting): string {
  const older = also === undefined ? '' : `<br>\`${also}\``
  const secret = kind.secret === true ? ' (secret)' : ''
  const effect = instead === undefined ? '' : ` No effect: ${instead}.`
  const cells = [`\`${name}\`${older}`, `${kind.accepts}${secret}`, defaultText(kind, defaultValue), `${help}${effect}`]
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`
}

function defaultText(kind: Setting['kind'], value: unknown): string {
  if (value instanceof Derived) return value.text
  if (value === null || value === '') return ''
  const json = kind.write(value)
  return typeof json === 'string' ? `\`${json}\`` : `\`${JSON.stringify(json)}\``
}

if (process.argv[1] === fileURLToPath(import.meta.url)) writeFileSync(page, settingsPage())
