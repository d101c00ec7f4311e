import * as s from '../../schema/index.ts'
import { limit, offset } from '../filtering/pagination.ts'

export const ConcurrencyLimitCreate = s.model(
  'ConcurrencyLimitCreate',
  { tag: s.string(), concurrency_limit: s.integer() },
  { extra: 'forbid' },
)

export const LimitsList = s.parameters({ limit, offset })
export const ResetLimit = s.parameters({ slot_override: s.optional(s.nullable(s.list(s.uuid())), null) })
export const TakeSlots = s.parameters({ names: s.list(s.string()), task_run_id: s.uuid() })
