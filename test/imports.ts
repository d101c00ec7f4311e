/** Import direction and import cycles of src/: what may know what. */
import { globSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { root } from './environment/paths.ts'
import type { Tally } from './tally.ts'

const anything = ['config', 'schema', 'values', 'logging', 'metrics']

/** Folder of src/ → the folders it may import from, besides itself. */
const arrows: Readonly<Record<string, readonly string[]>> = {
  values: [],
  logging: ['values'],
  metrics: [],
  schema: ['values'],
  config: ['values', 'logging'],
  orchestration: ['values'],
  schedules: ['values', 'schema'],
  events: ['values', 'schema', 'config', 'schedules'],
  storage: [...anything, 'events'],
  broker: [...anything, 'events'],
  resources: [...anything, 'storage', 'orchestration', 'events', 'schedules'],
  actors: [...anything, 'resources', 'storage', 'orchestration', 'events', 'schedules', 'broker'],
  http: [...anything, 'actors', 'resources', 'events', 'broker', 'storage'],
  openapi: ['schema', 'values', 'resources', 'events'],
  cli: ['openapi', ...anything, 'http', 'actors', 'resources', 'storage', 'events', 'broker'],
}

/** Package → the only places that know it. */
const owners: Readonly<Record<string, RegExp>> = {
  'better-sqlite3': /^storage\/sqlite\//,
  pg: /^storage\/postgres\//,
  ioredis: /^(broker\/redis|actors\/leadership)/,
  'uWebSockets.js': /^http\/uws(\.d)?\.ts$/,
  yargs: /^cli\//,
  piscina: /^actors\//,
}

/** Folders whose code does no I/O: no package, no module of Node but these. */
const pure = new Set(['values', 'orchestration', 'schedules'])
const pureModules = new Set(['node:crypto', 'temporal-polyfill'])

interface Import {
  from: string
  specifier: string
}

export async function checkImports(tally: Tally): Promise<void> {
  const source = join(root, 'src')
  const files = globSync('**/*.ts', { cwd: source }).sort()
  const imports = files.flatMap((from) => specifiers(readFileSync(join(source, from), 'utf8')).map((specifier) => ({ from, specifier })))
  // `import type` is erased: two files whose types name each other load no cycle.
  const loaded = files.flatMap((from) => {
    const text = readFileSync(join(source, from), 'utf8').replaceAll(/^(?:import|export) type\b[^;]*?from\s*'[^']+'/gm, '')
    return specifiers(text).map((specifier) => ({ from, specifier }))
  })
  await tally.check(`direction of ${imports.length} imports in ${files.length} files`, async () => {
    const wrong = imports.flatMap(fault)
    if (wrong.length > 0) throw new Error(`\n${wrong.join('\n')}`)
  })
  await tally.check('no import cycle', async () => {
    const cycle = findCycle(files, loaded)
    if (cycle !== null) throw new Error(cycle.join('\n  → '))
  })
}

/** What a file imports, types and dynamic imports included. */
export function specifiers(text: string): string[] {
  const code = text.replaceAll(/^\s*(\/\/|\/?\*).*$/gm, '')
  const statements = /^(?:import|export)\b[^'"`;]*?\bfrom\s*'([^']+)'|^import\s*'([^']+)'|\bimport\(\s*'([^']+)'/gm
  return [...code.matchAll(statements)].map(([, from, bare, dynamic]) => from ?? bare ?? dynamic ?? '')
}

function fault({ from, specifier }: Import): string[] {
  const folder = from.split('/')[0] ?? ''
  const allowed = arrows[folder]
  if (allowed === undefined) return [`src/${from}: the folder ${folder}/ is not in the table of test/imports.ts`]
  // The version is written down in one place.
  if (specifier === '../../package.json' && from === 'cli/version.ts') return []
  if (specifier.startsWith('.')) {
    const target = resolve(from, specifier).split('/')[0] ?? ''
    return target === folder || allowed.includes(target)
      ? []
      : [`src/${from} imports ${specifier}: ${folder} may import ${allowed.join(', ') || 'nothing'}`]
  }
  const owner = owners[specifier]
  if (owner !== undefined && !owner.test(from)) return [`src/${from} imports ${specifier}, which only ${owner.source} may`]
  if (pure.has(folder) && !pureModules.has(specifier)) return [`src/${from} imports ${specifier}: ${folder} is pure`]
  return []
}

const resolve = (from: string, specifier: string): string => relative('.', join(dirname(from), specifier))

function findCycle(files: readonly string[], imports: readonly Import[]): string[] | null {
  const targets = new Map<string, string[]>(files.map((file) => [file, []]))
  for (const { from, specifier } of imports) if (specifier.startsWith('.')) targets.get(from)?.push(resolve(from, specifier))
  const done = new Set<string>()
  const visit = (file: string, path: readonly string[]): string[] | null => {
    if (path.includes(file)) return [...path.slice(path.indexOf(file)), file]
    if (done.has(file)) return null
    for (const target of targets.get(file) ?? []) {
      const cycle = visit(target, [...path, file])
      if (cycle !== null) return cycle
    }
    done.add(file)
    return null
  }
  for (const file of files) {
    const cycle = visit(file, [])
    if (cycle !== null) return cycle
  }
  return null
}
