import type { Infer } from '../../schema/index.ts'
import * as s from '../../schema/index.ts'
import { sql } from '../../storage/sql.ts'
import type { Timestamp } from '../../values/timestamp.ts'
import type { Uuid } from '../../values/uuid.ts'
import type { Context } from '../context.ts'
import { notFound } from '../errors.ts'
import { limit, offset } from '../filtering/pagination.ts'
import { groupedRoute } from '../grouped.ts'
import { noContent, ok, type Reply, type Request, route } from '../route.ts'
import { requiredWorkPool } from '../work-pools/handlers.ts'
import { WorkerFilter } from './filter.ts'
import { Heartbeat, workerHeartbeat } from './heartbeats.ts'

interface WorkerRow {
  id: Uuid
  created: Timestamp
  updated: Timestamp
  name: string
  work_pool_id: Uuid
  last_heartbeat_time: Timestamp
  heartbeat_interval_seconds: number | null
  status: 'ONLINE' | 'OFFLINE'
}

const WorkersPage = s.parameters({ limit, workers: s.optional(s.nullable(WorkerFilter.schema), null), offset })

/** Workers of a pool, the one that was heard of last first. */
async function readWorkers({ tx }: Context, { params, body }: Request<Infer<typeof WorkersPage>>): Promise<Reply> {
  const pool = await requiredWorkPool(tx, params.work_pool_name)
  const workers = await tx.query<WorkerRow>(sql`
    SELECT id, created, updated, name, work_pool_id, last_heartbeat_time, heartbeat_interval_seconds, status
    FROM worker WHERE work_pool_id = ${pool.id} AND ${WorkerFilter.where(body.workers)}
    ORDER BY last_heartbeat_time DESC LIMIT ${body.limit} OFFSET ${body.offset}`)
  return ok(workers)
}

async function deleteWorker({ tx }: Context, { params }: Request): Promise<Reply> {
  const pool = await requiredWorkPool(tx, params.work_pool_name)
  const deleted = await tx.execute(sql`DELETE FROM worker WHERE work_pool_id = ${pool.id} AND name = ${params.name ?? ''}`)
  if (deleted === 0) throw notFound('Worker not found.')
  return noContent()
}

const path = '/work_pools/{work_pool_name}/workers'
const tags = ['Work Pools']

import { markWorkersOffline } from './offline.ts'

export const routes = [
  route({ method: 'CALL', path: '', name: 'mark_workers_offline', access: 'alone', handle: markWorkersOffline }),
  groupedRoute({ method: 'POST', path: `${path}/heartbeat`, name: 'worker_heartbeat', tags, body: Heartbeat, grouped: workerHeartbeat }),
  route({ method: 'POST', path: `${path}/filter`, name: 'read_workers', access: 'read', tags, body: WorkersPage, handle: readWorkers }),
  route({ method: 'DELETE', path: `${path}/{name}`, name: 'delete_worker', access: 'alone', tags, handle: deleteWorker }),
]
