import type { Infer } from '../../schema/index.ts'
import { sql } from '../../storage/sql.ts'
import { insertInto } from '../../storage/statements.ts'
import type { Timestamp } from '../../values/timestamp.ts'
import type { Context } from '../context.ts'
import { noContent, ok, type Reply, type Request } from '../route.ts'
import { claimSeconds } from '../task-runs/waiting.ts'
import type { ForgetTaskWorkers, KeepTaskWorkers, TaskWorkersList } from './schemas.ts'

/** A pod that does not tell of its connections for so long has lost them. */
const connectionSeconds = 30

/** The task workers that are connected to any pod. One with several connections works on the tasks of all of them. */
export async function readTaskWorkers({ tx, now }: Context, { body }: Request<Infer<typeof TaskWorkersList>>): Promise<Reply> {
  const rows = await tx.query<{ client_id: string; task_keys: string[]; seen: Timestamp }>(sql`
    SELECT client_id, task_keys, seen FROM server_task_worker WHERE expires >= ${now} ORDER BY id`)
  const workers = [...Map.groupBy(rows, (row) => row.client_id)].map(([identifier, connections]) => ({
    identifier,
    task_keys: [...new Set(connections.flatMap((connection) => connection.task_keys))],
    timestamp: connections.reduce((latest, { seen }) => (seen.isAfter(latest) ? seen : latest), connections[0]?.seen ?? now),
  }))
  const wanted = new Set(body.task_worker_filter?.task_keys)
  return ok(wanted.size === 0 ? workers : workers.filter(({ task_keys }) => task_keys.some((key) => wanted.has(key))))
}

/** Notes that connections are there, and that what they claimed is still theirs. */
export async function keepTaskWorkers({ tx, now }: Context, { body }: Request<Infer<typeof KeepTaskWorkers>>): Promise<Reply> {
  const rows = body.workers.map((worker) => ({ ...worker, seen: now, expires: now.addSeconds(connectionSeconds) }))
  if (rows.length > 0) {
    await tx.execute(insertInto('server_task_worker', rows, { onConflict: { columns: ['id'], update: ['seen', 'expires'] } }))
  }
  if (body.claims.length > 0) {
    await tx.execute(sql`
      UPDATE server_waiting_task_run SET claimed_until = ${now.addSeconds(claimSeconds)} WHERE ${sql.isIn(sql`claim`, body.claims, 'uuid')}`)
  }
  await tx.execute(sql`DELETE FROM server_task_worker WHERE expires < ${now}`)
  return noContent()
}

export async function forgetTaskWorkers({ tx }: Context, { body }: Request<Infer<typeof ForgetTaskWorkers>>): Promise<Reply> {
  await tx.execute(sql`DELETE FROM server_task_worker WHERE ${sql.isIn(sql`id`, body.ids, 'uuid')}`)
  return noContent()
}
