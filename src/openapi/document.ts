/** The OpenAPI document, made of the route tables: what FastAPI makes of the reference's routes, without the descriptions. */
import { operations } from '../resources/index.ts'
import { Description, type JsonSchema, type Mode, type Schema, type Shape, settleNames, string, titleOf, uuid } from '../schema/index.ts'
import { type Described, mainOperations } from './main-operations.ts'
import { bodyNames, defaults, described, further, marks, notNullable, pathParameters } from './particulars.ts'
import { type Reply, replies, validationError } from './replies.ts'
import { tags } from './tags.ts'

export interface OpenApi {
  openapi: string
  info: { title: string; version: string; [more: string]: unknown }
  paths: Record<string, Record<string, JsonSchema>>
  components: { schemas: Record<string, JsonSchema> }
  servers?: { url: string }[]
}

/** The document of all that is served. Making it takes tens of milliseconds. */
export async function openApi(info: OpenApi['info']): Promise<OpenApi> {
  const { default: settingsModels } = await import('./settings-models.json', { with: { type: 'json' } })
  const all = [...mainOperations, ...operations.filter(({ method }) => method !== 'CALL')]
  const recursive = new Set<string>()
  // The names of models that contain themselves must be known before the first of them is described.
  new Writer(recursive).paths(all)
  const writer = new Writer(recursive)
  const paths = writer.paths(all)
  return settleNames({ openapi: '3.1.0', info, paths, components: { schemas: { ...writer.refined(), ...settingsModels } } })
}

const keyOf = ({ method, path }: Pick<Described, 'method' | 'path'>): string => `${method} ${path}`

class Writer {
  readonly #schemas: Record<string, JsonSchema> = {}
  readonly #recursive: Set<string>

  constructor(recursive: Set<string>) {
    this.#recursive = recursive
  }

  paths(operations: readonly Described[]): OpenApi['paths'] {
    const paths: OpenApi['paths'] = {}
    for (const operation of operations) {
      const path = operation.path.replaceAll(/:\w+\}/g, '}')
      paths[path] = { ...paths[path], [operation.method.toLowerCase()]: this.#operation(operation, path) }
    }
    for (const schema of further) this.#describe(schema, 'validation')
    return paths
  }

  /** The components, with what the reference's document says of each. */
  refined(): Record<string, JsonSchema> {
    for (const [name, component] of Object.entries(this.#schemas)) {
      const properties = component['properties']
      if (typeof properties !== 'object' || properties === null) continue
      const refined: Record<string, JsonSchema> = { ...properties }
      for (const key of notNullable[name] ?? []) refined[key] = withoutNull(refined[key] ?? {})
      for (const [key, more] of Object.entries(marks[name] ?? {})) refined[key] = { ...refined[key], ...more }
      for (const [key, schema] of Object.entries(described[name] ?? {})) refined[key] = this.#field(key, schema)
      this.#schemas[name] = { ...component, properties: refined }
    }
    return this.#schemas
  }

  #operation(operation: Described, path: string): JsonSchema {
    const { method, name, body, validates = true } = operation
    const reply = replies[keyOf(operation)]
    if (reply === undefined) throw new RangeError(`${keyOf(operation)} is not in the table of replies`)
    const id = `${`${name}${path}`.replaceAll(/\W/g, '_')}_${method.toLowerCase()}`
    const filed = operation.tags ?? tags[path.split('/')[1] ?? '']
    const refusal = { description: 'Validation Error', ...content(this.#describe(validationError, 'serialization')) }
    return {
      ...(filed === undefined ? {} : { tags: filed }),
      summary: titleOf(name),
      operationId: id,
      ...(reply.deprecated ? { deprecated: true } : {}),
      ...(validates ? { parameters: this.#parameters(operation, reply) } : {}),
      ...(body === undefined ? {} : { requestBody: this.#body(operation, body, id) }),
      responses: {
        [reply.status]: { description: 'Successful Response', ...content(this.#reply(reply, id)) },
        ...(validates ? { 422: refusal } : {}),
      },
    }
  }

  #reply({ body }: Reply, id: string): JsonSchema | undefined {
    const schema = body && this.#describe(body, 'serialization')
    if (schema === undefined || '$ref' in schema || Object.keys(schema).length === 0) return schema
    return { ...schema, title: `Response ${titleOf(id)}` }
  }

  /** One schema stands by itself; parameters of the handler make an object that is named after the operation. */
  #body(operation: Described, body: Schema<unknown>, id: string): JsonSchema {
    const schema = this.#describe(body, 'validation')
    if ('parameters' in body) {
      const name = `Body_${id}`
      this.#schemas[name] = { ...schema, title: name }
      return { ...('required' in schema ? { required: true } : {}), ...content({ $ref: `#/components/schemas/${name}` }) }
    }
    const named = '$ref' in schema ? schema : { ...schema, title: titleOf(bodyNames[keyOf(operation)] ?? 'body') }
    const { fallback } = body
    if (fallback === undefined) return { required: true, ...content(named) }
    return content(fallback.shown === undefined ? named : { ...named, default: fallback.shown })
  }

  #parameters({ path, query }: Described, { headers = {} }: Reply): JsonSchema[] {
    const inPath = [...path.matchAll(/\{(\w+)(?::(\w+))?\}/g)].map(([, name = '', kind]) => {
      const schema = pathParameters[name] ?? (kind === 'uuid' ? uuid() : string())
      return { name, in: 'path', required: true, schema: this.#field(name, schema) }
    })
    const named = (place: string, shape: Shape): JsonSchema[] =>
      Object.entries(shape).map(([key, schema]) => {
        const name = schema.alias ?? key
        const shown = defaults[name]
        const field = this.#field(name, schema)
        const required = schema.fallback === undefined
        return { name, in: place, required, schema: shown === undefined ? field : { ...field, default: shown } }
      })
    const version = { type: 'string', title: 'X-Prefect-Api-Version' }
    return [
      ...inPath,
      ...named('query', query !== undefined && 'parameters' in query ? (query.parameters as Shape) : {}),
      ...named('header', headers),
      { name: 'x-prefect-api-version', in: 'header', required: false, schema: version },
    ]
  }

  #describe(schema: Schema<unknown>, mode: Mode): JsonSchema {
    return schema.describe(new Description(mode, this.#schemas, this.#recursive))
  }

  #field(name: string, schema: Schema<unknown>): JsonSchema {
    return new Description('validation', this.#schemas, this.#recursive).parameter(name, schema)
  }
}

const content = (schema: JsonSchema | undefined): JsonSchema =>
  schema === undefined ? {} : { content: { 'application/json': { schema } } }

function withoutNull({ anyOf, ...rest }: JsonSchema): JsonSchema {
  if (!Array.isArray(anyOf)) return rest
  const [first, ...others] = anyOf.filter((each: JsonSchema) => each['type'] !== 'null')
  return { ...(others.length === 0 ? first : { anyOf: [first, ...others] }), ...rest }
}
