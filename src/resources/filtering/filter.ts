/**
 * Filters as tables. A filter names its fields, a field names its words (`any_`, `like_`, `before_` …), and from this one
 * declaration come both the model that requests are read with and the WHERE of either database.
 *
 *     export const FlowFilter = filter('FlowFilter', 'flow', {
 *       id: by(uuid, ['any_', 'not_any_']),
 *       name: by(text, ['any_', 'like_']),
 *     }, { operator: true })
 *
 * The conditions name their table (`"flow"."id"`), so that a filter fits into any statement in which the table has no alias.
 */
import * as s from '../../schema/index.ts'
import { type Sql, sql } from '../../storage/sql.ts'

export type Operator = 'and_' | 'or_'

/** What a group of criteria asks for; what is absent takes its default, and null asks for nothing. */
export type Wanted<Values> = Members<Values> & { operator?: Operator }
type Members<Values> = { [Name in keyof Values]?: Values[Name] | null }

/** One thing that may be asked: a word with its operand, or a group of them. */
export interface Criterion<Value> {
  /** How requests write it; `name` is what the model is called unless its table says otherwise. */
  schema(name: string): s.Schema<Value>
  /** The conditions it adds to those of its group; none when the value asks for nothing. */
  conditions(value: Value, table: string, column: string): Sql[]
}

export type Fields<Values> = { readonly [Name in keyof Values]: Criterion<Values[Name]> }

export interface GroupOptions<Values> {
  /** The model's name, where it does not follow from the filter's and the field's. */
  name?: string
  /** The column, where it is not called like the field. */
  column?: string
  /** Requests may choose whether all of the criteria count or any (`operator: or_`). */
  operator?: boolean
  /** What absent fields mean, where it is not null. */
  defaults?: Wanted<Values>
  /** Puts what was asked into the words that count, for criteria that depend on each other. */
  normalize?: (value: Wanted<Values>) => Wanted<Values>
  /** The group counts only when exactly one of its words is used; otherwise it is as if it had not been sent. */
  onlyWhenOne?: boolean
}

export interface Filter<Values> {
  readonly schema: s.Schema<Wanted<Values>>
  /** The condition for rows of the filter's table; true when nothing is asked. */
  where(value?: Wanted<Values> | null): Sql
}

/** What a filter asks for: `FilterValue<typeof FlowRunFilter>`. */
export type FilterValue<F> = F extends Filter<infer Values> ? Wanted<Values> : never

const Operator = s.enumeration('Operator', ['and_', 'or_'])

/** Declares a filter on `table`; the conditions on its fields are combined as the request's `operator` says. */
export function filter<Values>(
  name: string,
  table: string,
  fields: Fields<Values>,
  options: GroupOptions<NoInfer<Values>> = {},
): Filter<Values> {
  const group = criteria(fields, options)
  return {
    schema: group.schema(name),
    where: (value) => sql.and(group.conditions(value ?? {}, table, '')),
  }
}

/** Some of the words of a kind of column: `by(text, ['any_', 'like_'])`. */
export function by<Values, Word extends keyof Values & string>(
  kind: Fields<Values>,
  words: readonly Word[],
  options: GroupOptions<NoInfer<Pick<Values, Word>>> = {},
): Criterion<Wanted<Pick<Values, Word>>> {
  const fields: Pick<Fields<Values>, Word> = kind
  return group<Pick<Values, Word>>(fields, words, true, options)
}

/** Fields below a field, as `type` and `name` are below `state`. */
export function criteria<Values>(fields: Fields<Values>, options: GroupOptions<NoInfer<Values>> = {}): Criterion<Wanted<Values>> {
  return group<Values>(fields, keysOf(fields), false, options)
}

/** `words`: the members are words about one column, not fields with a column each. */
function group<Values>(
  fields: Fields<Values>,
  names: readonly (keyof Values & string)[],
  words: boolean,
  options: GroupOptions<Values>,
): Criterion<Wanted<Values>> {
  const { defaults = {}, normalize = (value) => value, operator = false, onlyWhenOne = false } = options

  function conditionsOf<Name extends keyof Values & string>(name: Name, value: Members<Values>, table: string, column: string): Sql[] {
    const wanted: Values[Name] | null | undefined = value[name]
    if (wanted === undefined || wanted === null) return []
    return fields[name].conditions(wanted, table, words ? column : name)
  }

  return {
    schema: (name) => modelOf(options.name ?? name, fields, names, defaults, operator),
    conditions(value, table, field) {
      const wanted = normalize({ ...defaults, ...value })
      const conditions = names.flatMap((name) => conditionsOf(name, wanted, table, options.column ?? field))
      if (onlyWhenOne) return conditions.length === 1 ? conditions : []
      if (conditions.length === 0) return [sql.and([])]
      return [wanted.operator === 'or_' ? sql.or(conditions) : sql.and(conditions)]
    },
  }
}

function modelOf<Values>(
  name: string,
  fields: Fields<Values>,
  names: readonly (keyof Values & string)[],
  defaults: Wanted<Values>,
  operator: boolean,
): s.Schema<Wanted<Values>> {
  const members: Record<string, s.Schema<unknown>> = {}
  if (operator) members['operator'] = s.optional(Operator, 'and_')
  for (const field of names) {
    members[field] = s.optional(s.nullable(fields[field].schema(name + pascalCase(field))), defaults[field] ?? null)
  }
  // The one place where the table's types become the model's.
  return s.model(name, members, { extra: 'forbid' }) as s.Schema<unknown> as s.Schema<Wanted<Values>>
}

/** `start_time` is StartTime. */
function pascalCase(field: string): string {
  return field
    .split('_')
    .map((part) => part.charAt(0).toUpperCase() + part.slice(1))
    .join('')
}

function keysOf<Values>(fields: Fields<Values>): (keyof Values & string)[] {
  return Object.keys(fields) as (keyof Values & string)[]
}
