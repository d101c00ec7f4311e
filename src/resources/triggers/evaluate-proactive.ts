/** Proactive triggers as the clock goes: what was expected and has not happened. */
import { Evaluator } from '../../events/triggers/evaluator.ts'
import type { LoadedTrigger } from '../../events/triggers/trigger-index.ts'
import type { Infer } from '../../schema/index.ts'
import * as s from '../../schema/index.ts'
import type { Transaction } from '../../storage/database.ts'
import { decodeTimestamp } from '../../storage/decode.ts'
import { sql } from '../../storage/sql.ts'
import { Timestamp } from '../../values/timestamp.ts'
import type { Context } from '../context.ts'
import { ok, type Reply, type Request } from '../route.ts'
import { selectDueBuckets, sweepBuckets } from './buckets.ts'
import { loadChildren, lockAutomations, lockTriggers, writeEvaluation } from './evaluate-batches.ts'
import { loadTriggerIndex, noticeForeignChanges } from './loaded-automations.ts'

/** When each trigger is to be looked at again; whoever asks keeps it. A trigger that is not there is due. */
export const EvaluateProactive = s.parameters({ next_runs: s.optional(s.dict(s.datetime()), () => ({})) })

const triggersAtOnce = 50

export async function evaluateProactiveTriggers(context: Context, { body }: Request<Infer<typeof EvaluateProactive>>): Promise<Reply> {
  const { tx, now } = context
  if (!(await lockTriggers(tx))) return ok({ next_runs: body.next_runs, more: false })
  const proactive = (await loadTriggerIndex(context)).triggers.filter(({ trigger }) => trigger.posture === 'Proactive')
  const nextRuns = new Map(proactive.flatMap(({ trigger: { id } }) => (body.next_runs[id] === undefined ? [] : [[id, body.next_runs[id]]])))
  const due = proactive.filter(({ trigger: { id } }) => !nextRuns.get(id)?.isAfter(now))
  const batch = due.slice(0, triggersAtOnce)
  if (batch.length > 0) {
    const asOf = await eventsClock(tx, now)
    for (const [id, next] of await passTime(context, batch, asOf)) nextRuns.set(id, next)
  }
  return ok({ next_runs: Object.fromEntries(nextRuns), more: due.length > batch.length })
}

async function passTime(context: Context, due: readonly LoadedTrigger[], asOf: Timestamp): Promise<[string, Timestamp][]> {
  const { tx } = context
  const evaluator = new Evaluator(await loadTriggerIndex(context), Timestamp.now)
  const locked = await lockAutomations(tx, [...new Set(due.map(({ automation }) => automation.automation.id))])
  const there = due.filter(({ automation }) => locked.has(automation.automation.id))
  await loadChildren(
    tx,
    evaluator,
    there.map(({ automation }) => automation),
  )
  const nextRuns: [string, Timestamp][] = []
  for (const loaded of there) {
    const { buckets, more } = await selectDueBuckets(tx, loaded, asOf)
    const { automation, trigger } = loaded
    for (const { key, bucket } of buckets)
      evaluator.putBucket({ automationId: automation.automation.id, triggerId: trigger.id, key }, bucket)
    const next = evaluator.passTime(loaded, asOf)
    nextRuns.push([loaded.trigger.id, more ? asOf : next])
  }
  await writeEvaluation(context, evaluator)
  return nextRuns
}

/**
 * How far events have been evaluated: an event that was received before that may still be on its way to the triggers, and
 * nothing may be said to be missing because of that.
 */
async function eventsClock(tx: Transaction, now: Timestamp): Promise<Timestamp> {
  const [row] = await tx.query<{ outbox: unknown; batches: unknown }>(sql`
    SELECT (SELECT min(created) FROM server_outbox) AS outbox, (SELECT min(created) FROM server_trigger_batch) AS batches`)
  return [decodeTimestamp(row?.outbox), decodeTimestamp(row?.batches)].reduce<Timestamp>(
    (earliest, instant) => (instant?.isBefore(earliest) ? instant : earliest),
    now,
  )
}

/** Housekeeping: forgets buckets that are long over, and notices automations that somebody else has changed. */
export async function tidyTriggers(context: Context): Promise<Reply> {
  const { tx, now, settings } = context
  const buffer = settings.get('PREFECT_SERVER_EVENTS_EXPIRED_BUCKET_BUFFER')
  await sweepBuckets(tx, (await eventsClock(tx, now)).addSeconds(-buffer.seconds))
  await noticeForeignChanges(context)
  return ok(true)
}
