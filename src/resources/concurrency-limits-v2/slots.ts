/**
 * Taking and freeing slots of global concurrency limits, grouped: the limits of a group are locked once, and each request
 * decides on what the ones before it left.
 */
import type { Settings } from '../../config/settings.ts'
import { activeSlots, deniedSlots, type LeaseHolder, type SlotWaits } from '../../orchestration/slots.ts'
import { clampedPoissonInterval } from '../../orchestration/waiting.ts'
import type { Infer } from '../../schema/index.ts'
import type { Transaction } from '../../storage/database.ts'
import { sql } from '../../storage/sql.ts'
import { insertInto } from '../../storage/statements.ts'
import { pythonRepr } from '../../values/python-text.ts'
import type { Timestamp } from '../../values/timestamp.ts'
import { type Uuid, uuid7 } from '../../values/uuid.ts'
import type { Context } from '../context.ts'
import { httpError } from '../errors.ts'
import type { Grouped } from '../grouped.ts'
import { noContent, ok, type Reply } from '../route.ts'
import { type LeaseRow, type LimitRow, lockLeases, lockLimits, writeSlots } from './queries.ts'
import type { Decrement, DecrementWithLease, Increment, IncrementWithLease } from './schemas.ts'

/** The working copy of a group. */
interface Working {
  limits: Map<Uuid, LimitRow>
  byName: Map<string, Uuid>
  leases: Map<Uuid, LeaseRow>
  changed: Set<Uuid>
  taken: LeaseRow[]
  revoked: Uuid[]
}

/** The least that an occupancy counts for, so that waits never come to nothing. */
const leastOccupancySeconds = 0.1
/** The average occupancy follows the last so many times `limit` samples. */
const samplesPerSlot = 2

export const incrementSlots: Grouped<Infer<typeof Increment>, Working> = {
  load: (tx, members) =>
    load(
      tx,
      members.flatMap(({ request }) => request.body.names),
      [],
    ),
  decide: (working, { request, now }, { settings }) => {
    const acquired = acquire(working, request.body, now, settings)
    return Array.isArray(acquired) ? ok(acquired.map(minimal)) : acquired
  },
  write,
}

export const incrementSlotsWithLease: Grouped<Infer<typeof IncrementWithLease>, Working> = {
  load: (tx, members) =>
    load(
      tx,
      members.flatMap(({ request }) => request.body.names),
      [],
    ),
  decide(working, { request, now }, { settings }) {
    const acquired = acquire(working, request.body, now, settings)
    if (!Array.isArray(acquired)) return acquired
    const { slots, lease_duration, holder } = request.body
    const lease: LeaseRow = {
      id: uuid7(),
      created: now,
      resource_ids: acquired.map((limit) => limit.id),
      slots,
      holder: holder as LeaseHolder | null,
      expires_at: now.addSeconds(lease_duration),
    }
    working.taken.push(lease)
    working.leases.set(lease.id, lease)
    return ok({ lease_id: lease.id, limits: acquired.map(minimal) })
  },
  write,
}

export const decrementSlots: Grouped<Infer<typeof Decrement>, Working> = {
  load: (tx, members) =>
    load(
      tx,
      members.flatMap(({ request }) => request.body.names),
      [],
    ),
  decide(working, { request, now }, { settings }) {
    const limits = named(working, request.body.names)
    release(working, limits, request.body.slots, request.body.occupancy_seconds, now, waitsOf(settings))
    return ok(limits.map(minimal))
  },
  write,
}

export const decrementSlotsWithLease: Grouped<Infer<typeof DecrementWithLease>, Working> = {
  load: (tx, members) =>
    load(
      tx,
      [],
      members.map(({ request }) => request.body.lease_id),
    ),
  decide(working, { request, now }, { settings }) {
    const lease = working.leases.get(request.body.lease_id)
    if (lease === undefined) return noContent()
    const limits = lease.resource_ids.flatMap((id) => working.limits.get(id) ?? [])
    release(working, limits, lease.slots, now.secondsSince(lease.created), now, waitsOf(settings))
    working.leases.delete(lease.id)
    working.revoked.push(lease.id)
    return noContent()
  },
  write,
}

async function load(tx: Transaction, names: readonly string[], leaseIds: readonly Uuid[]): Promise<Working> {
  const leases = leaseIds.length === 0 ? [] : await lockLeases(tx, leaseIds)
  const ids = leases.flatMap((lease) => lease.resource_ids)
  const limits = names.length + ids.length === 0 ? [] : await lockLimits(tx, [...new Set(names)], [...new Set(ids)])
  return {
    limits: new Map(limits.map((limit) => [limit.id, limit])),
    byName: new Map(limits.map((limit) => [limit.name, limit.id])),
    leases: new Map(leases.map((lease) => [lease.id, lease])),
    changed: new Set(),
    taken: [],
    revoked: [],
  }
}

async function write(tx: Transaction, { limits, changed, taken, revoked }: Working): Promise<void> {
  await writeSlots(
    tx,
    [...changed].toSorted().flatMap((id) => limits.get(id) ?? []),
  )
  const leases = taken.filter((lease) => !revoked.includes(lease.id))
  if (leases.length > 0)
    await tx.execute(
      insertInto(
        'server_lease',
        leases.map((lease) => ({ ...lease, kind: 'concurrency' })),
      ),
    )
  if (revoked.length > 0) await tx.execute(sql`DELETE FROM server_lease WHERE ${sql.isIn(sql`id`, revoked, 'uuid')}`)
}

/** Adds to the slots in use of limits that are locked (or takes away, never below none), and writes them. */
export async function addToActiveSlots({ tx, now, settings }: Context, limits: readonly LimitRow[], slots: number): Promise<void> {
  const waits = waitsOf(settings)
  const changed = limits.filter((limit) => limit.active)
  for (const limit of changed) {
    setSlots(limit, now, waits, { active: Math.max(0, activeSlots(limit, now) + slots), denied: 0 })
  }
  await writeSlots(tx, changed)
}

/** Frees what a lease holds of these limits, which are locked, and writes them. */
export async function releaseLease({ tx, now, settings }: Context, lease: LeaseRow, limits: readonly LimitRow[]): Promise<void> {
  const held = limits.filter((limit) => lease.resource_ids.includes(limit.id) && limit.active)
  for (const limit of held) free(limit, lease.slots, now.secondsSince(lease.created), now, waitsOf(settings))
  await writeSlots(tx, held)
}

interface Wanted {
  names: readonly string[]
  slots: number
  mode: string
}

/** The limits, each with the slots taken; or the refusal: nothing is taken then, and the denial is remembered. */
function acquire(working: Working, { names, slots, mode }: Wanted, now: Timestamp, settings: Settings): LimitRow[] | Reply {
  const limits = named(working, names)
  const active = limits.filter((limit) => limit.active)
  if (active.some((limit) => limit.limit < slots)) throw httpError(422, 'Slots requested is greater than the limit')
  const steady = active.filter((limit) => limit.slot_decay_per_second === 0)
  if (mode === 'rate_limit' && steady.length > 0) {
    const list = pythonRepr(steady.map((limit) => limit.name).join(','))
    const detail = `Only concurrency limits with slot decay can be used for rate limiting. The following limits do not have a decay configured: ${list}`
    throw httpError(422, detail)
  }
  const waits = waitsOf(settings)
  const isFree = active.every((limit) => activeSlots(limit, now) + slots <= limit.limit)
  for (const limit of active) {
    const taken = isFree ? slots : 0
    setSlots(limit, now, waits, { active: activeSlots(limit, now) + taken, denied: isFree ? 0 : slots })
    working.changed.add(limit.id)
  }
  return isFree ? limits : locked(active, slots, waits)
}

function release(
  working: Working,
  limits: readonly LimitRow[],
  slots: number,
  occupancy: number | null,
  now: Timestamp,
  waits: SlotWaits,
): void {
  for (const limit of limits) {
    if (!limit.active) continue
    free(limit, slots, occupancy, now, waits)
    working.changed.add(limit.id)
  }
}

/** Frees slots of a limit; how long they were occupied goes into its average. */
function free(limit: LimitRow, slots: number, occupancy: number | null, now: Timestamp, waits: SlotWaits): void {
  if (occupancy !== null && occupancy > 0) {
    const each = Math.max(occupancy / slots, leastOccupancySeconds)
    const samples = limit.limit * samplesPerSlot
    limit.avg_slot_occupancy_seconds += each / samples - limit.avg_slot_occupancy_seconds / samples
  }
  setSlots(limit, now, waits, { active: Math.max(0, activeSlots(limit, now) - slots), denied: 0 })
}

function setSlots(limit: LimitRow, now: Timestamp, waits: SlotWaits, { active, denied }: { active: number; denied: number }): void {
  limit.denied_slots = deniedSlots(limit, now, waits) + denied
  limit.active_slots = active
  limit.updated = now
}

/** 423: come back when a slot should be free, judged by the limit that takes longest; spread by chance. */
function locked(limits: readonly LimitRow[], slots: number, waits: SlotWaits): Reply {
  const blocking = limits.map((limit) => ({ limit, count: blockingSlots(limit, slots) })).toSorted((a, b) => b.count - a.count)[0]
  let interval = 0
  if (blocking !== undefined) {
    const { limit, count } = blocking
    const longest = limit.name.startsWith('tag:') ? waits.tagConcurrencySlotWaitSeconds : waits.maximumConcurrencySlotWaitSeconds
    if (limit.slot_decay_per_second > 0) interval = count / limit.slot_decay_per_second
    else interval = Math.min(Math.min(limit.avg_slot_occupancy_seconds, longest) * count, longest)
  }
  const retryAfter = String(clampedPoissonInterval(interval, Math.random()))
  return { status: 423, body: { detail: 'Locked' }, headers: { 'retry-after': retryAfter } }
}

function blockingSlots(limit: LimitRow, slots: number): number {
  const denied = Math.max(0, limit.denied_slots - slots)
  return limit.slot_decay_per_second > 0 ? slots + denied : (slots + denied) / limit.limit
}

function named({ limits, byName }: Working, names: readonly string[]): LimitRow[] {
  return [...new Set(names)].flatMap((name) => limits.get(byName.get(name) ?? '') ?? [])
}

const minimal = ({ id, name, limit }: LimitRow) => ({ id, name, limit })

function waitsOf(settings: Settings): SlotWaits {
  return {
    tagConcurrencySlotWaitSeconds: settings.get('PREFECT_SERVER_TASKS_TAG_CONCURRENCY_SLOT_WAIT_SECONDS'),
    maximumConcurrencySlotWaitSeconds: settings.get('PREFECT_SERVER_CONCURRENCY_MAXIMUM_CONCURRENCY_SLOT_WAIT_SECONDS'),
  }
}
