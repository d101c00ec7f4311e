/** `POST /events/filter` and its further pages. A page's token carries the filter, so that no page depends on a server. */
import type { Infer } from '../../schema/index.ts'
import * as s from '../../schema/index.ts'
import type { Transaction } from '../../storage/database.ts'
import { type Sql, sql } from '../../storage/sql.ts'
import { isJsonObject, type Json, parseJson } from '../../values/json.ts'
import type { Context } from '../context.ts'
import { httpError } from '../errors.ts'
import { ok, type Reply, type Request, type RequestHeaders } from '../route.ts'
import { EventFilter, whereEvent } from './filter.ts'

const pageLimit = 50

export const EventsList = s.parameters({
  filter: s.optional(s.nullable(EventFilter), null),
  limit: s.optional(s.integer({ ge: 0, le: pageLimit }), pageLimit),
})

export const NextPage = s.query({ page_token: s.alias('page-token', s.string()) })

interface PageRequest {
  filter: EventFilter
  size: number
  offset: number
  /** Known from the first page on. */
  count: number | null
}

export async function readEvents(context: Context, { body, headers }: Request<Infer<typeof EventsList>>): Promise<Reply> {
  const filter = body.filter ?? s.validate(EventFilter, {}, [])
  return await replyWithPage(context, headers, { filter, size: body.limit, offset: 0, count: null })
}

export async function readNextPage(context: Context, { query, headers }: Request<unknown, Infer<typeof NextPage>>): Promise<Reply> {
  return await replyWithPage(context, headers, readToken(query.page_token))
}

/** What a stream asks for: a page of stored events. */
export const Backfill = s.parameters({ filter: EventFilter, limit: s.integer(), offset: s.integer() })

export async function backfillEvents({ tx }: Context, { body }: Request<Infer<typeof Backfill>>): Promise<Reply> {
  return ok(await selectEvents(tx, body.filter, body.limit, body.offset))
}

async function replyWithPage({ tx, settings }: Context, headers: RequestHeaders, page: PageRequest): Promise<Reply> {
  const total = page.count ?? (await countEvents(tx, page.filter))
  const events = await selectEvents(tx, page.filter, page.size, page.offset)
  const rest = page.offset + page.size
  const base = `${headers['base-url'] ?? ''}${settings.get('PREFECT_SERVER_API_BASE_PATH') ?? '/api'}`
  const next_page = rest >= total ? null : `${base}/events/filter/next?page-token=${writeToken({ ...page, offset: rest, count: total })}`
  return ok({ events, total, next_page })
}

const columns = sql.raw('occurred, event, resource, related, payload, id, follows, received')

/** Events that match, in the filter's order of time. */
export async function selectEvents(tx: Transaction, filter: EventFilter, limit: number, offset: number): Promise<unknown[]> {
  const order = sql.raw(filter.order)
  const most = filter.id.id?.length ? Math.min(limit, filter.id.id.length) : limit
  return await tx.query(sql`SELECT ${columns} FROM ${matching(filter, order)} ORDER BY occurred ${order} LIMIT ${most} OFFSET ${offset}`)
}

/** The matching rows; of each resource only the first, when distinct resources are asked for. */
function matching(filter: EventFilter, order: Sql): Sql {
  if (!filter.resource?.distinct) return sql`events WHERE ${whereEvent(filter)}`
  return sql`(SELECT events.*, row_number() OVER (PARTITION BY resource_id ORDER BY occurred ${order}) AS place
    FROM events WHERE ${whereEvent(filter)}) AS events WHERE place = 1`
}

async function countEvents(tx: Transaction, filter: EventFilter): Promise<number> {
  const counted = sql.raw(filter.resource?.distinct ? 'count(DISTINCT resource_id)' : 'count(*)')
  const [row] = await tx.query<{ count: number }>(sql`SELECT ${counted} AS count FROM events WHERE ${whereEvent(filter)}`)
  return row?.count ?? 0
}

/** Base64 twice: the reference does so, and clients hand tokens from one server to the other. */
function writeToken({ filter, count, size, offset }: PageRequest): string {
  const inner = Buffer.from(JSON.stringify({ filter, count, page_size: size, offset })).toString('base64')
  return Buffer.from(inner).toString('base64')
}

function readToken(token: string): PageRequest {
  const forbidden = httpError(403, 'Forbidden')
  let parameters: Json
  try {
    parameters = parseJson(Buffer.from(Buffer.from(token, 'base64').toString(), 'base64').toString())
  } catch {
    throw forbidden
  }
  if (!isJsonObject(parameters)) throw forbidden
  const { filter, count, page_size: size, offset } = parameters
  if (typeof count !== 'number' || typeof size !== 'number' || typeof offset !== 'number') throw forbidden
  return { filter: s.validate(EventFilter, filter ?? null, []), count, size, offset }
}
