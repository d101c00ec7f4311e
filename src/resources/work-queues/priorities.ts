/**
 * Priorities of the queues of a pool: whole numbers from 1, no two alike. Pure.
 *
 * A new queue takes the first number that is free. A queue that is given a number takes it, and whoever holds it (and
 * further ones, as far as need be) moves one down; all others keep theirs.
 */
import type { Uuid } from '../../values/uuid.ts'

export interface Ranked {
  id: Uuid
  priority: number
}

/** The first priority that is free. */
export function freePriority(taken: readonly number[]): number {
  const sorted = taken.toSorted((a, b) => a - b)
  const gap = sorted.findIndex((priority, index) => priority !== index + 1)
  return gap >= 0 ? gap + 1 : (sorted.at(-1) ?? 0) + 1
}

/** The priorities that change, when `moved` is to have the one it names (none: when a queue has left). */
export function rearranged(queues: readonly Ranked[], moved: Ranked | null): Ranked[] {
  const order = queues.filter(({ id }) => id !== moved?.id).toSorted((a, b) => a.priority - b.priority)
  if (moved !== null) {
    const place = order.findIndex(({ priority }) => priority >= moved.priority)
    // Behind all others it is in nobody's way; others that share a number are parted without regard to it.
    if (place >= 0) order.splice(place, 0, moved)
  }
  const before = new Map(queues.map(({ id, priority }) => [id, priority]))
  const after: Ranked[] = []
  let last = 0
  for (const { id, priority } of order) {
    last = Math.max(priority, last + 1)
    after.push({ id, priority: last })
  }
  return after.filter(({ id, priority }) => before.get(id) !== priority)
}
