/**
 * Evaluates events: one transaction takes batches out, moves buckets on, and leaves actions and events. An event is in one
 * batch only, because it is made visible once, so it is evaluated once, whatever dies in between.
 */
import type { Event } from '../../events/event.ts'
import { arrange } from '../../events/triggers/causal-order.ts'
import { Evaluator, type Interest } from '../../events/triggers/evaluator.ts'
import type { Infer } from '../../schema/index.ts'
import * as s from '../../schema/index.ts'
import type { Transaction } from '../../storage/database.ts'
import { sql } from '../../storage/sql.ts'
import { Timestamp } from '../../values/timestamp.ts'
import type { Uuid } from '../../values/uuid.ts'
import type { Context } from '../context.ts'
import { readStoredEvent } from '../events/stored.ts'
import { isFaultOfDatabase } from '../quarantine.ts'
import { ok, type Reply, type Request } from '../route.ts'
import { enqueueActions } from '../triggered-actions/queue.ts'
import { eventIds, readTriggerBatches, recordFailure, removeTriggerBatches, type TriggerBatch } from './batches.ts'
import { selectBuckets, writeBuckets } from './buckets.ts'
import { selectChildFirings, writeChildFirings } from './child-firings.ts'
import { releaseFollowers, rememberFollowers, selectSeen } from './followers.ts'
import { loadTriggerIndex } from './loaded-automations.ts'

export const EvaluateBatches = s.parameters({ batches: s.optional(s.integer(), 16) })

/** Pods that expand at the same time may commit batches in another order than their ids: so far one looks ahead. */
const lookahead = 8

export async function evaluateTriggerBatches(context: Context, { body }: Request<Infer<typeof EvaluateBatches>>): Promise<Reply> {
  const { tx, now } = context
  if (!(await lockTriggers(tx))) return ok({ evaluated: 0, more: false })
  await releaseFollowers(tx, now)
  const read = await readTriggerBatches(tx, body.batches + lookahead)
  const batches = read.slice(0, body.batches)
  const pending = new Set(read.slice(body.batches).flatMap(eventIds))
  await evaluateOrPutAside(context, batches, pending)
  return ok({ evaluated: batches.reduce((sum, { events }) => sum + events.length, 0), more: read.length > batches.length })
}

/** Triggers are evaluated by one at a time. Leadership sees to that already; this is for the moment of a takeover. */
export async function lockTriggers(tx: Transaction): Promise<boolean> {
  if (tx.dialect === 'sqlite') return true
  const [row] = await tx.query<{ locked: boolean }>(
    sql`SELECT pg_try_advisory_xact_lock(1886545254::bigint << 32 | 'server_trigger_batch'::regclass::oid::bigint) AS locked`,
  )
  return row?.locked === true
}

/** All batches at once; when that fails each by itself, so that one which fails blocks no other. */
async function evaluateOrPutAside(context: Context, batches: readonly TriggerBatch[], pending: ReadonlySet<Uuid>): Promise<void> {
  if (batches.length === 0) return
  try {
    await context.tx.savepoint(async () => {
      await evaluateEvents(context, batches.flatMap(eventsOf), pending)
      await removeTriggerBatches(context.tx, batches)
    })
  } catch (error) {
    if (isFaultOfDatabase(error)) throw error
    const [only] = batches
    if (batches.length === 1 && only !== undefined) await recordFailure(context.tx, only, error)
    else for (const batch of batches) await evaluateOrPutAside(context, [batch], pending)
  }
}

const eventsOf = ({ events }: TriggerBatch): Event[] => events.map(readStoredEvent)

async function evaluateEvents(context: Context, events: readonly Event[], pending: ReadonlySet<Uuid>): Promise<void> {
  const { tx, now } = context
  const leaders = events.flatMap(({ follows }) => (follows === null ? [] : [follows]))
  const own = new Set(events.map(({ id }) => id))
  const seen = await selectSeen(
    tx,
    leaders.filter((id) => !own.has(id)),
    pending,
  )
  const { ready, waiting } = arrange(events, (id) => seen.has(id), now)
  await rememberFollowers(tx, waiting)
  const evaluator = new Evaluator(await loadTriggerIndex(context), Timestamp.now)
  const interests = await withLockedAutomations(
    tx,
    ready.map((event) => evaluator.interestsIn(event)),
  )
  await load(tx, evaluator, interests.flat())
  for (const [index, event] of ready.entries()) evaluator.react(event, interests[index])
  await writeEvaluation(context, evaluator)
}

/** Automations that are deleted meanwhile wait, those that are gone do not count any more. */
async function withLockedAutomations(tx: Transaction, interests: Interest[][]): Promise<Interest[][]> {
  const ids = new Set(interests.flat().map(({ place }) => place.automationId))
  const locked = await lockAutomations(tx, [...ids])
  return interests.map((each) => each.filter(({ place }) => locked.has(place.automationId)))
}

export async function lockAutomations(tx: Transaction, ids: readonly Uuid[]): Promise<Set<Uuid>> {
  if (ids.length === 0) return new Set()
  const lock = sql.dialect({ sqlite: sql.empty, postgres: sql.raw(' FOR KEY SHARE') })
  const rows = await tx.query<{ id: Uuid }>(
    sql`SELECT id FROM automation WHERE enabled AND ${sql.isIn(sql`id`, ids, 'uuid')} ORDER BY id${lock}`,
  )
  return new Set(rows.map(({ id }) => id))
}

async function load(tx: Transaction, evaluator: Evaluator, interests: readonly Interest[]): Promise<void> {
  for (const { place, bucket } of await selectBuckets(
    tx,
    interests.map(({ place }) => place),
  ))
    evaluator.putBucket(place, bucket)
  await loadChildren(
    tx,
    evaluator,
    interests.map(({ loaded }) => loaded.automation),
  )
}

/** The children's firings of those automations that have a composite trigger. */
export async function loadChildren(
  tx: Transaction,
  evaluator: Evaluator,
  automations: readonly Interest['loaded']['automation'][],
): Promise<void> {
  const composite = automations.filter(({ parents }) => parents.size > 0).map(({ automation }) => automation.id)
  for (const { automationId, parentId, firings } of await selectChildFirings(tx, [...new Set(composite)])) {
    evaluator.putChildren(automationId, parentId, firings)
  }
}

/** Writes what an evaluation has changed, and what follows from it. */
export async function writeEvaluation(context: Context, evaluator: Evaluator): Promise<void> {
  await writeBuckets(context.tx, evaluator.changedSlots, context.now)
  await writeChildFirings(context.tx, evaluator.changedChildren, context.now)
  await enqueueActions(context, evaluator.consequences.actions)
  for (const event of evaluator.consequences.events) context.emit(event)
}
