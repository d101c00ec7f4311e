/** The JSON Schema of a schema, in pydantic's words, for the OpenAPI document. */
import type { Schema } from './reading.ts'

export type JsonSchema = { [keyword: string]: unknown }

/** What a description is made for: the values that are read, or those that are written. */
export type Mode = 'validation' | 'serialization'

const suffixes: Record<Mode, string> = { validation: '-Input', serialization: '-Output' }

/** One description: what it is for, and the components it has met. */
export class Description {
  readonly mode: Mode
  /** The models and enumerations met so far, by name. */
  readonly components: Record<string, JsonSchema>
  /** The names of models that contain themselves. */
  readonly recursive: Set<string>
  /** Whether what is described belongs to a model, not to a parameter. */
  inModel = false
  readonly #open: string[] = []

  constructor(mode: Mode, components: Record<string, JsonSchema>, recursive: Set<string>) {
    this.mode = mode
    this.components = components
    this.recursive = recursive
  }

  /** A reference to the component `name`, which is described when it is met first. */
  reference(name: string, describe: () => JsonSchema): JsonSchema {
    const start = this.#open.indexOf(name)
    if (start >= 0) for (const each of this.#open.slice(start)) this.recursive.add(each)
    // pydantic cannot tell that the two descriptions of a model that contains itself are the same.
    const component = this.recursive.has(name) ? name + suffixes[this.mode] : name
    if (start < 0 && this.components[component] === undefined) {
      const { inModel } = this
      this.#open.push(name)
      this.inModel = true
      this.components[component] = describe()
      this.inModel = inModel
      this.#open.pop()
    }
    return { $ref: `#/components/schemas/${component}` }
  }

  /** A field of a model: its schema with title and default. */
  field(name: string, schema: Schema<unknown>): JsonSchema {
    const described = { ...schema.describe(this) }
    if (!schema.hasOwnTitle()) described['title'] = titleOf(name)
    const shown = schema.fallback?.shown
    // FastAPI drops nulls from the document, so a default of null does not show.
    if (shown !== undefined && shown !== null) described['default'] = JSON.parse(JSON.stringify(shown))
    return described
  }

  /** A parameter of a handler. */
  parameter(name: string, schema: Schema<unknown>): JsonSchema {
    const { inModel } = this
    this.inModel = false
    const described = this.field(name, schema)
    this.inModel = inModel
    return described
  }
}

/**
 * Describes `schema`; models and enumerations go to `components`. When all of a document has been described, `settleNames`
 * must see it.
 */
export function jsonSchema(schema: Schema<unknown>, mode: Mode, components: Record<string, JsonSchema>): JsonSchema {
  const rehearsal = new Description(mode, {}, new Set())
  schema.describe(rehearsal)
  return schema.describe(new Description(mode, components, rehearsal.recursive))
}

/** One of several schemas; alternatives of alternatives count as such themselves. */
export function anyOf(schemas: readonly JsonSchema[]): JsonSchema {
  const flat = schemas.flatMap((schema): unknown[] => {
    const inner = schema['anyOf']
    return Array.isArray(inner) && Object.keys(schema).length === 1 ? inner : [schema]
  })
  return { anyOf: [...new Map(flat.map((schema) => [JSON.stringify(schema), schema])).values()] }
}

/** Takes `-Input` and `-Output` away from components that are used in one direction only. */
export function settleNames<Document extends { components: { schemas: Record<string, JsonSchema> } }>(document: Document): Document {
  const { schemas } = document.components
  const counterparts: Record<string, string> = { '-Input': '-Output', '-Output': '-Input' }
  const single = new Map<string, string>()
  for (const name of Object.keys(schemas)) {
    const [, plain, suffix] = /^(.*)(-Input|-Output)$/.exec(name) ?? []
    if (plain !== undefined && suffix !== undefined && schemas[`${plain}${counterparts[suffix]}`] === undefined) single.set(name, plain)
  }
  const renamed = Object.fromEntries(Object.entries(schemas).map(([name, schema]) => [single.get(name) ?? name, schema]))
  // Only names and references change: the shape stays.
  return renameReferences({ ...document, components: { ...document.components, schemas: renamed } }, single) as Document
}

const prefix = '#/components/schemas/'

function renameReferences(value: unknown, names: ReadonlyMap<string, string>): unknown {
  if (Array.isArray(value)) return value.map((each) => renameReferences(each, names))
  if (typeof value !== 'object' || value === null) return value
  const renamed = Object.entries(value).map(([key, each]) => {
    if (key !== '$ref' || typeof each !== 'string') return [key, renameReferences(each, names)]
    const name = each.slice(prefix.length)
    return [key, prefix + (names.get(name) ?? name)]
  })
  return Object.fromEntries(renamed)
}

/** Python's `name.title().replace('_', ' ').strip()`. */
export function titleOf(name: string): string {
  return name
    .toLowerCase()
    .replace(/(?<![a-z])[a-z]/g, (letter) => letter.toUpperCase())
    .replaceAll('_', ' ')
    .trim()
}
