/**
 * Concurrency limits and the leases that hold their slots.
 *
 * A `Slots` is the working copy of a group: the rows as they stand after the decisions so far. A transition works on a
 * `SlotsDraft` over it and hands its changes back, so that a decision either counts whole or not at all, and the next
 * decision of the group sees what this one took.
 */
import type { Timestamp } from '../values/timestamp.ts'
import type { Uuid } from '../values/uuid.ts'

/** A row of concurrency_limit: limits the runs of tasks with a tag, and lists those that have a slot. */
export interface TagLimit {
  id: Uuid
  tag: string
  concurrency_limit: number
  active_slots: readonly Uuid[]
}

/** A row of concurrency_limit_v2. */
export interface ConcurrencyLimit {
  id: Uuid
  name: string
  active: boolean
  limit: number
  active_slots: number
  denied_slots: number
  slot_decay_per_second: number
  avg_slot_occupancy_seconds: number
  updated: Timestamp
}

/** A row of server_lease: who holds how many slots of which limits, and until when. */
export interface Lease {
  id: Uuid
  resource_ids: readonly Uuid[]
  slots: number
  holder: LeaseHolder | null
  expires_at: Timestamp
}

export interface LeaseHolder {
  type: 'flow_run' | 'task_run' | 'deployment'
  id: Uuid
}

/** Rows as they are to be written. */
export interface SlotChanges {
  tagLimits: TagLimit[]
  limits: ConcurrencyLimit[]
  /** New ones, and those with another `expires_at`. */
  leases: Lease[]
  revokedLeases: Uuid[]
}

/** The longest waits that clients are told, in seconds; they bound how long a denied slot is remembered. */
export interface SlotWaits {
  tagConcurrencySlotWaitSeconds: number
  maximumConcurrencySlotWaitSeconds: number
}

/** Slots in use, less those that have decayed since the row was written. */
export function activeSlots(limit: ConcurrencyLimit, now: Timestamp): number {
  return Math.max(0, limit.active_slots - Math.floor(limit.slot_decay_per_second * now.secondsSince(limit.updated)))
}

/** Denied slots, less those forgotten: as fast as slots decay, or as fast as they become free. */
export function deniedSlots(limit: ConcurrencyLimit, now: Timestamp, waits: SlotWaits): number {
  const longestWait = limit.name.startsWith('tag:') ? waits.tagConcurrencySlotWaitSeconds : waits.maximumConcurrencySlotWaitSeconds
  const occupancy = Math.max(0.1, Math.min(limit.avg_slot_occupancy_seconds, longestWait))
  const rate = limit.slot_decay_per_second > 0 ? limit.slot_decay_per_second : 1 / occupancy
  return Math.max(0, limit.denied_slots - Math.floor(rate * now.secondsSince(limit.updated)))
}

export class Slots {
  readonly tagLimits: Map<string, TagLimit>
  readonly limits: Map<Uuid, ConcurrencyLimit>
  readonly limitIds: Map<string, Uuid>
  readonly leases: Map<Uuid, Lease>

  constructor(rows: { tagLimits?: readonly TagLimit[]; limits?: readonly ConcurrencyLimit[]; leases?: readonly Lease[] } = {}) {
    this.tagLimits = new Map(rows.tagLimits?.map((row) => [row.tag, row]))
    this.limits = new Map(rows.limits?.map((row) => [row.id, row]))
    this.limitIds = new Map(rows.limits?.map((row) => [row.name, row.id]))
    this.leases = new Map(rows.leases?.map((row) => [row.id, row]))
  }

  /** Takes a decision's changes over. */
  settle(changes: SlotChanges): void {
    for (const row of changes.tagLimits) this.tagLimits.set(row.tag, row)
    for (const row of changes.limits) this.limits.set(row.id, row)
    for (const row of changes.leases) this.leases.set(row.id, row)
    for (const id of changes.revokedLeases) this.leases.delete(id)
  }
}

export class SlotsDraft {
  readonly #base: Slots
  readonly #now: Timestamp
  readonly #waits: SlotWaits
  readonly #tagLimits = new Map<string, TagLimit>()
  readonly #limits = new Map<Uuid, ConcurrencyLimit>()
  /** null: revoked. */
  readonly #leases = new Map<Uuid, Lease | null>()
  /** How to undo what was taken, latest last. */
  readonly #taken: (() => void)[] = []

  constructor(base: Slots, now: Timestamp, waits: SlotWaits) {
    this.#base = base
    this.#now = now
    this.#waits = waits
  }

  tagLimit(tag: string): TagLimit | undefined {
    return this.#tagLimits.get(tag) ?? this.#base.tagLimits.get(tag)
  }

  limit(id: Uuid): ConcurrencyLimit | undefined {
    return this.#limits.get(id) ?? this.#base.limits.get(id)
  }

  limitNamed(name: string): ConcurrencyLimit | undefined {
    const id = this.#base.limitIds.get(name)
    return id === undefined ? undefined : this.limit(id)
  }

  lease(id: Uuid): Lease | undefined {
    return this.#leases.has(id) ? (this.#leases.get(id) ?? undefined) : this.#base.leases.get(id)
  }

  /** Unexpired leases on any of the limits that the holder has. */
  leasesHeldBy(holder: Uuid, limits: readonly Uuid[]): Lease[] {
    return [...this.#base.leases.keys()].flatMap((id) => {
      const lease = this.lease(id)
      const held = lease?.holder?.id === holder && lease.expires_at.isAfter(this.#now)
      return held && lease.resource_ids.some((limit) => limits.includes(limit)) ? [lease] : []
    })
  }

  /** Takes a slot of every limit under the lease, or nothing at all when one of them is full or not active. */
  acquire(lease: Lease): boolean {
    const rows = lease.resource_ids.map((id) => this.limit(id))
    const free = rows.filter((row) => row?.active && activeSlots(row, this.#now) + lease.slots <= row.limit)
    if (free.length < rows.length) return false
    for (const row of free) {
      if (row === undefined) continue
      this.#put(this.#limits, row.id, this.#withActive(row, activeSlots(row, this.#now) + lease.slots))
    }
    this.#put(this.#leases, lease.id, lease)
    return true
  }

  takeTag(limit: TagLimit, run: Uuid): void {
    if (limit.active_slots.includes(run)) return
    this.#put(this.#tagLimits, limit.tag, { ...limit, active_slots: [...limit.active_slots, run] })
  }

  /** Undoes everything that was acquired in this draft. */
  giveBack(): void {
    for (const undo of this.#taken.splice(0).reverse()) undo()
  }

  releaseTag(tag: string, run: Uuid): void {
    const limit = this.tagLimit(tag)
    if (!limit?.active_slots.includes(run)) return
    this.#tagLimits.set(tag, { ...limit, active_slots: limit.active_slots.filter((holder) => holder !== run) })
  }

  /** Frees slots; limits that are gone or inactive are left alone. */
  decrement(limits: readonly Uuid[], slots: number): void {
    for (const id of limits) {
      const row = this.limit(id)
      if (row?.active) this.#limits.set(id, this.#withActive(row, Math.max(0, activeSlots(row, this.#now) - slots)))
    }
  }

  /** Frees what a lease holds. A lease that is not known (any more) has nothing to free, but the run's slot of `fallback` may be. */
  release(id: Uuid, fallback: Uuid | null = null): void {
    const lease = this.lease(id)
    if (lease === undefined) {
      if (fallback !== null) this.decrement([fallback], 1)
      return
    }
    this.decrement(lease.resource_ids, lease.slots)
    this.#leases.set(id, null)
  }

  /** Forgets a lease whose slots stay taken. */
  revoke(id: Uuid): void {
    if (this.lease(id) !== undefined) this.#leases.set(id, null)
  }

  /** False when there is no such lease. */
  renew(id: Uuid, expires: Timestamp): boolean {
    const lease = this.lease(id)
    if (lease === undefined) return false
    this.#leases.set(id, { ...lease, expires_at: expires })
    return true
  }

  changes(): SlotChanges {
    const leases = [...this.#leases]
    return {
      tagLimits: [...this.#tagLimits.values()],
      limits: [...this.#limits.values()],
      leases: leases.flatMap(([, lease]) => lease ?? []),
      revokedLeases: leases.flatMap(([id, lease]) => (lease === null && this.#base.leases.has(id) ? id : [])),
    }
  }

  #withActive(row: ConcurrencyLimit, active: number): ConcurrencyLimit {
    return { ...row, active_slots: active, denied_slots: deniedSlots(row, this.#now, this.#waits), updated: this.#now }
  }

  #put<Key, Row>(rows: Map<Key, Row>, key: Key, row: Row): void {
    const before = rows.get(key)
    rows.set(key, row)
    this.#taken.push(() => (before === undefined ? rows.delete(key) : rows.set(key, before)))
  }
}
