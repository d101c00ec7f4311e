/** Models: objects with named fields, which remember what the client sent. */
import type { Json, JsonObject } from '../values/json.ts'
import { isRecord, missing, setOwn } from './containers.ts'
import type { Description, JsonSchema } from './json-schema.ts'
import { type Infer, type Invalid, invalid, type Reading, type Schema } from './reading.ts'

export type Shape = { readonly [name: string]: Schema<unknown> }
export type Fields<S extends Shape> = { -readonly [Name in keyof S]: Infer<S[Name]> }
export type Extended<S extends Shape, More extends Shape> = Omit<S, keyof More> & More

export interface ModelOptions {
  /** What happens to keys that are no field: ignored by default, as by pydantic. */
  extra?: 'forbid' | 'ignore' | 'allow'
  /** Fields that have an alias may also be sent by their names. */
  populateByName?: boolean
  /** Fields that the JSON Schema calls required though they have a default. */
  shownAsRequired?: readonly string[]
}

export interface Model<S extends Shape> extends Schema<Fields<S>> {
  readonly name: string
  readonly shape: S
  readonly options: ModelOptions
  /** A model with more fields; those of the same name take the place of the old ones. Validators do not come along. */
  extend<More extends Shape>(name: string, more: More, options?: ModelOptions): Model<Extended<S, More>>
}

export interface Field {
  name: string
  /** Where the value is looked for. */
  key: string
  schema: Schema<unknown>
}

export function fieldsOf(shape: Shape): Field[] {
  return Object.entries(shape).map(([name, schema]) => {
    const key = schema.alias ?? name
    // Every object seems to have such a key, and asking whether it is its own would cost all the others.
    if (key in Object.prototype) throw new RangeError(`a field cannot be called ${key}`)
    return { name, key, schema }
  })
}

/** An object with the given fields. */
export function model<S extends Shape>(name: string, shape: S, options: ModelOptions = {}): Model<S> {
  const fields = fieldsOf(shape)
  const { extra = 'ignore', populateByName = false } = options
  const keys = new Set(fields.map((field) => field.key))
  const origin: Origin = { fields, populateByName, extra }
  const keysByName = new Map(populateByName ? fields.map((field) => [field.name, field.key]) : [])

  function read(input: Json | undefined, reading: Reading): Record<string, unknown> | Invalid {
    if (!isRecord(input)) return notModel(input, reading)
    reading.strict()
    const output: Record<string, unknown> = {}
    let valid = true
    let sent = 0
    for (let index = 0; index < fields.length; index++) {
      const field = fields[index]
      if (field === undefined) break
      const { key, schema } = field
      let given = input[key]
      if (given === undefined && populateByName) given = input[field.name]
      if (given !== undefined) {
        sent++
        const mark = reading.issues.length
        const value = schema.read(given, reading)
        if (value !== invalid) output[field.name] = value
        else {
          reading.within(input[key] === undefined ? field.name : key, mark)
          valid = false
        }
      } else if (schema.fallback !== undefined) output[field.name] = schema.fallback.make()
      else {
        missing(key, input, reading)
        valid = false
      }
    }
    reading.fieldsSet = Math.max(reading.fieldsSet, 0) + sent
    // More keys than fields that were sent: some must be unknown.
    if (extra !== 'ignore' && Object.keys(input).length > sent && !readExtras(input, output, reading)) valid = false
    if (!valid) return invalid
    new ModelValue(output, input, origin)
    return output
  }

  /** Keys that are no field: kept or refused. */
  function readExtras(input: JsonObject, output: Record<string, unknown>, reading: Reading): boolean {
    let valid = true
    for (const key of Object.keys(input)) {
      const alias = keysByName.get(key)
      if (keys.has(key) || (alias !== undefined && input[alias] === undefined)) continue
      const value = input[key]
      if (extra === 'allow') setOwn(output, key, value)
      else {
        const mark = reading.issues.length
        reading.fail('extra_forbidden', 'Extra inputs are not permitted', value)
        reading.within(key, mark)
        valid = false
      }
    }
    return valid
  }

  return {
    name,
    shape,
    options,
    label: () => name,
    hasOwnTitle: () => true,
    // The fields were read by the schemas of the shape, one by one: that is its type.
    read: read as Model<S>['read'],
    describe: (description) => description.reference(name, () => describeModel(name, fields, options, description)),
    extend: (longerName, more, changes) => model(longerName, { ...shape, ...more }, { ...options, ...changes }),
  }
}

export function notModel(input: Json | undefined, reading: Reading): Invalid {
  return reading.fail('model_attributes_type', 'Input should be a valid dictionary or object to extract fields from', input)
}

function describeModel(name: string, fields: readonly Field[], options: ModelOptions, description: Description): JsonSchema {
  const properties = Object.fromEntries(fields.map(({ key, schema }) => [key, description.field(key, schema)]))
  const shown = options.shownAsRequired ?? []
  const required = fields.filter((field) => field.schema.fallback === undefined).map((field) => field.key)
  required.push(...shown.filter((key) => !required.includes(key)))
  return {
    type: 'object',
    title: name,
    properties,
    ...(required.length === 0 ? {} : { required }),
    ...(options.extra === 'forbid' ? { additionalProperties: false } : {}),
    ...(options.extra === 'allow' ? { additionalProperties: true } : {}),
  }
}

/** A model that is one value without a name of its own: pydantic's RootModel. */
export function root<Output>(name: string, schema: Schema<Output>): Schema<Output> {
  return {
    label: () => name,
    hasOwnTitle: () => true,
    read(input, reading) {
      reading.strict()
      return schema.read(input, reading)
    },
    describe: (description) => description.reference(name, () => ({ ...schema.describe(description), title: name })),
  }
}

/** What a model knows about all of its values. */
interface Origin {
  fields: readonly Field[]
  populateByName: boolean
  extra: 'forbid' | 'ignore' | 'allow'
}

/** Makes a class of objects that exist already. */
class Existing {
  constructor(value: object) {
    // biome-ignore lint/correctness/noConstructorReturn: this is what puts the private fields of a subclass into plain objects
    return value
  }
}

/**
 * Where the value of a model came from, in private fields of the value itself: invisible, gone with it, and fifteen times as
 * fast as a WeakMap.
 */
class ModelValue extends Existing {
  readonly #input: JsonObject
  readonly #origin: Origin

  constructor(value: object, input: JsonObject, origin: Origin) {
    super(value)
    this.#input = input
    this.#origin = origin
  }

  static has(value: object): value is ModelValue {
    return #origin in value
  }

  /** A value that takes the place of what a model has read remembers the same. */
  static inherit(value: unknown, from: unknown): void {
    if (typeof value !== 'object' || value === null || #origin in value) return
    if (typeof from === 'object' && from !== null && #origin in from) new ModelValue(value, from.#input, from.#origin)
  }

  static sentFields(value: object): Set<string> {
    if (!(#origin in value)) throw new TypeError('only what a model has read knows what was sent')
    const input = value.#input
    const { fields, populateByName, extra } = value.#origin
    const sent = fields.filter(({ key, name }) => input[key] !== undefined || (populateByName && input[name] !== undefined))
    const names = new Set(sent.map((field) => field.name))
    if (extra === 'allow') {
      const keys = new Set(fields.map((field) => field.key))
      for (const key of Object.keys(input)) if (!keys.has(key)) names.add(key)
    }
    return names
  }
}

export const inheritSent: (value: unknown, from: unknown) => void = ModelValue.inherit

/** Whether a model has read the value. */
export const isModelValue = (value: object): boolean => ModelValue.has(value)

/** The names of the fields that the client sent (with `extra: 'allow'` also the other keys). */
export const sentFields = (value: object): Set<string> => ModelValue.sentFields(value)

/** The value with only the fields that the client sent, here and in the models within it. */
export function onlySent<Value extends object>(value: Value): Partial<Value> {
  const result: Record<string, unknown> = {}
  const sent = sentFields(value)
  for (const [key, each] of Object.entries(value)) if (sent.has(key)) setOwn(result, key, onlySentWithin(each))
  return result as Partial<Value>
}

function onlySentWithin(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(onlySentWithin)
  if (typeof value !== 'object' || value === null) return value
  if (isModelValue(value)) return onlySent(value)
  if (Object.getPrototypeOf(value) !== Object.prototype) return value
  const result: Record<string, unknown> = {}
  for (const [key, each] of Object.entries(value)) setOwn(result, key, onlySentWithin(each))
  return result
}
