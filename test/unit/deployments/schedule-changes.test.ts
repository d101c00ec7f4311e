import { describe, expect, test } from 'vitest'
import { scheduleChanges } from '../../../src/resources/deployments/schedule-changes.ts'
import { ScheduleUpdate } from '../../../src/resources/deployments/schedule-schemas.ts'
import { ApiError } from '../../../src/resources/errors.ts'
import { validate } from '../../../src/schema/index.ts'
import type { JsonObject } from '../../../src/values/json.ts'

const daily = { cron: '@daily' }
const wantedOf = (schedules: JsonObject[]) => schedules.map((schedule) => validate(ScheduleUpdate, schedule))
const slugs = (...names: (string | null)[]) => names.map((slug) => ({ slug }))

/** The slugs that are changed and that are added, the answer `replace`, or the refusal. */
function outcome(present: { slug: string | null }[], schedules: JsonObject[]): unknown {
  try {
    const changes = scheduleChanges(present, wantedOf(schedules))
    if (changes === 'replace') return changes
    return { changed: changes.changed.map(({ slug }) => slug), added: changes.added.map(({ slug }) => slug) }
  } catch (error) {
    if (error instanceof ApiError) return [error.status, (error.body as { detail: string }).detail]
    throw error
  }
}

describe('schedules of an update', () => {
  test.each([
    ['nothing there', [], [{ slug: 'a', schedule: daily }], 'replace'],
    ['one without a slug there', slugs('a', null), [{ slug: 'a' }], 'replace'],
    ['none wanted', slugs('a'), [], { changed: [], added: [] }],
    ['the same and a new one', slugs('a'), [{ slug: 'a' }, { slug: 'b', schedule: daily }], { changed: ['a'], added: ['b'] }],
    ['one that changes its slug', slugs('a', 'b'), [{ slug: 'c', replaces: 'a' }], { changed: ['a'], added: [] }],
    [
      'two that change places',
      slugs('a', 'b'),
      [
        { slug: 'a', replaces: 'b' },
        { slug: 'b', replaces: 'a' },
      ],
      { changed: ['b', 'a'], added: [] },
    ],
    ['one in the place of none', slugs('a'), [{ slug: 'c', replaces: 'gone', schedule: daily }], { changed: [], added: ['c'] }],
  ])('%s', (_title, present, wanted, expected) => {
    expect(outcome(present, wanted)).toEqual(expected)
  })

  test.each([
    ['a new one without dates', [{ slug: 'b' }], /without a schedule configuration/],
    ['one without a slug', [{ schedule: daily }], /provide a slug for each schedule/],
    [
      'two in the place of one',
      [
        { slug: 'x', replaces: 'a' },
        { slug: 'y', replaces: 'a' },
      ],
      /Multiple schedules have 'replaces' targeting the same slug: a/,
    ],
    ['a slug that is taken', [{ slug: 'b', replaces: 'a' }], /Cannot rename schedule from 'a' to 'b'/],
  ])('%s is refused', (_title, wanted, problem) => {
    expect(outcome(slugs('a', ...(problem.source.includes('rename') ? ['b'] : [])), wanted)).toEqual([422, expect.stringMatching(problem)])
  })
})
