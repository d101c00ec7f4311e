/** The JSON Schema of a schema, in pydantic's words, for the OpenAPI document. */
import type { Schema } from './reading.ts'

export type JsonSchema = { [keyword: string]: unknown }

/** What a description is made for: the values that are read, or those that are written. */
export type Mode = 'validation' | 'serialization'

export class Description {
  readonly mode: Mode
  /** The models and enumerations met so far, by name. */
  readonly components: Record<string, JsonSchema>

  constructor(mode: Mode, components: Record<string, JsonSchema>) {
    this.mode = mode
    this.components = components
  }

  /** A reference to the component `name`, which is described when it is met first. */
  reference(name: string, describe: () => JsonSchema): JsonSchema {
    if (this.components[name] === undefined) {
      // Present before it is described: models may contain themselves.
      this.components[name] = {}
      this.components[name] = describe()
    }
    return { $ref: `#/components/schemas/${name}` }
  }

  /** A field of a model: its schema with title and default. */
  field(name: string, schema: Schema<unknown>): JsonSchema {
    const described = { ...schema.describe(this) }
    if (!schema.hasOwnTitle) described['title'] = titleOf(name)
    const shown = schema.fallback?.shown
    // FastAPI drops nulls from the document, so a default of null does not show.
    if (shown !== undefined && shown !== null) described['default'] = shown
    return described
  }
}

/** Describes `schema`; models and enumerations go to `components`. */
export function jsonSchema(schema: Schema<unknown>, mode: Mode, components: Record<string, JsonSchema>): JsonSchema {
  return schema.describe(new Description(mode, components))
}

/** Python's `name.title().replace('_', ' ').strip()`. */
export function titleOf(name: string): string {
  return name
    .toLowerCase()
    .replace(/(?<![a-z])[a-z]/g, (letter) => letter.toUpperCase())
    .replaceAll('_', ' ')
    .trim()
}
