/** What the API answers about concurrency limits. */
import * as s from '../../schema/index.ts'

export const ConcurrencyLimit = s.model('ConcurrencyLimit', {
  id: s.uuid(),
  created: s.nullable(s.datetime()),
  updated: s.nullable(s.datetime()),
  tag: s.string(),
  concurrency_limit: s.integer(),
  active_slots: s.optional(s.list(s.uuid()), null),
})

export const MinimalConcurrencyLimitResponse = s.model('MinimalConcurrencyLimitResponse', {
  id: s.uuid(),
  name: s.string(),
  limit: s.integer(),
})

export const ConcurrencyLimitV2 = s.model('ConcurrencyLimitV2', {
  id: s.uuid(),
  created: s.nullable(s.datetime()),
  updated: s.nullable(s.datetime()),
  active: s.optional(s.boolean(), true),
  name: s.string({ pattern: '^[^/%&><]+$' }),
  limit: s.integer(),
  active_slots: s.optional(s.integer(), 0),
  denied_slots: s.optional(s.integer(), 0),
  slot_decay_per_second: s.optional(s.number(), 0),
  avg_slot_occupancy_seconds: s.optional(s.number(), 2),
})

export const GlobalConcurrencyLimitResponse = s.model('GlobalConcurrencyLimitResponse', {
  id: s.uuid(),
  created: s.nullable(s.datetime()),
  updated: s.nullable(s.datetime()),
  active: s.optional(s.boolean(), true),
  name: s.string(),
  limit: s.integer(),
  active_slots: s.integer(),
  slot_decay_per_second: s.optional(s.number(), 2),
})

export const ConcurrencyLimitWithLeaseResponse = s.model('ConcurrencyLimitWithLeaseResponse', {
  lease_id: s.uuid(),
  limits: s.list(MinimalConcurrencyLimitResponse),
})
