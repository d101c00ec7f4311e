/** The words of filters (`any_`, `like_`, `before_` …) for each kind of column: the operand's schema and its condition. */
import * as s from '../../schema/index.ts'
import { ArrayParameter, type Sql, sql } from '../../storage/sql.ts'
import { StateType } from '../run-states/schemas.ts'
import type { Criterion } from './filter.ts'

const never = sql.or([])

/** A word; `condition` gives null when its operand asks for nothing. */
export function word<Operand>(operand: s.Schema<Operand>, condition: (column: Sql, operand: Operand) => Sql | null): Criterion<Operand> {
  return {
    schema: () => operand,
    conditions(value, table, column) {
      const made = condition(sql.id(table, column), value)
      return made === null ? [] : [made]
    },
  }
}

/** The words that every kind of column understands; `type` is PostgreSQL's name for the column's type. */
function choice<Item extends string>(item: s.Schema<Item>, type: string) {
  const list = s.list(item)
  return {
    any_: word(list, (column, values) => isOneOf(column, values, type)),
    // An empty list excludes nothing, while an empty `any_` includes nothing.
    not_any_: word(list, (column, values) => (values.length === 0 ? null : sql`NOT (${isOneOf(column, values, type)})`)),
    is_null_: word(s.boolean(), (column, wanted) => (wanted ? sql`${column} IS NULL` : sql`${column} IS NOT NULL`)),
    exists_: word(s.boolean(), (column, wanted) => (wanted ? sql`${column} IS NOT NULL` : sql`${column} IS NULL`)),
  }
}

export const uuid = choice(s.uuid(), 'uuid')

export const text = {
  ...choice(s.string(), 'text'),
  like_: word(s.string(), (column, part) => (part === '' ? null : isLike(column, `%${part}%`))),
  // Here an empty list asks for nothing.
  startswith_: word(s.list(s.string()), (column, starts) =>
    starts.length === 0 ? null : sql.or(starts.map((start) => isLike(column, `${start}%`))),
  ),
}

/** Column of an enumeration, which PostgreSQL knows as `type`. */
export const oneOf = <Item extends string>(item: s.Schema<Item>, type: string) => choice(item, type)

export const stateType = oneOf(StateType, 'state_type')

export const time = {
  before_: word(s.datetime(), (column, limit) => sql`${column} <= ${limit}`),
  after_: word(s.datetime(), (column, limit) => sql`${column} >= ${limit}`),
  is_null_: uuid.is_null_,
}

export const flag = {
  eq_: word(s.boolean(), (column, wanted) => sql`${column} = ${wanted}`),
}

/** Compared as numeric, for clients may send integers that no integer type holds. */
export const integer = {
  ge_: word(s.integer(), (column, limit) => sql`${column} >= CAST(${limit} AS numeric)`),
  le_: word(s.integer(), (column, limit) => sql`${column} <= CAST(${limit} AS numeric)`),
}

/** A JSON column that holds a list of texts. */
export const texts = {
  all_: word(s.list(s.string()), (column, values) => (values.length === 0 ? null : hasAll(column, values))),
  any_: word(s.list(s.string()), hasAny),
  is_null_: word(s.boolean(), (column, wanted) => {
    const empty = sql.dialect({ sqlite: sql`'[]'`, postgres: sql`'[]'::jsonb` })
    return wanted ? sql`${column} = ${empty}` : sql`${column} <> ${empty}`
  }),
}

/** True when the list in `column` holds every one of `values`. */
export function hasAll(column: Sql, values: readonly string[]): Sql {
  return sql.dialect({
    sqlite: () => sql`NOT EXISTS (SELECT 1 FROM json_each(${new ArrayParameter(values)}) AS wanted
      WHERE wanted.value NOT IN (SELECT value FROM json_each(${column})))`,
    postgres: () => (values.every(isStorable) ? sql`${column} ?& ${new ArrayParameter(values)}::text[]` : never),
  })
}

function hasAny(column: Sql, values: readonly string[]): Sql {
  return sql.dialect({
    sqlite: () =>
      sql`EXISTS (SELECT 1 FROM json_each(${column}) WHERE value IN (SELECT value FROM json_each(${new ArrayParameter(values)})))`,
    postgres: () => sql`${column} ?| ${new ArrayParameter(values.filter(isStorable))}::text[]`,
  })
}

/**
 * `column` is one of `values`; `type` is PostgreSQL's name for the column's type. With a single value the databases can use
 * the order of an index whose first column this is: logs of a run by time.
 */
export function isOneOf(column: Sql, values: readonly string[], type: string): Sql {
  const [only] = values
  if (only === undefined) return never
  if (values.length > 1) {
    return sql.dialect({
      sqlite: () => sql.isIn(column, values, type),
      postgres: () => sql.isIn(column, values.filter(isStorable), type),
    })
  }
  return sql.dialect({
    sqlite: () => sql`${column} = ${only}`,
    postgres: () => (isStorable(only) ? sql`${column} = ${only}::${sql.raw(type)}` : never),
  })
}

/** Matches without regard to case; `%` and `_` of the user's are wildcards, as they have always been. */
export function isLike(column: Sql, pattern: string): Sql {
  if (!isStorable(pattern)) return never
  return sql.dialect({
    // SQLite's LIKE does not tell a from A anyway, and refuses long patterns.
    sqlite: () => (Buffer.byteLength(pattern) <= 50_000 ? sql`${column} LIKE ${pattern}` : never),
    postgres: sql`${column} ILIKE ${pattern}`,
  })
}

/** PostgreSQL refuses texts with a null character, so no column there holds one; in SQLite such a pattern ends at it. */
export function isStorable(value: string): boolean {
  return !value.includes('\0')
}
