import type { Transition, Zone } from './zone.ts'

/**
 * dateutil, which expands the reference's rrules, localises wall times by its own reading of the zone files. It differs
 * from everybody else in three ways that show in dates:
 * it reads the old 32-bit part, so that from the last change before 2038 on every zone keeps its standard time for ever;
 * a wall time in the gap of a lasting change counts with the old offset, in that of summer time with the new one;
 * where the files call winter the exceptional season, both edges of it are an hour late.
 */
const end32Bit = 2 ** 31 - 1
const reach = 200_000
const longestSeason = 300 * 86_400
const searchedForLast = 2 * 366 * 86_400

/** Zones whose winter carries the DST flag, with the span in which it does. */
const winterIsExceptional: Record<string, [from: number, to: number]> = {
  'Europe/Dublin': [Date.UTC(1971, 0) / 1000, Number.POSITIVE_INFINITY],
  Eire: [Date.UTC(1971, 0) / 1000, Number.POSITIVE_INFINITY],
  'Africa/Casablanca': [Date.UTC(2018, 10) / 1000, Date.UTC(2026, 6) / 1000],
  'Africa/El_Aaiun': [Date.UTC(2018, 10) / 1000, Date.UTC(2026, 6) / 1000],
  'Africa/Windhoek': [Date.UTC(1994, 0) / 1000, Date.UTC(2017, 9) / 1000],
}

interface Ending {
  from: number
  offset: number
}

const endings = new WeakMap<Zone, Ending>()

/** Seconds east of UTC that dateutil gives a wall time (fold 0). */
export function dateutilOffset(zone: Zone, wall: number): number {
  const ending = endingOf(zone)
  if (wall >= ending.from) return ending.offset
  const transitions = zone.transitionsBetween(wall - reach, wall + reach)
  let offset = transitions[0]?.before
  if (offset === undefined) return zone.offsetAt(wall)
  for (const transition of transitions) {
    if (transition.at > end32Bit || wall < edge(zone, transition)) break
    offset = transition.after
  }
  return offset
}

/** The wall time from which the offset after a transition counts. */
function edge(zone: Zone, { at, before, after }: Transition): number {
  const [from, to] = winterIsExceptional[zone.name] ?? [0, 0]
  const inverted = at >= from && at < to
  if (after < before) return at + before + (inverted ? before - after : 0)
  return at + (inverted || !isSeasonal(zone, at) ? after : before)
}

/** Days on which zones moved for good although it looked like the beginning of summer time. */
const lastingChanges: ReadonlySet<string> = new Set(['2010-09-05', '2011-03-26', '2011-03-27', '2015-02-01', '2015-03-08', '2023-03-26'])

/** True when clocks go back within the year after, or went back within the year before. */
function isSeasonal(zone: Zone, at: number): boolean {
  const near = zone.transitionsBetween(at - longestSeason, at + longestSeason)
  const index = near.findIndex((transition) => transition.at === at)
  const goesBack = (other: Transition | undefined) =>
    other !== undefined && Math.abs(other.at - at) < longestSeason && other.after < other.before
  const lasting = lastingChanges.has(new Date(at * 1000).toISOString().slice(0, 10))
  return goesBack(near[index + 1]) || (!lasting && goesBack(near[index - 1]))
}

/** Where standard time for ever begins. */
function endingOf(zone: Zone): Ending {
  let ending = endings.get(zone)
  if (ending === undefined) {
    const last = zone.transitionsBetween(end32Bit - searchedForLast, end32Bit).findLast((transition) => transition.at <= end32Bit)
    if (last === undefined) {
      ending = { from: end32Bit, offset: zone.offsetAt(end32Bit) }
    } else {
      const [, to] = winterIsExceptional[zone.name] ?? [0, 0]
      const { before, after } = last
      const standard = last.at < to ? Math.max(before, after) : Math.min(before, after)
      ending = { from: last.at + before, offset: standard }
    }
    endings.set(zone, ending)
  }
  return ending
}
