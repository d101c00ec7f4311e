/** Schemas made of schemas: defaults, null, functions before and after, recursion. */
import type { Json } from '../values/json.ts'
import { anyOf } from './json-schema.ts'
import { inheritSent } from './model.ts'
import { type Fallback, type Invalid, invalid, type Reading, type Schema } from './reading.ts'

/** What a validator throws to say that a value is not right. */
export class ValueError extends Error {}

/** Also takes null. */
export function nullable<Output>(schema: Schema<Output>): Schema<Output | null> {
  return {
    label: () => `nullable[${schema.label()}]`,
    hasOwnTitle: schema.hasOwnTitle,
    ...(schema.takesMany ? { takesMany: true } : {}),
    read: (input, reading) => (input === null ? null : schema.read(input, reading)),
    describe: (description) => anyOf([schema.describe(description), { type: 'null' }]),
  }
}

/**
 * A field that may be absent. A plain default shows in the JSON Schema, one that is made by a function does not (pydantic's
 * `default_factory`).
 */
export function optional<Output>(schema: Schema<Output>, value: NoInfer<Output> | (() => NoInfer<Output>)): Schema<Output>
/** Null may be the default of what does not take null. */
export function optional<Output>(schema: Schema<Output>, value: null): Schema<Output | null>
export function optional<Output>(schema: Schema<Output>, value: Output | (() => Output)): Schema<Output> {
  const fallback: Fallback<Output> = isFactory(value) ? { make: value, shown: undefined } : { make: () => copy(value), shown: value }
  return { ...schema, label: () => `default[${schema.label()}]`, fallback }
}

const isFactory = <Output>(value: Output | (() => Output)): value is () => Output => typeof value === 'function'

/** Nobody may change the default itself; values of classes never change. */
function copy<Value>(value: Value): Value {
  if (Array.isArray(value)) return structuredClone(value)
  if (typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype) return structuredClone(value)
  return value
}

/** A field whose key in JSON is not its name. */
export function alias<Output>(key: string, schema: Schema<Output>): Schema<Output> {
  return { ...schema, alias: key }
}

/** Runs `report` on the value that was read; what it returns is a problem. `name` is the function's in the reference. */
export function check<Output>(
  schema: Schema<Output>,
  report: (value: Output) => string | null,
  name: string = report.name,
): Schema<Output> {
  return {
    ...schema,
    label: () => `function-after[${name}(), ${schema.label()}]`,
    read(input, reading) {
      const value = schema.read(input, reading)
      if (value === invalid) return invalid
      const problem = report(value)
      return problem === null ? value : valueError(problem, input, reading)
    },
  }
}

/** Changes the value that was read. `change` may throw ValueError. */
export function after<Input, Output>(schema: Schema<Input>, change: (value: Input) => Output, name: string = change.name): Schema<Output> {
  const { alias: key, fallback, takesMany } = schema
  const rest: { alias?: string; fallback?: Fallback<Output>; takesMany?: true } = {}
  if (key !== undefined) rest.alias = key
  if (takesMany !== undefined) rest.takesMany = takesMany
  if (fallback !== undefined) rest.fallback = { make: () => change(fallback.make()), shown: fallback.shown }
  return {
    ...rest,
    hasOwnTitle: schema.hasOwnTitle,
    label: () => `function-after[${name}(), ${schema.label()}]`,
    read(input, reading) {
      const value = schema.read(input, reading)
      if (value === invalid) return invalid
      const changed = attempt(() => change(value), input, reading)
      inheritSent(changed, value)
      return changed
    },
    describe: (description) => schema.describe(description),
  }
}

/** Changes what is read. `change` may throw ValueError; what it returns must be new when it is not the input. */
export function before<Output>(
  change: (input: Json) => Json | undefined,
  schema: Schema<Output>,
  name: string = change.name,
): Schema<Output> {
  return {
    ...schema,
    label: () => `function-before[${name}(), ${schema.label()}]`,
    read(input, reading) {
      const changed = attempt(() => change(input ?? null), input, reading)
      return changed === invalid ? invalid : schema.read(changed, reading)
    },
  }
}

function attempt<Output>(run: () => Output, input: Json | undefined, reading: Reading): Output | Invalid {
  try {
    return run()
  } catch (error) {
    if (!(error instanceof ValueError)) throw error
    return valueError(error.message, input, reading)
  }
}

/** FastAPI writes the exception in `ctx` as an empty object. */
export function valueError(message: string, input: Json | undefined, reading: Reading): Invalid {
  return reading.fail('value_error', `Value error, ${message}`, input, { error: {} })
}

/** A schema that is known later, for recursion. */
export function lazy<Output>(find: () => Schema<Output>): Schema<Output> {
  let found: Schema<Output> | undefined
  const schema = (): Schema<Output> => {
    found ??= find()
    return found
  }
  return {
    label: () => schema().label(),
    hasOwnTitle: () => schema().hasOwnTitle(),
    read: (input, reading) => schema().read(input, reading),
    describe: (description) => schema().describe(description),
  }
}
