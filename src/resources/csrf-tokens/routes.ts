import { randomBytes } from 'node:crypto'
import type { Infer } from '../../schema/index.ts'
import * as s from '../../schema/index.ts'
import { sql } from '../../storage/sql.ts'
import { insertInto } from '../../storage/statements.ts'
import { uuid7 } from '../../values/uuid.ts'
import type { Context } from '../context.ts'
import { httpError } from '../errors.ts'
import { ok, type Reply, type Request, route } from '../route.ts'

const TokenQuery = s.query({ client: s.string() })

export const routes = [
  route({ method: 'GET', path: '/csrf-token', name: 'create_csrf_token', access: 'alone', query: TokenQuery, handle: createToken }),
]

/** A new token for the client, which replaces the one it had; tokens that have expired go. */
async function createToken({ tx, now, settings }: Context, { query }: Request<unknown, Infer<typeof TokenQuery>>): Promise<Reply> {
  if (!settings.get('PREFECT_SERVER_API_CSRF_PROTECTION_ENABLED')) throw httpError(422, 'CSRF protection is disabled.')
  const expiration = now.addSeconds(settings.get('PREFECT_SERVER_API_CSRF_TOKEN_EXPIRATION').seconds)
  const row = { id: uuid7(), created: now, updated: now, client: query.client, token: randomBytes(32).toString('hex'), expiration }
  const update = ['token', 'expiration', 'updated']
  await tx.execute(insertInto('csrf_token', row, { onConflict: { columns: ['client'], update } }))
  await tx.execute(sql`DELETE FROM csrf_token WHERE expiration < ${now}`)
  const [token] = await tx.query(sql`SELECT id, created, updated, token, client, expiration FROM csrf_token WHERE client = ${query.client}`)
  return ok(token)
}
