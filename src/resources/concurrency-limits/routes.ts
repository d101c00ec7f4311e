import { route } from '../route.ts'
import { createLimit, deleteLimit, deleteLimitByTag, readLimit, readLimitByTag, readLimits, resetLimit } from './handlers.ts'
import { ConcurrencyLimitCreate, LimitsList, ResetLimit, TakeSlots } from './schemas.ts'
import { decrementLimits, incrementLimits } from './slots.ts'

const base = '/concurrency_limits'
const one = `${base}/{id:uuid}`
const ofTag = `${base}/tag/{tag}`

export const routes = [
  route({
    method: 'POST',
    path: `${base}/`,
    name: 'create_concurrency_limit',
    access: 'alone',
    body: ConcurrencyLimitCreate,
    handle: createLimit,
  }),
  route({ method: 'GET', path: one, name: 'read_concurrency_limit', access: 'read', handle: readLimit }),
  route({ method: 'DELETE', path: one, name: 'delete_concurrency_limit', access: 'alone', handle: deleteLimit }),
  route({ method: 'GET', path: ofTag, name: 'read_concurrency_limit_by_tag', access: 'read', handle: readLimitByTag }),
  route({ method: 'DELETE', path: ofTag, name: 'delete_concurrency_limit_by_tag', access: 'alone', handle: deleteLimitByTag }),
  route({ method: 'POST', path: `${base}/filter`, name: 'read_concurrency_limits', access: 'read', body: LimitsList, handle: readLimits }),
  route({
    method: 'POST',
    path: `${ofTag}/reset`,
    name: 'reset_concurrency_limit_by_tag',
    access: 'alone',
    body: ResetLimit,
    handle: resetLimit,
  }),
  route({
    method: 'POST',
    path: `${base}/increment`,
    name: 'increment_concurrency_limits_v1',
    access: 'alone',
    body: TakeSlots,
    handle: incrementLimits,
  }),
  route({
    method: 'POST',
    path: `${base}/decrement`,
    name: 'decrement_concurrency_limits_v1',
    access: 'alone',
    body: TakeSlots,
    handle: decrementLimits,
  }),
]
