/** The queue of triggered actions, for the service that performs them. */
import { ReceivedEvent } from '../../events/automations/firing.ts'
import type { Infer } from '../../schema/index.ts'
import * as s from '../../schema/index.ts'
import { sql } from '../../storage/sql.ts'
import type { Json } from '../../values/json.ts'
import type { Context } from '../context.ts'
import { messageOf, mostAttempts, quarantine } from '../quarantine.ts'
import { noContent, ok, type Reply, type Request } from '../route.ts'
import { removeQueuedActions } from './queue.ts'

export const QueuePage = s.parameters({ limit: s.integer(), except: s.list(s.integer()), without: s.list(s.string()) })
export const FinishedAction = s.parameters({ id: s.integer(), events: s.list(ReceivedEvent) })
export const FailedAttempt = s.parameters({ id: s.integer(), error: s.string() })

interface QueueRow {
  id: number
  action: Json
}

const actionType = sql.dialect({ sqlite: sql`json_extract(action, '$.action.type')`, postgres: sql`action -> 'action' ->> 'type'` })

/** The oldest actions, without those that are being performed and those of some types. */
export async function readTriggeredActions({ tx }: Context, { body }: Request<Infer<typeof QueuePage>>): Promise<Reply> {
  const { limit, except, without } = body
  const rows = await tx.query<QueueRow>(sql`SELECT id, action FROM server_triggered_action
    WHERE NOT ${sql.isIn(sql`id`, except, 'int8')} AND NOT ${sql.isIn(actionType, without, 'text')} ORDER BY id LIMIT ${limit}`)
  return ok(rows)
}

/** Takes an action out of the queue together with the events that tell what became of it. */
export async function finishTriggeredAction(context: Context, { body }: Request<Infer<typeof FinishedAction>>): Promise<Reply> {
  await removeQueuedActions(context.tx, [body.id])
  for (const event of body.events) context.emit({ ...event, received: context.now })
  return noContent()
}

/** Counts an attempt that failed for no reason of the action's; after the third the action goes out of the way. */
export async function recordFailedAttempt({ tx }: Context, { body: { id, error } }: Request<Infer<typeof FailedAttempt>>): Promise<Reply> {
  const rows = await tx.query<
    QueueRow & { attempts: number }
  >(sql`UPDATE server_triggered_action SET attempts = attempts + 1, error = ${error}
    WHERE id = ${id} RETURNING id, action, attempts`)
  const [row] = rows
  if (row === undefined || row.attempts < mostAttempts) return noContent()
  await quarantine(tx, 'triggered-action', row.action, messageOf(error))
  await removeQueuedActions(tx, [id])
  return noContent()
}
