/** The reference and we are asked the same about the same rows: every filter, sort and path between tables, on both databases. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type RelatedFilters, type Target, whereRelated } from '../../src/resources/filtering/related.ts'
import { parseTextSearch } from '../../src/resources/filtering/text-search.ts'
import { collect, type JsonSchema, jsonSchema, type ValidationIssue, validate } from '../../src/schema/index.ts'
import { type Dialect, type Sql, sql } from '../../src/storage/sql.ts'
import { type JsonObject, parseJson } from '../../src/values/json.ts'
import { Missing } from '../environment/missing.ts'
import { type FilterName, filterNames, filters, models, sorts, targetNames, targets } from './catalogue.ts'
import { type Prepared, prepare } from './prepared.ts'
import { Questions } from './questions.ts'
import { harmless, indexed } from './questions-of-ours.ts'
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
    const values = [...ask.words(model), ...times(40, () => ask.combination(model))]
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

const choose = (table: string, where: Sql): Sql => sql`SELECT ${sql.id(table, 'id')} AS id FROM ${sql.id(table)} WHERE ${where}`

describe.each<Dialect>(['sqlite', 'postgres'])(`on %s, FILTERS_SEED=${seed}`, (dialect) => {
  let prepared: Prepared
  let missing: string | undefined
  beforeAll(async () => {
    try {
      prepared = await prepare[dialect](asked)
    } catch (error) {
      if (!(error instanceof Missing)) throw error
      missing = error.message
    }
  }, 300_000)
  beforeEach(({ skip }) => skip(missing !== undefined, missing))
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

  test.each(harmless)('an answer where the reference fails: $name', async ({ table, where, rows: expected }) => {
    const found = await prepared.query(choose(table, where))
    expect(found.length).toBe(expected === 'all' ? rows[table]?.length : 0)
  })

  test.each(indexed)('$name uses an index', async ({ statement, index, sorted = false }) => {
    const plan = await prepared.plan(statement)
    expect(plan).toMatch(index[dialect])
    if (!sorted) expect(plan).not.toMatch(/TEMP B-TREE|Sort/)
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

/** Without what only readers need, and without default nulls, which FastAPI drops. */
function plain(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(plain)
  if (typeof schema !== 'object' || schema === null) return schema
  const kept = Object.entries(schema).filter(
    ([key, value]) => !['description', 'examples', 'deprecated'].includes(key) && !(key === 'default' && value === null),
  )
  return Object.fromEntries(kept.map(([key, value]) => [key, plain(value)]))
}
