import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { ScheduleRow } from '../../../src/resources/deployments/schedule-records.ts'
import { runsOfSchedule, type ScheduleWindow } from '../../../src/resources/deployments/schedule-runs.ts'
import { instantOfText } from '../../../src/schema/instants.ts'
import type { JsonObject } from '../../../src/values/json.ts'
import { Timestamp } from '../../../src/values/timestamp.ts'

const at = (text: string): Timestamp => instantOfText(text) ?? Timestamp.fromMicroseconds(0)
const now = at('2030-06-01T00:00:00Z')

const deployment = {
  id: '11111111-1111-4111-8111-111111111111',
  flow_id: '22222222-2222-4222-8222-222222222222',
  version: '7',
  work_queue_name: 'q',
  work_queue_id: null,
  parameters: { a: 1, b: 2 },
  infrastructure_document_id: null,
  tags: ['t'],
  labels: { l: 1, 'prefect.flow.id': 'stale' },
}

function scheduleOf(schedule: JsonObject, changes: Partial<ScheduleRow> = {}): ScheduleRow {
  const id = '33333333-3333-4333-8333-333333333333'
  const rest = { created: now, updated: now, deployment_id: deployment.id, active: true, max_scheduled_runs: null, slug: null }
  return { id, ...rest, parameters: { b: 3 }, schedule, ...changes }
}

const window: ScheduleWindow = {
  start: at('2031-03-08T00:00:00Z'),
  end: at('2031-06-08T00:00:00Z'),
  minSeconds: 0,
  minRuns: 3,
  maxRuns: 100,
}

describe('runs of a schedule', () => {
  // The reference's own keys: both servers must make the same ones, or a date gets two runs.
  test.each([
    [{ cron: '0 9 * * *', timezone: null, day_or: true }, ['2031-03-08 09:00:00+00:00', '2031-03-09 09:00:00+00:00']],
    [{ cron: '0 9 * * *', timezone: 'America/New_York' }, ['2031-03-08 09:00:00-05:00', '2031-03-09 09:00:00-04:00']],
    [
      { rrule: 'DTSTART:20310101T000000\nRRULE:FREQ=DAILY', timezone: 'Europe/Berlin' },
      ['2031-03-09 00:00:00+01:00', '2031-03-10 00:00:00+01:00'],
    ],
    [
      { interval: 3600.5, anchor_date: '2026-03-07T00:00:00-05:00', timezone: 'America/New_York' },
      ['2031-03-07 19:05:18.500000-05:00', '2031-03-07 20:05:19-05:00'],
    ],
    [
      { interval: 3600, anchor_date: '2026-01-01T00:30:00Z', timezone: 'Asia/Kolkata' },
      ['2031-03-08 06:00:00+05:30', '2031-03-08 07:00:00+05:30'],
    ],
  ])('%j', (schedule, dates) => {
    const keys = runsOfSchedule(deployment, scheduleOf(schedule), { ...window, minRuns: 2 }, now).map(({ run }) => run.idempotency_key)
    expect(keys).toEqual(dates.map((date) => `scheduled ${deployment.id} ${scheduleOf(schedule).id} ${date}`))
  })

  test('a run takes over what its deployment and its schedule say', () => {
    const [first] = runsOfSchedule(deployment, scheduleOf({ cron: '0 9 * * *', timezone: 'America/New_York' }), window, now)
    const due = at('2031-03-08T14:00:00Z')
    expect(first?.run).toMatchObject({
      flow_id: deployment.flow_id,
      deployment_id: deployment.id,
      deployment_version: '7',
      parameters: { a: 1, b: 3 },
      tags: ['auto-scheduled', 't'],
      labels: { l: 1, 'prefect.flow.id': deployment.flow_id, 'prefect.deployment.id': deployment.id },
      auto_scheduled: true,
      state_type: 'SCHEDULED',
      state_name: 'Scheduled',
      created_by: { type: 'SCHEDULE', display_value: 'CronSchedule' },
    })
    expect(first?.run.next_scheduled_start_time?.equals(due)).toBe(true)
    expect(JSON.stringify(first?.state.state_details.scheduled_time)).toBe('"2031-03-08T09:00:00-05:00"')
    expect(first?.state.message).toBe('Flow run scheduled')
  })

  test('there are as few as the window allows, and none after its end', () => {
    const bound = fc.integer({ min: 0, max: 30 })
    fc.assert(
      fc.property(bound, fc.integer({ min: 1, max: 30 }), bound, bound, (minRuns, maxRuns, minHours, endHours) => {
        const limits = { minRuns, maxRuns, minSeconds: minHours * 3600, end: window.start.addSeconds(endHours * 3600) }
        const hourly = scheduleOf({ interval: 3600, anchor_date: '2026-01-01T00:00:00Z' })
        const runs = runsOfSchedule(deployment, hourly, { ...window, ...limits }, now)
        const enough = Math.max(minRuns, minHours + 1, 1)
        expect(runs).toHaveLength(Math.min(enough, maxRuns, endHours + 1))
      }),
    )
  })

  test.each([[{ rrule: 'nonsense' }], [{}], [{ cron: '0 0 * * *', timezone: 'Nowhere' }]])(
    'a stored schedule that is none yields no runs: %j',
    (schedule) => {
      expect(runsOfSchedule(deployment, scheduleOf(schedule), window, now)).toEqual([])
    },
  )
})
