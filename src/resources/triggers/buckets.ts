/** Buckets of triggers: rows of automation_bucket. */
import type { Bucket } from '../../events/triggers/bucket.ts'
import type { KeyedBucket } from '../../events/triggers/evaluate.ts'
import type { BucketPlace, Slot } from '../../events/triggers/evaluator.ts'
import type { LoadedTrigger } from '../../events/triggers/trigger-index.ts'
import type { Transaction } from '../../storage/database.ts'
import { type Sql, sql } from '../../storage/sql.ts'
import { insertInto } from '../../storage/statements.ts'
import type { Timestamp } from '../../values/timestamp.ts'
import type { Uuid } from '../../values/uuid.ts'
import { readStoredEvent } from '../events/stored.ts'

interface BucketRow {
  automation_id: Uuid
  trigger_id: Uuid
  bucketing_key: string[]
  start: Timestamp
  end: Timestamp
  count: number
  last_event: unknown
  last_operation: string | null
}

const columns = sql.raw('automation_id, trigger_id, bucketing_key, start, "end", count, last_event, last_operation')

/** The buckets at the places that have one. */
export async function selectBuckets(tx: Transaction, places: readonly BucketPlace[]): Promise<{ place: BucketPlace; bucket: Bucket }[]> {
  if (places.length === 0) return []
  const automations = [...new Set(places.map(({ automationId }) => automationId))]
  const triggers = [...new Set(places.map(({ triggerId }) => triggerId))]
  const keys = [...new Map(places.map(({ key }) => [JSON.stringify(key), key])).values()].map((key) => sql.jsonKey(key))
  const rows = await tx.query<BucketRow>(sql`SELECT ${columns} FROM automation_bucket
    WHERE ${sql.isIn(sql`automation_id`, automations, 'uuid')} AND ${sql.isIn(sql`trigger_id`, triggers, 'uuid')}
      AND ${sql.isIn(sql`bucketing_key`, keys, 'jsonb')}`)
  return rows.map((row) => ({
    place: { automationId: row.automation_id, triggerId: row.trigger_id, key: row.bucketing_key },
    bucket: bucketOf(row),
  }))
}

/** At most so many buckets of a trigger are evaluated in one go. */
const bucketLimit = 500

export interface DueBuckets {
  buckets: KeyedBucket[]
  /** There may be others that are due. */
  more: boolean
}

/** Buckets of a proactive trigger that are over or full, and the one that is over next. */
export async function selectDueBuckets(tx: Transaction, { trigger, automation }: LoadedTrigger, asOf: Timestamp): Promise<DueBuckets> {
  const own = sql`automation_id = ${automation.automation.id} AND trigger_id = ${trigger.id}`
  const select = (rest: Sql): Promise<BucketRow[]> =>
    tx.query<BucketRow>(sql`SELECT ${columns} FROM automation_bucket WHERE ${own} AND ${rest}`)
  const due = await select(sql`("end" <= ${asOf} OR count >= ${trigger.threshold}) ORDER BY start LIMIT ${bucketLimit}`)
  const next = await select(sql`"end" > ${asOf} AND count < ${trigger.threshold} ORDER BY "end" LIMIT 1`)
  return { buckets: [...due, ...next].map((row) => ({ key: row.bucketing_key, bucket: bucketOf(row) })), more: due.length === bucketLimit }
}

function bucketOf({ start, end, count, last_event, last_operation }: BucketRow): Bucket {
  return { start, end, count, last_event: last_event === null ? null : readStoredEvent(last_event), last_operation: last_operation ?? '' }
}

/** Writes what has changed. */
export async function writeBuckets(tx: Transaction, slots: readonly Slot[], now: Timestamp): Promise<void> {
  const rows = slots.flatMap(({ automationId, triggerId, key, bucket }) =>
    bucket === null ? [] : [{ automation_id: automationId, trigger_id: triggerId, bucketing_key: key, ...bucket, updated: now }],
  )
  for (const { automationId, triggerId, key, bucket } of slots) {
    if (bucket !== null) continue
    await tx.execute(sql`DELETE FROM automation_bucket
      WHERE automation_id = ${automationId} AND trigger_id = ${triggerId} AND bucketing_key = ${sql.jsonKey(key)}`)
  }
  if (rows.length === 0) return
  const update = ['start', 'end', 'count', 'last_event', 'last_operation', 'updated']
  await tx.execute(
    insertInto('automation_bucket', rows, { onConflict: { columns: ['automation_id', 'trigger_id', 'bucketing_key'], update } }),
  )
}

/** Deletes buckets that were over long ago. */
export async function sweepBuckets(tx: Transaction, before: Timestamp): Promise<void> {
  await tx.execute(sql`DELETE FROM automation_bucket WHERE automation_id IN (SELECT id FROM automation) AND "end" <= ${before}`)
}
