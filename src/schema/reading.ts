/**
 * The heart of the schema layer: what a schema is, and the state of one reading.
 *
 * A reader returns its value, or `invalid` after it has reported at least one issue (unless the reading is quiet). Nobody carries the place along: an
 * issue starts with an empty `loc`, and every reader on the way out puts its key in front. So valid input costs nothing.
 */
import type { Json } from '../values/json.ts'
import type { Description, JsonSchema } from './json-schema.ts'

/** One entry of a 422: pydantic's shape. */
export interface ValidationIssue {
  type: string
  loc: (string | number)[]
  msg: string
  input: unknown
  ctx?: Record<string, unknown>
}

/** What a reader returns when the input is not valid. */
export const invalid: unique symbol = Symbol('invalid')
export type Invalid = typeof invalid

export interface Schema<Output> {
  /** Reads parsed JSON; undefined stands for what is absent. */
  read(input: Json | undefined, reading: Reading): Output | Invalid
  /** What unions put into the place of a member's issue. */
  label(): string
  /** The JSON Schema of the values. */
  describe(description: Description): JsonSchema
  /** Models and enumerations have a title of their own, so fields do not give them theirs. */
  hasOwnTitle(): boolean
  /** What an absent field takes; without it a field is required. */
  readonly fallback?: Fallback<Output>
  /** The key in JSON, where it is not the field's name. */
  readonly alias?: string
  /** Lists and sets take all values of a query parameter. */
  readonly takesMany?: true
}

export interface Fallback<Output> {
  make(): Output
  /** Shown in the JSON Schema: undefined when the default is made anew for each value. */
  shown: unknown
}

export type Infer<S> = S extends Schema<infer Output> ? Output : never

/** How well a value fitted; unions take the best. */
export const Fit = { lax: 0, strict: 1, exact: 2 } as const

/** The state of one reading. */
export class Reading {
  readonly issues: ValidationIssue[] = []
  fit: number = Fit.exact
  /** How many fields of models the input had; -1 when there was no model. */
  fieldsSet = -1
  /** Whether only the outcome counts, as while a union looks for the member that fits: issues are not collected. */
  quiet = false

  /** The value needed coercion. */
  lax(): void {
    this.fit = Fit.lax
  }

  /** The value has another type that needs no thought: an integer for a number, an object for a model. */
  strict(): void {
    if (this.fit === Fit.exact) this.fit = Fit.strict
  }

  fail(type: string, msg: string, input: unknown, ctx?: Record<string, unknown>): Invalid {
    if (this.quiet) return invalid
    const issue: ValidationIssue = { type, loc: [], msg, input: input === undefined ? null : input }
    if (ctx !== undefined) issue.ctx = ctx
    this.issues.push(issue)
    return invalid
  }

  /** Puts `key` in front of the places of all issues since `mark` (a number of issues). */
  within(key: string | number, mark: number): Invalid {
    for (let index = mark; index < this.issues.length; index++) this.issues[index]?.loc.unshift(key)
    return invalid
  }
}

/** The input does not fit its schema: becomes a 422. */
export class InvalidInput extends Error {
  readonly issues: readonly ValidationIssue[]
  /** The whole body, as far as it could be read. */
  readonly body: unknown

  constructor(issues: readonly ValidationIssue[], body: unknown) {
    super(issues.map((issue) => `${issue.loc.join('.')}: ${issue.msg}`).join('; '))
    this.name = 'InvalidInput'
    this.issues = issues
    this.body = body
  }
}

/** Reads `input`; appends what is wrong to `issues`, each with its place below `loc`. */
export function collect<Output>(
  schema: Schema<Output>,
  input: Json | undefined,
  loc: readonly (string | number)[],
  issues: ValidationIssue[],
): Output | Invalid {
  const reading = new Reading()
  const value = schema.read(input, reading)
  if (value !== invalid) return value
  for (const issue of reading.issues) issue.loc.unshift(...loc)
  issues.push(...reading.issues)
  return invalid
}

/** Reads `input` or throws InvalidInput. */
export function validate<Output>(schema: Schema<Output>, input: Json | undefined, loc: readonly (string | number)[] = ['body']): Output {
  const issues: ValidationIssue[] = []
  const value = collect(schema, input, loc, issues)
  if (value === invalid) throw new InvalidInput(issues, input ?? null)
  return value
}
