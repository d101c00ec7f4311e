/**
 * `workers/heartbeat`, grouped: a fleet of workers beats all the time, and a beat is one row. The first one that a pool gets
 * makes it ready.
 */
import type { Infer } from '../../schema/index.ts'
import * as s from '../../schema/index.ts'
import type { Transaction } from '../../storage/database.ts'
import { sql } from '../../storage/sql.ts'
import { insertInto, updateRows } from '../../storage/statements.ts'
import type { Timestamp } from '../../values/timestamp.ts'
import { type Uuid, uuid7 } from '../../values/uuid.ts'
import { notFound } from '../errors.ts'
import type { Grouped } from '../grouped.ts'
import { noContent, ok, type Reply } from '../route.ts'
import { workPoolStatusEvent } from '../work-pools/events.ts'
import { selectWorkPools, type WorkPoolRow } from '../work-pools/queries.ts'

export const Heartbeat = s.parameters({
  name: s.string(),
  heartbeat_interval_seconds: s.optional(s.nullable(s.integer()), null),
})
type Body = Infer<typeof Heartbeat>

interface Beat {
  work_pool_id: Uuid
  name: string
  heartbeat_interval_seconds: number | null
  last_heartbeat_time: Timestamp
}

interface Working {
  pools: Map<string, WorkPoolRow>
  /** The last beat of each worker. */
  beats: Map<string, Beat>
  /** Pools that became ready. */
  ready: Map<Uuid, { id: Uuid; status: 'READY'; last_status_event_id: Uuid; last_transitioned_status_at: Timestamp }>
}

export const workerHeartbeat = beats(noContent)

/** The same for the worker channel, which is told when the pool changed last: does the worker know of that? */
export const channelHeartbeat = beats(({ updated }) => ok({ updated }))

function beats(reply: (pool: WorkPoolRow) => Reply): Grouped<Body, Working> {
  return {
    async load(tx, members) {
      const names = [...new Set(members.map(({ request }) => request.params.work_pool_name ?? ''))]
      return { pools: await loadPools(tx, names), beats: new Map(), ready: new Map() }
    },

    decide(working, { request, now, emit }) {
      const { work_pool_name: poolName = '' } = request.params
      const pool = working.pools.get(poolName)
      if (pool === undefined) throw notFound(`Work pool "${poolName}" not found.`)
      const { name, heartbeat_interval_seconds: interval } = request.body
      const key = `${pool.id} ${name}`
      const { heartbeat_interval_seconds: known = null } = working.beats.get(key) ?? {}
      working.beats.set(key, { work_pool_id: pool.id, name, heartbeat_interval_seconds: interval ?? known, last_heartbeat_time: now })
      if (pool.status === 'NOT_READY') {
        const id = uuid7()
        emit(workPoolStatusEvent(pool, 'READY', pool, now, id))
        const change = { status: 'READY', last_status_event_id: id, last_transitioned_status_at: now } as const
        working.ready.set(pool.id, { id: pool.id, ...change })
        working.pools.set(poolName, { ...pool, ...change })
      }
      return reply(pool)
    },

    async write(tx, { beats, ready }, { now }) {
      if (beats.size > 0) await writeBeats(tx, [...beats.values()])
      if (ready.size > 0) {
        await tx.execute(
          updateRows(
            'work_pool',
            [...ready.values()].map((change) => ({ ...change, updated: now })),
          ),
        )
      }
    },
  }
}

/** Pools that are not ready are locked: they become ready once. */
async function loadPools(tx: Transaction, names: readonly string[]): Promise<Map<string, WorkPoolRow>> {
  const named = sql.isIn(sql`work_pool.name`, names, 'text')
  let pools = await selectWorkPools(tx, sql`WHERE ${named}`)
  if (tx.dialect === 'postgres' && pools.some((pool) => pool.status === 'NOT_READY')) {
    await tx.query(sql`SELECT id FROM work_pool WHERE ${named} AND status = 'NOT_READY' ORDER BY id FOR NO KEY UPDATE`)
    pools = await selectWorkPools(tx, sql`WHERE ${named}`)
  }
  return new Map(pools.map((pool) => [pool.name, pool]))
}

/** In the order of the unique key, so that two groups that meet never wait for each other. */
export async function writeBeats(tx: Transaction, beats: readonly Beat[]): Promise<void> {
  const key = ({ work_pool_id, name }: Beat): string => `${work_pool_id} ${name}`
  const rows = beats.toSorted((a, b) => (key(a) < key(b) ? -1 : 1)).map((beat) => ({ ...beat, status: 'ONLINE' }))
  const update = {
    last_heartbeat_time: sql`excluded.last_heartbeat_time`,
    status: sql`excluded.status`,
    heartbeat_interval_seconds: sql`coalesce(excluded.heartbeat_interval_seconds, worker.heartbeat_interval_seconds)`,
  }
  await tx.execute(insertInto('worker', rows, { onConflict: { columns: ['work_pool_id', 'name'], update } }))
}
