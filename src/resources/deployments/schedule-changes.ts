/** What the schedules of an update mean for those that a deployment has. Pure. */
import { httpError } from '../errors.ts'
import type { ScheduleRow } from './schedule-records.ts'
import type { ScheduleUpdate } from './schedule-schemas.ts'

export interface ScheduleChanges {
  /** Schedules that are there, by the slug that they have so far. */
  changed: { slug: string; change: ScheduleUpdate }[]
  added: ScheduleUpdate[]
}

/**
 * Where all schedules have slugs, those that there are and those that are wanted, each is changed or added by its slug, and
 * the others stay. Where those that there are have none, the wanted ones take their place: `replace`.
 */
export function scheduleChanges(
  present: readonly Pick<ScheduleRow, 'slug'>[],
  wanted: readonly ScheduleUpdate[],
): ScheduleChanges | 'replace' {
  if (present.length === 0 || present.some(({ slug }) => slug === null)) return 'replace'
  if (wanted.some(({ slug }) => slug === null)) {
    throw httpError(422, 'Please provide a slug for each schedule in your request to ensure schedules are updated correctly.')
  }
  const slugs = new Set(present.map(({ slug }) => slug))
  refuseAmbiguousNames(slugs, wanted)
  const changes: ScheduleChanges = { changed: [], added: [] }
  for (const change of wanted) {
    const slug = change.replaces || (change.slug ?? '')
    if (slugs.has(slug)) changes.changed.push({ slug, change })
    else if (change.schedule !== null) changes.added.push(change)
    else throw httpError(422, 'Unable to create new deployment schedules without a schedule configuration.')
  }
  return changes
}

function refuseAmbiguousNames(slugs: ReadonlySet<string | null>, wanted: readonly ScheduleUpdate[]): void {
  const replaced = new Set<string>()
  for (const { replaces } of wanted) {
    if (!replaces) continue
    if (replaced.has(replaces)) throw httpError(422, `Multiple schedules have 'replaces' targeting the same slug: ${replaces}`)
    replaced.add(replaces)
  }
  for (const { slug, replaces } of wanted) {
    if (!slug || !replaces || !slugs.has(slug) || replaced.has(slug)) continue
    const problem = `Cannot rename schedule from '${replaces}' to '${slug}': a schedule with slug '${slug}' already exists.`
    throw httpError(422, problem)
  }
}
