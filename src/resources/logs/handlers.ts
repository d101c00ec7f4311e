import type { Infer } from '../../schema/index.ts'
import { sql } from '../../storage/sql.ts'
import type { Context } from '../context.ts'
import { ok, type Reply, type Request } from '../route.ts'
import { LogFilter } from './filter.ts'
import type { LogsList } from './schemas.ts'
import { LogSort } from './sort.ts'

export async function readLogs({ tx }: Context, { body }: Request<Infer<typeof LogsList>>): Promise<Reply> {
  const logs = await tx.query(sql`
    SELECT id, created, updated, name, level, message, timestamp, flow_run_id, task_run_id FROM log
    WHERE ${LogFilter.where(body.logs)} ORDER BY ${LogSort.orderBy(body.sort)} LIMIT ${body.limit} OFFSET ${body.offset}`)
  return ok(logs)
}
