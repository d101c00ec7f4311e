/**
 * SQL as values: a template tag that composes, and is rendered for a dialect at the last moment.
 *
 *     const where = sql`flow_id = ${flowId} AND ${olderThan}`
 *     render(sql`SELECT * FROM flow_run WHERE ${where}`, 'postgres')
 *
 * Interpolated values are always parameters; text that is not (names, keywords) goes through `sql.id` and `sql.raw`. What
 * the two databases spell differently is written side by side with `sql.dialect`.
 */
import { Duration } from '../values/duration.ts'
import { Timestamp } from '../values/timestamp.ts'
import { pythonJson } from './python-json.ts'

export type Dialect = 'sqlite' | 'postgres'

/** What may be bound. Objects and arrays for JSON columns go in `json()`, lists of values in `array()`. */
export type Parameter = null | boolean | number | string | bigint | Uint8Array | Timestamp | Duration | JsonParameter | ArrayParameter

/** A parameter for a JSON column or expression, written as JSON text. */
export class JsonParameter {
  readonly text: string
  constructor(value: unknown, spell: (value: unknown) => string = JSON.stringify) {
    this.text = spell(value ?? null)
  }
}

/** A value that PostgreSQL cannot store: text with the character U+0000. Found before the statement is sent. */
export class UnstorableText extends Error {
  constructor() {
    super('text with the character U+0000 cannot be stored')
    this.name = 'UnstorableText'
  }
}

/** A list: a PostgreSQL array of `type`; on SQLite the JSON text that `json_each` reads. */
export class ArrayParameter {
  readonly values: readonly Parameter[]
  constructor(values: readonly Parameter[]) {
    this.values = values
  }
}

export class Sql {
  readonly strings: readonly string[]
  readonly values: readonly (Sql | Parameter | ByDialect)[]
  constructor(strings: readonly string[], values: readonly (Sql | Parameter | ByDialect)[]) {
    this.strings = strings
    this.values = values
  }
}

/** A form may be a function: it is called for its own dialect only. */
type Forms = Record<Dialect, Sql | (() => Sql)>

class ByDialect {
  readonly forms: Forms
  constructor(forms: Forms) {
    this.forms = forms
  }

  form(dialect: Dialect): Sql {
    const form = this.forms[dialect]
    return typeof form === 'function' ? form() : form
  }
}

export interface RenderedSql {
  text: string
  /** Encoded for the dialect's driver. */
  parameters: DriverValue[]
}

export type DriverValue = null | boolean | number | string | bigint | Uint8Array | DriverValue[]

export function sql(strings: TemplateStringsArray, ...values: (Sql | Parameter | ByDialect)[]): Sql {
  return new Sql(strings, values)
}

sql.raw = (text: string): Sql => new Sql([text], [])
sql.empty = new Sql([''], [])
/** A quoted name: `sql.id('flow_run', 'id')` is "flow_run"."id". */
sql.id = (...parts: string[]): Sql => new Sql([parts.map((part) => `"${part.replaceAll('"', '""')}"`).join('.')], [])
sql.dialect = (forms: Forms): Sql => new Sql(['', ''], [new ByDialect(forms)])
sql.join = (items: readonly (Sql | Parameter)[], separator: string): Sql => {
  if (items.length === 0) return sql.empty
  return new Sql(['', ...Array<string>(items.length - 1).fill(separator), ''], items)
}
/** All of the conditions; true when there is none. */
sql.and = (conditions: readonly Sql[]): Sql => combine(conditions, ' AND ', '(1 = 1)')
/** Any of the conditions; false when there is none. */
sql.or = (conditions: readonly Sql[]): Sql => combine(conditions, ' OR ', '(1 = 0)')
sql.json = (value: unknown): JsonParameter => new JsonParameter(value)
/** JSON that is compared as a whole (`automation_bucket.bucketing_key`): SQLite compares text, so the spelling counts. */
sql.jsonKey = (value: unknown): JsonParameter => new JsonParameter(value, pythonJson)
/**
 * `column` is one of `values`, with one parameter however many there are, so that the statement's text stays the same.
 * `type` is the PostgreSQL element type: uuid, text, int8, state_type …
 */
sql.isIn = (column: Sql, values: readonly Parameter[], type: string): Sql =>
  sql.dialect({
    sqlite: sql`${column} IN (SELECT value FROM json_each(${new ArrayParameter(values)}))`,
    postgres: sql`${column} = ANY(${new ArrayParameter(values)}${sql.raw(`::${type}[]`)})`,
  })

function combine(conditions: readonly Sql[], operator: string, none: string): Sql {
  const [only] = conditions
  if (only === undefined) return sql.raw(none)
  if (conditions.length === 1) return only
  return sql`(${sql.join(conditions, operator)})`
}

/**
 * SQLite's placeholder, behind a `+` that does nothing but hide it from the planner. SQLite is built with STAT4 and plans a
 * statement anew, for each execution, when another value of a bare `?` could lead to another plan: every join by an id, at
 * twenty times the cost of the query itself.
 */
const placeholder = '+?'

/** Renders for a dialect: `+?` or `$1 …` placeholders, parameters encoded as the driver wants them. */
export function render(statement: Sql, dialect: Dialect): RenderedSql {
  const values: Parameter[] = []
  const text = renderInto(statement, dialect, values)
  return { text, parameters: values.map((value) => encodeParameter(value, dialect)) }
}

/** The text alone. */
export function renderText(statement: Sql, dialect: Dialect): string {
  return renderInto(statement, dialect, [])
}

function renderInto(statement: Sql, dialect: Dialect, parameters: Parameter[]): string {
  let text = statement.strings[0] ?? ''
  for (let index = 0; index < statement.values.length; index++) {
    const value = statement.values[index]
    if (value instanceof Sql) text += renderInto(value, dialect, parameters)
    else if (value instanceof ByDialect) text += renderInto(value.form(dialect), dialect, parameters)
    else {
      parameters.push(value ?? null)
      text += dialect === 'sqlite' ? placeholder : `$${parameters.length}`
    }
    text += statement.strings[index + 1] ?? ''
  }
  return text
}

/** One value as the driver binds it: the databases' own forms of instants, durations, booleans and JSON. */
export function encodeParameter(value: Parameter, dialect: Dialect): DriverValue {
  if (typeof value === 'string') {
    if (dialect === 'postgres' && value.includes('\0')) throw new UnstorableText()
    return value
  }
  if (value === null || typeof value !== 'object') {
    return dialect === 'sqlite' && typeof value === 'boolean' ? Number(value) : value
  }
  if (value instanceof Timestamp) return dialect === 'sqlite' ? sqliteTimestamp(value) : value.text
  if (value instanceof JsonParameter) {
    if (dialect === 'postgres' && escapedNul.test(value.text)) throw new UnstorableText()
    return value.text
  }
  if (value instanceof Duration)
    return dialect === 'sqlite' ? sqliteTimestamp(Timestamp.fromMicroseconds(value.microseconds)) : `${value.microseconds} microseconds`
  if (value instanceof ArrayParameter) {
    const encoded = value.values.map((element) => encodeParameter(element, dialect))
    return dialect === 'sqlite' ? JSON.stringify(encoded) : encoded
  }
  return value
}

/** `\\u0000` in JSON text, but not behind an escaped backslash. */
const escapedNul = /(?<!\\)(?:\\\\)*\\u0000/

/** `YYYY-MM-DD HH:MM:SS.ffffff`: how the reference's ORM stores an instant (and, counted from 1970, a duration). */
function sqliteTimestamp(value: Timestamp): string {
  return `${value.text.slice(0, 10)} ${value.text.slice(11, 26)}`
}
