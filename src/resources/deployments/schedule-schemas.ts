import { NewSchedule } from '../../schedules/schemas.ts'
import * as s from '../../schema/index.ts'
import { PositiveInteger } from '../../schema/prefect.ts'
import { limits } from '../limits.ts'

const maxScheduledRuns = s.optional(
  s.check(
    s.nullable(PositiveInteger),
    (runs) =>
      runs !== null && runs > limits.scheduledRuns ? `\`max_scheduled_runs\` must be less than or equal to ${limits.scheduledRuns}.` : null,
    'validate_max_scheduled_runs',
  ),
  null,
)
const text = s.optional(s.nullable(s.string()), null)
const parameters = s.optional(s.dict(), () => ({}))

/** `replaces` names the slug that a schedule had before. */
export const ScheduleCreate = s.model(
  'DeploymentScheduleCreate',
  {
    active: s.optional(s.boolean(), true),
    schedule: NewSchedule,
    max_scheduled_runs: maxScheduledRuns,
    parameters,
    slug: text,
    replaces: text,
  },
  { extra: 'forbid' },
)
export type ScheduleCreate = s.Infer<typeof ScheduleCreate>

export const ScheduleUpdate = s.model(
  'DeploymentScheduleUpdate',
  {
    active: s.optional(s.nullable(s.boolean()), null),
    schedule: s.optional(s.nullable(NewSchedule), null),
    max_scheduled_runs: maxScheduledRuns,
    parameters,
    slug: text,
    replaces: text,
  },
  { extra: 'forbid' },
)
export type ScheduleUpdate = s.Infer<typeof ScheduleUpdate>
