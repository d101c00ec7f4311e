import * as s from '../../schema/index.ts'
import { Name, NonNegativeFloat, NonNegativeInteger } from '../../schema/prefect.ts'
import { limit, offset } from '../filtering/pagination.ts'

export const ConcurrencyLimitV2Create = s.model(
  'ConcurrencyLimitV2Create',
  {
    active: s.optional(s.boolean(), true),
    name: Name,
    limit: NonNegativeInteger,
    active_slots: s.optional(NonNegativeInteger, 0),
    denied_slots: s.optional(NonNegativeInteger, 0),
    slot_decay_per_second: s.optional(NonNegativeFloat, 0),
  },
  { extra: 'forbid' },
)

export const ConcurrencyLimitV2Update = s.model(
  'ConcurrencyLimitV2Update',
  {
    active: s.optional(s.nullable(s.boolean()), null),
    name: s.optional(s.nullable(Name), null),
    limit: s.optional(s.nullable(NonNegativeInteger), null),
    active_slots: s.optional(s.nullable(NonNegativeInteger), null),
    denied_slots: s.optional(s.nullable(NonNegativeInteger), null),
    slot_decay_per_second: s.optional(s.nullable(NonNegativeFloat), null),
  },
  { extra: 'forbid' },
)

export const LimitsList = s.parameters({ limit, offset })

/** A minute to a day. */
const leaseDuration = s.optional(s.number({ ge: 60, le: 86_400 }), 300)

const LeaseHolder = s.model(
  'ConcurrencyLeaseHolder',
  { type: s.literal('flow_run', 'task_run', 'deployment'), id: s.uuid() },
  { extra: 'forbid' },
)

const slots = s.integer({ gt: 0 })
const names = s.list(s.string())
const mode = s.optional(s.literal('concurrency', 'rate_limit'), 'concurrency')

export const Increment = s.parameters({ slots, names, mode, create_if_missing: s.optional(s.nullable(s.boolean()), null) })

export const IncrementWithLease = s.parameters({
  slots,
  names,
  mode,
  lease_duration: leaseDuration,
  holder: s.optional(s.nullable(LeaseHolder), null),
})

export const Decrement = s.parameters({
  slots,
  names,
  occupancy_seconds: s.optional(s.nullable(s.number({ gt: 0 })), null),
  create_if_missing: s.optional(s.nullable(s.boolean()), null),
})

export const DecrementWithLease = s.parameters({ lease_id: s.uuid() })
export const RenewLease = s.parameters({ lease_duration: leaseDuration })
