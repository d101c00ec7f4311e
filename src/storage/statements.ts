/** INSERT and UPDATE built from objects: column types come from `tables.ts`, JSON columns are wrapped. */
import { Timestamp } from '../values/timestamp.ts'
import { uuid7 } from '../values/uuid.ts'
import { ArrayParameter, encodeParameter, JsonParameter, type Parameter, Sql, sql } from './sql.ts'
import { type ColumnKind, columnKind, postgresType, type TableName, tables } from './tables.ts'

/** Column → value: a parameter, JSON for a JSON column, or an expression. `undefined` is the same as leaving it out. */
export type Values = Record<string, unknown>

export interface InsertOptions {
  /**
   * What happens to a row that exists already: `nothing` leaves it as it is. Else `columns` name the unique index (`where`
   * its condition, when it is partial) and `update` what an existing row takes over: columns of the new row, or expressions.
   */
  onConflict?: 'nothing' | { columns: readonly string[]; where?: Sql; update: 'nothing' | readonly string[] | Record<string, Sql> }
  /** Columns to give back for each row that was written. */
  returning?: readonly string[]
}

/**
 * Inserts rows; all of them must name the same columns. A missing `id` is made up (UUIDv7), missing `created` and
 * `updated` are now; other missing columns take their default. No rows is a programming error.
 */
export function insertInto(table: TableName, rows: Values | readonly Values[], options: InsertOptions = {}): Sql {
  const complete = withIdentity(table, isList(rows) ? rows : [rows])
  const columns = columnsOfRows(table, complete)
  const head = sql`INSERT INTO ${sql.id(table)} (${idList(columns)}) ${source(table, columns, complete)}`
  return sql`${head}${conflictClause(options.onConflict)}${returningClause(options.returning)}`
}

/** Changes the rows that match `where`, and their `updated`, unless the changes name it themselves. */
export function updateTable(table: TableName, changes: Values, where: Sql, options: { returning?: readonly string[] } = {}): Sql {
  const assignments = Object.entries(touched(table, changes))
    .filter(([, value]) => value !== undefined)
    .map(([column, value]) => sql`${sql.id(column)} = ${bound(columnKind(table, column), value)}`)
  return sql`UPDATE ${sql.id(table)} SET ${sql.join(assignments, ', ')} WHERE ${where}${returningClause(options.returning)}`
}

/** Changes many rows at once, each to its own values. Every row names the same columns, `id` among them. */
export function updateRows(table: TableName, rows: readonly Values[]): Sql {
  const complete = rows.map((row) => touched(table, row))
  const columns = columnsOfRows(table, complete)
  if (!columns.includes('id')) throw new RangeError('rows to update need their id')
  const target = sql.id(table)
  const assignments = columns.filter((column) => column !== 'id').map((column) => sql`${sql.id(column)} = ${sql.id('changed', column)}`)
  const changed = sql.dialect({
    sqlite: () =>
      sql`(${fewRows(columns, complete) ? namedValues(table, columns, complete) : elements(table, columns, complete)}) AS changed`,
    postgres: () => sql`unnest(${arrays(table, columns, complete)}) AS changed (${idList(columns)})`,
  })
  return sql`UPDATE ${target} SET ${sql.join(assignments, ', ')} FROM ${changed} WHERE ${target}.id = changed.id`
}

const idList = (columns: readonly string[]): Sql =>
  sql.join(
    columns.map((column) => sql.id(column)),
    ', ',
  )

const isList = (rows: Values | readonly Values[]): rows is readonly Values[] => Array.isArray(rows)

function withIdentity(table: TableName, rows: readonly Values[]): Values[] {
  const columns = tables[table]
  const now = Timestamp.now()
  const defaults: [string, () => unknown][] = [
    ['id', uuid7],
    ['created', () => now],
    ['updated', () => now],
  ]
  const missing = defaults.filter(([column]) => columns.has(column) && !(column === 'id' && columns.get('id') !== 'uuid'))
  return rows.map((row) => {
    const complete = { ...row }
    for (const [column, value] of missing) complete[column] ??= value()
    return complete
  })
}

function touched(table: TableName, changes: Values): Values {
  if (changes.updated !== undefined || !tables[table].has('updated')) return changes
  return { ...changes, updated: Timestamp.now() }
}

function columnsOfRows(table: TableName, rows: readonly Values[]): string[] {
  const [first] = rows
  if (first === undefined) throw new RangeError(`no rows for ${table}`)
  const columns = namedColumns(first)
  for (const row of rows) {
    const others = namedColumns(row)
    if (others.length !== columns.length || !columns.every((column) => row[column] !== undefined)) {
      throw new RangeError(`rows for ${table} must name the same columns: ${columns.join(' ')} | ${others.join(' ')}`)
    }
  }
  return columns
}

const namedColumns = (row: Values): string[] => Object.keys(row).filter((column) => row[column] !== undefined)

/** One row as VALUES; many as one array for each column, so that the statement's text does not grow with the group. */
function source(table: TableName, columns: readonly string[], rows: readonly Values[]): Sql {
  if (rows.length === 1 || rows.some((row) => columns.some((column) => row[column] instanceof Sql))) return valueLists(table, columns, rows)
  return sql.dialect({
    // WHERE keeps a following ON CONFLICT from being read as the ON of a join.
    sqlite: () => (fewRows(columns, rows) ? valueLists(table, columns, rows) : sql`${elements(table, columns, rows)} WHERE true`),
    postgres: () => sql`SELECT * FROM unnest(${arrays(table, columns, rows)})`,
  })
}

/** SQLite: up to here VALUES are faster than JSON; and there is a limit on parameters. */
const fewRows = (columns: readonly string[], rows: readonly Values[]): boolean =>
  rows.length <= 128 && rows.length * columns.length < 32_000

/** SQLite: rows as one JSON text. */
function elements(table: TableName, columns: readonly string[], rows: readonly Values[]): Sql {
  const kinds = columns.map((column) => columnKind(table, column))
  const encoded = rows.map((row) =>
    columns.map((column, index) => encodeParameter(parameterOf(kinds[index] ?? 'text', row[column]), 'sqlite')),
  )
  const members = columns.map((column, index) => sql`value ->> ${sql.raw(String(index))} AS ${sql.id(column)}`)
  return sql`SELECT ${sql.join(members, ', ')} FROM json_each(${sql.json(encoded)})`
}

function namedValues(table: TableName, columns: readonly string[], rows: readonly Values[]): Sql {
  const names = columns.map((column, index) => sql`${sql.id(`column${index + 1}`)} AS ${sql.id(column)}`)
  return sql`SELECT ${sql.join(names, ', ')} FROM (${valueLists(table, columns, rows)})`
}

function valueLists(table: TableName, columns: readonly string[], rows: readonly Values[]): Sql {
  const kinds = columns.map((column) => columnKind(table, column))
  const lists = rows.map((row) => {
    const values = columns.map((column, index) => bound(kinds[index] ?? 'text', row[column]))
    return sql`(${sql.join(values, ', ')})`
  })
  return sql`VALUES ${sql.join(lists, ', ')}`
}

function arrays(table: TableName, columns: readonly string[], rows: readonly Values[]): Sql {
  const parameters = columns.map((column) => {
    const kind = columnKind(table, column)
    const values = rows.map((row) => parameterOf(kind, row[column]))
    return sql`${new ArrayParameter(values)}${sql.raw(`::${postgresType(kind)}[]`)}`
  })
  return sql.join(parameters, ', ')
}

function bound(kind: ColumnKind, value: unknown): Sql | Parameter {
  return value instanceof Sql ? value : parameterOf(kind, value)
}

function parameterOf(kind: ColumnKind, value: unknown): Parameter {
  if (value === null || value === undefined) return null
  if (value instanceof JsonParameter) return value
  if (kind === 'jsonb_key') return sql.jsonKey(value)
  if (kind === 'json' || kind === 'jsonb') return sql.json(value)
  return value as Parameter
}

function conflictClause(conflict: InsertOptions['onConflict']): Sql {
  if (conflict === undefined) return sql.empty
  if (conflict === 'nothing') return sql` ON CONFLICT DO NOTHING`
  const columns = idList(conflict.columns)
  const target = conflict.where ? sql`(${columns}) WHERE ${conflict.where}` : sql`(${columns})`
  if (conflict.update === 'nothing') return sql` ON CONFLICT ${target} DO NOTHING`
  return sql` ON CONFLICT ${target} DO UPDATE SET ${sql.join(takenOver(conflict.update), ', ')}`
}

function takenOver(update: readonly string[] | Record<string, Sql>): Sql[] {
  if (Array.isArray(update)) return update.map((column: string) => sql`${sql.id(column)} = ${sql.id('excluded', column)}`)
  return Object.entries(update).map(([column, expression]) => sql`${sql.id(column)} = ${expression}`)
}

function returningClause(columns: readonly string[] | undefined): Sql {
  if (columns === undefined || columns.length === 0) return sql.empty
  return sql` RETURNING ${idList(columns)}`
}
