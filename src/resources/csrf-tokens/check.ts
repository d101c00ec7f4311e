/** Requests that change something prove with a token that a page of ours sent them, when the settings ask for it. */
import { timingSafeEqual } from 'node:crypto'
import type { Transaction } from '../../storage/database.ts'
import { sql } from '../../storage/sql.ts'
import type { Timestamp } from '../../values/timestamp.ts'
import { type ApiError, httpError } from '../errors.ts'
import type { Method, RequestHeaders } from '../route.ts'

const protectedMethods: ReadonlySet<Method> = new Set(['POST', 'PUT', 'PATCH', 'DELETE'])

interface Checked {
  method: Method
  headers: RequestHeaders
}

/** The refusal of each request that is refused, by its place in the list. */
export async function checkCsrfTokens(tx: Transaction, requests: readonly Checked[], now: Timestamp): Promise<Map<number, ApiError>> {
  const refusals = new Map<number, ApiError>()
  const asked = requests.flatMap(({ method, headers }, place) => {
    if (!protectedMethods.has(method)) return []
    const { 'prefect-csrf-token': token, 'prefect-csrf-client': client } = headers
    if (token === undefined) refusals.set(place, httpError(403, 'Missing CSRF token.'))
    else if (client === undefined) refusals.set(place, httpError(403, 'Missing client identifier.'))
    else return [{ place, token, client }]
    return []
  })
  if (asked.length === 0) return refusals
  const tokens = await selectTokens(tx, [...new Set(asked.map(({ client }) => client))], now)
  for (const { place, token, client } of asked) {
    const expected = tokens.get(client)
    if (expected !== undefined && isSame(token, expected)) continue
    refusals.set(place, httpError(403, 'Invalid CSRF token or client identifier.', { 'access-control-allow-origin': '*' }))
  }
  return refusals
}

async function selectTokens(tx: Transaction, clients: readonly string[], now: Timestamp): Promise<Map<string, string>> {
  const rows = await tx.query<{ client: string; token: string }>(sql`
    SELECT client, token FROM csrf_token WHERE ${sql.isIn(sql`client`, clients, 'text')} AND expiration > ${now}`)
  return new Map(rows.map((row) => [row.client, row.token]))
}

/** In constant time. */
function isSame(given: string, expected: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(expected)]
  return a.length === b.length && timingSafeEqual(a, b)
}
