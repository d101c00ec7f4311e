import { sql } from '../../storage/sql.ts'
import type { Context } from '../context.ts'
import { ok, type Reply, route } from '../route.ts'

/** Everything that any block can do: the capabilities of all block schemas, each once. */
async function readCapabilities({ tx }: Context): Promise<Reply> {
  const elements = sql.dialect({
    sqlite: sql`SELECT element.value AS capability FROM block_schema, json_each(block_schema.capabilities) AS element`,
    postgres: sql`SELECT jsonb_array_elements_text(capabilities::jsonb) AS capability FROM block_schema`,
  })
  const rows = await tx.query<{ capability: string }>(sql`SELECT DISTINCT capability FROM (${elements}) AS every ORDER BY capability`)
  return ok(rows.map((row) => row.capability))
}

export const routes = [
  route({
    method: 'GET',
    path: '/block_capabilities/',
    name: 'read_available_block_capabilities',
    access: 'read',
    handle: readCapabilities,
  }),
]
