/** `POST /events/count-by/{countable}`: events counted by kind, by resource, or by intervals of time. */
import type { Infer } from '../../schema/index.ts'
import * as s from '../../schema/index.ts'
import { type Sql, sql } from '../../storage/sql.ts'
import { Timestamp } from '../../values/timestamp.ts'
import type { Context } from '../context.ts'
import { httpError } from '../errors.ts'
import { ok, type Reply, type Request } from '../route.ts'
import { EventFilter, whereEvent } from './filter.ts'

const unitSeconds = { week: 604_800, day: 86_400, hour: 3600, minute: 60, second: 1 } as const
type Unit = keyof typeof unitSeconds

export const CountBy = s.parameters({
  filter: EventFilter,
  time_unit: s.optional(s.enumeration('TimeUnit', ['week', 'day', 'hour', 'minute', 'second']), 'day'),
  time_interval: s.optional(s.number({ ge: 0.01 }), 1),
})

/** Intervals are counted from a Monday before the first event there can be. */
const pivot = Timestamp.fromCanonical('2024-04-01T00:00:00.000000Z')
const mostIntervals = 1000

/** What events can be counted by. */
export const Countable = s.parameters({ countable: s.enumeration('Countable', ['day', 'time', 'event', 'resource']) })

interface Counted {
  value: string
  label: string
  count: number
  start_time: Timestamp
  end_time: Timestamp
}

export async function countEventsBy(context: Context, { params, body }: Request<Infer<typeof CountBy>>): Promise<Reply> {
  const { countable } = params
  const unit: Unit = countable === 'day' ? 'day' : body.time_unit
  const interval = countable === 'day' ? 1 : body.time_interval
  checkIntervals(body.filter, body.time_unit, body.time_interval)
  if (countable === 'event') return ok(await countGrouped(context, body.filter, sql`events.event`, sql`events.event`))
  if (countable === 'resource') return ok(await countGrouped(context, body.filter, sql`events.resource_id`, resourceLabel))
  const seconds = unitSeconds[unit] * interval
  return ok(
    fillIntervals(
      body.filter,
      unitSeconds[body.time_unit] * body.time_interval,
      body.time_unit,
      context.now,
      await countIntervals(context, body.filter, seconds),
    ),
  )
}

function checkIntervals({ occurred: { since, until } }: EventFilter, unit: Unit, interval: number): void {
  const count = Math.ceil(until.secondsSince(since) / (unitSeconds[unit] * interval))
  if (count <= mostIntervals) return
  const text = `The given interval would create ${count} buckets, which is too many. Please increase the interval or reduce the time range to produce ${mostIntervals} buckets or fewer.`
  throw httpError(422, text)
}

const labelAt = (label: string): Sql =>
  sql.dialect({
    sqlite: () => sql`json_extract(events.resource, ${`$."${label}"`})`,
    postgres: () => sql`(events.resource ->> ${label})`,
  })
const resourceLabel = sql`coalesce(${labelAt('prefect.resource.name')}, ${labelAt('prefect.name')}, events.resource_id)`

/** Counts by a value; of several labels that a value had, the latest counts. */
async function countGrouped({ tx }: Context, filter: EventFilter, value: Sql, label: Sql): Promise<unknown[]> {
  const rows = await tx.query<{ value: string; label: string; count: number; oldest: unknown; latest: unknown }>(sql`
    SELECT ${value} AS value, ${label} AS label, count(*) AS count, min(events.occurred) AS oldest, max(events.occurred) AS latest
    FROM events WHERE ${whereEvent(filter)} GROUP BY 1, 2`)
  const byValue = Map.groupBy(
    rows.map((row) => ({ ...row, oldest: instant(row.oldest), latest: instant(row.latest) })),
    (row) => row.value,
  )
  const counted = [...byValue].map(([key, group]): Counted => {
    const newestFirst = group.toSorted((a, b) => (a.latest.text < b.latest.text ? 1 : -1))
    const oldestFirst = group.toSorted((a, b) => (a.oldest.text < b.oldest.text ? -1 : 1))
    const [newest] = newestFirst
    const [oldest] = oldestFirst
    const count = group.reduce((sum, row) => sum + row.count, 0)
    return { value: key, label: newest?.label ?? key, count, start_time: oldest?.oldest ?? pivot, end_time: newest?.latest ?? pivot }
  })
  return counted.toSorted((a, b) => b.count - a.count || (a.label < b.label ? -1 : Number(a.label > b.label)))
}

/** Computed columns come as SQLite stores instants. */
function instant(value: unknown): Timestamp {
  return value instanceof Timestamp ? value : Timestamp.fromCanonical(`${String(value).replace(' ', 'T')}Z`)
}

async function countIntervals({ tx }: Context, filter: EventFilter, seconds: number): Promise<Map<number, number>> {
  const index = sql.dialect({
    sqlite: () => sql`CAST(floor((unixepoch(events.occurred) - unixepoch(${pivot})) / ${seconds}) AS INTEGER)`,
    postgres: () => sql`floor(extract(epoch FROM events.occurred - ${pivot}::timestamptz)::float8 / ${seconds}::float8)::int`,
  })
  const rows = await tx.query<{ place: number; count: number }>(sql`
    SELECT ${index} AS place, count(*) AS count FROM events WHERE ${whereEvent(filter)} GROUP BY 1`)
  return new Map(rows.map((row) => [row.place, row.count]))
}

/** Every interval of the range, those without an event too; the future ends with the current unit of time. */
function fillIntervals(
  { occurred: { since, until } }: EventFilter,
  seconds: number,
  unit: Unit,
  now: Timestamp,
  counts: Map<number, number>,
): Counted[] {
  const end = until.isAfter(now) ? endOf(unit, now) : until
  const intervals: Counted[] = []
  for (let place = Math.floor(since.secondsSince(pivot) / seconds); ; place++) {
    const start = pivot.addSeconds(place * seconds)
    if (!start.isBefore(end)) return intervals
    const last = pivot.addSeconds((place + 1) * seconds).addMicroseconds(-1)
    const label = start.toJSON().replace('Z', '+00:00')
    intervals.push({ value: String(intervals.length), label, count: counts.get(place) ?? 0, start_time: start, end_time: last })
  }
}

/** The last microsecond of the week, day, hour … that an instant lies in. */
function endOf(unit: Unit, instant: Timestamp): Timestamp {
  const length = unitSeconds[unit] * 1_000_000
  const sincePivot = instant.microseconds - pivot.microseconds
  return pivot.addMicroseconds((Math.floor(sincePivot / length) + 1) * length - 1)
}
