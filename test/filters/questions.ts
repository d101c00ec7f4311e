/** Questions to both servers: every word of every filter, and random combinations of them. */
import { type JsonSchema, jsonSchema } from '../../src/schema/index.ts'
import { isJsonObject, type Json, type JsonObject } from '../../src/values/json.ts'
import { type FilterName, filters } from './catalogue.ts'
import type { Random } from './random.ts'
import type { Rows } from './rows.ts'

const components: Record<string, JsonSchema> = {}
for (const { filter } of Object.values(filters)) jsonSchema(filter.schema, 'validation', components)

/** Makes values of filters whose operands are taken from the rows, so that they find something. */
export class Questions {
  readonly #random: Random
  readonly #rows: Rows

  constructor(random: Random, rows: Rows) {
    this.#random = random
    this.#rows = rows
  }

  /** Every word alone, with several operands. */
  *words(name: FilterName): Generator<JsonObject> {
    yield {}
    for (const [field, criterion] of membersOf(name)) {
      const nested = componentOf(criterion)
      if (nested === null || !isModel(nested)) continue
      yield { [field]: null }
      for (const value of this.#wordsBelow(name, [field], nested)) yield { [field]: value }
    }
  }

  *#wordsBelow(name: FilterName, path: readonly string[], model: string): Generator<JsonObject> {
    yield* this.#required(name, path, model)
    for (const [word, operand] of membersOf(model)) {
      const nested = componentOf(operand)
      if (nested !== null && isModel(nested)) {
        for (const value of this.#wordsBelow(name, [...path, word], nested)) yield { [word]: value }
      } else {
        for (let count = 0; count < 4; count++) yield { [word]: this.#operand(name, [...path, word], operand) }
      }
    }
  }

  *#required(name: FilterName, path: readonly string[], model: string): Generator<JsonObject> {
    if (components[model]?.['required'] === undefined) yield {}
    else yield this.#value(name, path, model)
  }

  /** Any combination. */
  combination(name: FilterName): JsonObject {
    return this.#value(name, [], name)
  }

  #value(name: FilterName, path: readonly string[], model: string): JsonObject {
    const value: JsonObject = {}
    const required = components[model]?.['required'] ?? []
    const members = membersOf(model)
    const wanted = this.#random.some(members, path.length === 0 ? 3 : members.length)
    for (const [member, schema] of members) {
      const must = Array.isArray(required) && required.includes(member)
      if (must || wanted.some(([chosen]) => chosen === member)) value[member] = this.#member(name, [...path, member], schema)
    }
    return value
  }

  #member(name: FilterName, path: readonly string[], schema: JsonSchema): Json {
    const nested = componentOf(schema)
    if (nested !== null && isModel(nested)) return this.#random.below(12) === 0 ? null : this.#value(name, path, nested)
    return nullable(schema) && this.#random.below(10) === 0 ? null : this.#operand(name, path, schema)
  }

  #operand(name: FilterName, path: readonly string[], schema: JsonSchema): Json {
    const choices = componentOf(schema)
    if (choices !== null) return this.#random.pick(enumerationOf(choices))
    const { type, format, items } = notNull(schema)
    const known = this.#known(filters[name].table, path)
    const one = (): string => (this.#random.below(6) === 0 || known.length === 0 ? this.#random.uuid() : this.#random.pick(known))
    if (type === 'boolean') return this.#random.below(2) === 0
    if (type === 'integer') return this.#random.pick([0, 10, 20, 25, 40, -1, 30_000])
    if (format === 'date-time') return this.#random.pick(known)
    if (path.at(-1) === 'query') return this.search()
    if (type === 'string') return this.#part(one())
    const item = isSchema(items) ? items : {}
    const component = componentOf(item)
    if (component !== null) return this.#random.some(enumerationOf(component), 4)
    const list = Array.from({ length: this.#random.below(4) }, one)
    return path.at(-1) === 'startswith_' ? list.map((text) => this.#part(text)) : list
  }

  /** Part of a text, in another case, or with wildcards. */
  #part(text: string): string {
    const start = this.#random.below(text.length + 1)
    const part = text.slice(start, start + 1 + this.#random.below(4))
    return this.#random.pick([part, part, part.toUpperCase(), `${part}%`, `_${part}`, '', '%', '\\'])
  }

  /** The values that the column which `path` asks about has. */
  #known(table: string, path: readonly string[]): string[] {
    const [field = '', word = ''] = path
    const column = (of: string, name: string): Json[] => (this.#rows[of] ?? []).map((row) => row[name] ?? null)
    const source: Record<string, () => Json[]> = {
      'flow_run.state': () => column(table, `state_${word}`),
      'task_run.state': () => column(table, `state_${word}`),
      'flow_run.parent_flow_run_id': () => column('task_run', 'flow_run_id'),
      'flow_run.created_by': () => (word === 'type_' ? ['DEPLOYMENT', 'AUTOMATION'] : column('deployment', 'id')),
      'deployment.flow_or_deployment_name': () => [...column('deployment', 'name'), ...column('flow', 'name')],
      'block_schema.block_capabilities': () => column(table, 'capabilities'),
    }
    const values = (source[`${table}.${field}`] ?? (() => column(table, field)))()
    return values.flat().filter((value) => typeof value === 'string')
  }

  /** A query for the text search, often a strange one. */
  search(): string {
    const parts = [
      'error',
      'ERROR',
      'Timeout',
      'debug',
      '"connection timeout"',
      '"say \\"hi"',
      '"open',
      '"',
      '\\',
      '\\\\',
      'ärger',
      'ÄRGER',
      '50%',
      'a_b',
      'x',
    ]
    const glue = ['-', '+', '!', ' ', '', '"', '\t', '\u00a0', '\u0085', '\ufeff', '- ', '--']
    return Array.from({ length: this.#random.below(5) }, () => this.#random.pick(glue) + this.#random.pick(parts)).join(
      this.#random.pick([' ', '']),
    )
  }

  /** A value with something wrong in it, or several things. */
  broken(name: FilterName): JsonObject {
    const value = this.#value(name, [], name)
    for (let count = 1 + this.#random.below(2); count > 0; count--) this.#break(value)
    return value
  }

  #break(value: JsonObject): void {
    const below = Object.values(value).filter(isJsonObject)
    if (below.length > 0 && this.#random.below(3) > 0) {
      this.#break(this.#random.pick(below))
      return
    }
    const key = this.#random.pick([...Object.keys(value), 'unknown', 'operator'])
    value[key] = this.#random.pick<Json>([
      5,
      1.5,
      'nonsense',
      true,
      [],
      [1],
      ['x', null],
      {},
      { any_: 'x' },
      { like_: 1 },
      '2024-13-01',
      [[]],
    ])
  }
}

function membersOf(model: string): [string, JsonSchema][] {
  const properties = components[model]?.['properties']
  return isSchema(properties) ? Object.entries(properties).filter((entry): entry is [string, JsonSchema] => isSchema(entry[1])) : []
}

/** The component that a schema refers to. */
function componentOf(schema: JsonSchema): string | null {
  const reference = notNull(schema)['$ref']
  return typeof reference === 'string' ? (reference.split('/').at(-1) ?? null) : null
}

function enumerationOf(component: string): string[] {
  const values = components[component]?.['enum']
  return Array.isArray(values) ? values.map(String) : []
}

function isModel(component: string): boolean {
  return components[component]?.['properties'] !== undefined
}

function alternatives(schema: JsonSchema): JsonSchema[] {
  return Array.isArray(schema['anyOf']) ? schema['anyOf'].filter(isSchema) : [schema]
}

function nullable(schema: JsonSchema): boolean {
  return alternatives(schema).some(({ type }) => type === 'null')
}

function notNull(schema: JsonSchema): JsonSchema {
  return alternatives(schema).find(({ type }) => type !== 'null') ?? {}
}

function isSchema(value: unknown): value is JsonSchema {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
