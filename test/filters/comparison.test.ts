/** The reference and we are asked the same about the same rows: every filter, sort and path between tables, on both databases. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Sqlite from 'better-sqlite3'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type RelatedFilters, type Target, whereRelated } from '../../src/resources/filtering/related.ts'
import { parseTextSearch } from '../../src/resources/filtering/text-search.ts'
import { collect, type JsonSchema, jsonSchema, type ValidationIssue, validate } from '../../src/schema/index.ts'
import { type Dialect, render, type Sql, sql } from '../../src/storage/sql.ts'
import { type JsonObject, parseJson } from '../../src/values/json.ts'
import { oraclePython } from '../environment/oracle.ts'
import { createDatabase } from '../environment/postgres.ts'
import { run } from '../environment/processes.ts'
import { type FilterName, filterNames, filters, models, sorts, targetNames, targets } from './catalogue.ts'
import { Questions } from './questions.ts'
import { Random } from './random.ts'
import { makeRows } from './rows.ts'

const seed = Number(process.env['FILTERS_SEED'] ?? Date.now() % 1_000_000)
const random = new Random(seed)
const rows = makeRows(random)
const ask = new Questions(random, rows)
const times = <Item>(count: number, make: (index: number) => Item): Item[] => Array.from({ length: count }, (_, index) => make(index))

const asked = {
  rows,
  filters: filterNames.flatMap((model) => {
    const values = [...ask.words(model), ...times(60, () => ask.combination(model))]
    return values.flatMap((value) => withOperators(model, value)).map((value) => ({ model, table: filters[model].table, value }))
  }),
  related: targetNames.flatMap((target) => times(80, () => relatedQuestion(target))),
  sorts: sorts.flatMap(({ name, table, words }) => words.map((word) => ({ model: name, table, word }))),
  errors: filterNames.flatMap((model) => times(40, () => ({ model, value: ask.broken(model) }))),
  searches: times(400, () => ask.search()),
  schemas: filterNames,
}

/** The value with either operator, where the model has one. */
function withOperators(model: FilterName, value: JsonObject): JsonObject[] {
  return model === 'BlockTypeFilter' ? [value] : [value, { ...value, operator: 'or_' }]
}

function relatedQuestion(target: Target): { target: Target; models: typeof models; filters: Record<string, JsonObject> } {
  const kinds = random.some(targets[target], 3)
  const wanted = kinds.map((kind) => [kind, random.below(4) === 0 ? {} : ask.combination(models[kind])])
  return { target, models, filters: Object.fromEntries(wanted) }
}

interface Answers {
  filters: string[][]
  related: string[][]
  sorts: [string, string][][]
  errors: ValidationIssue[][]
  searches: object[]
  schemas: Record<string, JsonSchema>
}

interface Prepared {
  answers: Answers
  query(statement: Sql): Promise<string[]>
  close(): Promise<void>
}

const prepare: Record<Dialect, () => Promise<Prepared>> = {
  async sqlite() {
    const folder = await mkdtemp(join(tmpdir(), 'prefect-filters-'))
    const path = join(folder, 'prefect.db')
    const answers = await reference(`sqlite+aiosqlite:///${path}`)
    const database = new Sqlite(path, { readonly: true })
    return {
      answers,
      async query(statement) {
        const { text, parameters } = render(statement, 'sqlite')
        return database
          .prepare(text)
          .pluck()
          .all(...parameters)
          .map(String)
      },
      async close() {
        database.close()
        await rm(folder, { recursive: true })
      },
    }
  },
  async postgres() {
    const { url, drop } = await createDatabase('filters')
    const answers = await reference(url.replace('postgresql://', 'postgresql+asyncpg://'))
    const client = new pg.Client({ connectionString: url })
    await client.connect()
    return {
      answers,
      async query(statement) {
        const { text, parameters } = render(statement, 'postgres')
        const found = await client.query<{ id: string }>({ text, values: parameters })
        return found.rows.map(({ id }) => id)
      },
      async close() {
        await client.end()
        await drop()
      },
    }
  },
}

async function reference(url: string): Promise<Answers> {
  const script = join(import.meta.dirname, 'reference.py')
  const env = { ...process.env, PREFECT_API_DATABASE_CONNECTION_URL: url, PREFECT_LOGGING_LEVEL: 'CRITICAL' }
  const { code, output } = await run(await oraclePython(), [script], { env, input: JSON.stringify(asked) })
  if (code !== 0) throw new Error(`the reference gave no answers: ${output}`)
  return JSON.parse(output.slice(output.indexOf('{"filters"')))
}

const choose = (table: string, where: Sql): Sql => sql`SELECT ${sql.id(table, 'id')} AS id FROM ${sql.id(table)} WHERE ${where}`

describe.each<Dialect>(['sqlite', 'postgres'])(`on %s, FILTERS_SEED=${seed}`, (dialect) => {
  let prepared: Prepared
  beforeAll(async () => {
    prepared = await prepare[dialect]()
  }, 120_000)
  afterAll(() => prepared?.close())

  test.each(filterNames)('%s chooses the same rows', async (name) => {
    let chosen = 0
    for (const [index, { model, table, value }] of asked.filters.entries()) {
      if (model !== name) continue
      const { filter } = filters[model]
      const ours = await prepared.query(choose(table, filter.where(validate(filter.schema, wire(value)))))
      expect.soft({ value, ids: ours.sort() }).toEqual({ value, ids: prepared.answers.filters[index]?.sort() })
      if (ours.length > 0 && ours.length < (rows[table] ?? []).length) chosen++
    }
    // Questions that everything or nothing answers would prove little.
    expect(chosen).toBeGreaterThan(5)
  })

  test.each(targetNames)('%s are chosen by the same relatives', async (name) => {
    let chosen = 0
    for (const [index, { target, filters: wanted }] of asked.related.entries()) {
      if (target !== name) continue
      const table = filters[models[target]].table
      const read: RelatedFilters = {}
      for (const [kind, value] of Object.entries(wanted))
        Object.assign(read, { [kind]: validate(filters[modelOf(kind)].filter.schema, wire(value)) })
      const where = whereRelated(target, read)
      const ours = await prepared.query(choose(table, where))
      expect.soft({ wanted, ids: ours.sort() }).toEqual({ wanted, ids: prepared.answers.related[index]?.sort() })
      if (ours.length > 0 && ours.length < (rows[table] ?? []).length) chosen++
    }
    expect(chosen).toBeGreaterThan(5)
  })

  test.each(asked.sorts.map((question, index) => ({ ...question, index })))('$model $word', async ({ model, table, word, index }) => {
    const sort = sorts.find(({ name }) => name === model)?.sort
    const theirs = prepared.answers.sorts[index] ?? []
    const keys = new Map(theirs)
    const ours = await prepared.query(
      sql`SELECT ${sql.id(table, 'id')} AS id FROM ${sql.id(table)} ORDER BY ${sort?.orderBy(word) ?? sql.empty}`,
    )
    expect(ours.length).toBe(rows[table]?.length)
    // Rows with equal keys have no order.
    expect(ours.map((id) => keys.get(id))).toEqual(theirs.map(([, key]) => key))
  })

  test('what is wrong with a value', () => {
    for (const [index, { model, value }] of asked.errors.entries()) {
      const issues: ValidationIssue[] = []
      collect(filters[model].filter.schema, wire(value), [], issues)
      const brief = (issue: ValidationIssue): object => ({ type: issue.type, loc: issue.loc, msg: issue.msg })
      expect.soft({ value, issues: issues.map(brief) }).toEqual({ value, issues: prepared.answers.errors[index]?.map(brief) })
    }
  })

  test('how a search is read', () => {
    for (const [index, query] of asked.searches.entries()) {
      expect.soft({ query, ...parseTextSearch(query) }).toEqual({ query, ...prepared.answers.searches[index] })
    }
  })

  test.each(filterNames)('%s has the same JSON schema', (name) => {
    const components: Record<string, JsonSchema> = {}
    jsonSchema(filters[name].filter.schema, 'validation', components)
    const { $defs, ...root } = prepared.answers.schemas[name] ?? {}
    expect(components).toEqual(plain({ ...Object($defs), [name]: root }))
  })
})

/** As it arrives. */
const wire = (value: JsonObject) => parseJson(JSON.stringify(value))

function modelOf(kind: string): FilterName {
  const found = Object.entries(models).find(([name]) => name === kind)
  if (found === undefined) throw new Error(`no such kind: ${kind}`)
  return found[1]
}

/** Without descriptions and examples, and without default nulls, which FastAPI drops. */
function plain(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(plain)
  if (typeof schema !== 'object' || schema === null) return schema
  const kept = Object.entries(schema).filter(
    ([key, value]) =>
      !(['description', 'examples'].includes(key) && typeof value !== 'object') &&
      key !== 'examples' &&
      !(key === 'default' && value === null),
  )
  return Object.fromEntries(kept.map(([key, value]) => [key, plain(value)]))
}
