import { groupedRoute } from '../grouped.ts'
import { route } from '../route.ts'
import {
  createConcurrencyLimit,
  deleteConcurrencyLimit,
  readConcurrencyLimit,
  readConcurrencyLimits,
  renewLease,
  updateConcurrencyLimit,
} from './handlers.ts'
import { Repossess, repossessLeases } from './repossess.ts'
import {
  ConcurrencyLimitV2Create,
  ConcurrencyLimitV2Update,
  Decrement,
  DecrementWithLease,
  Increment,
  IncrementWithLease,
  LimitsList,
  RenewLease,
} from './schemas.ts'
import { decrementSlots, decrementSlotsWithLease, incrementSlots, incrementSlotsWithLease } from './slots.ts'

const base = '/v2/concurrency_limits'
const one = `${base}/{id_or_name}`

export const routes = [
  route({
    method: 'POST',
    path: `${base}/`,
    name: 'create_concurrency_limit_v2',
    access: 'alone',
    body: ConcurrencyLimitV2Create,
    handle: createConcurrencyLimit,
  }),
  route({ method: 'GET', path: one, name: 'read_concurrency_limit_v2', access: 'read', handle: readConcurrencyLimit }),
  route({
    method: 'PATCH',
    path: one,
    name: 'update_concurrency_limit_v2',
    access: 'alone',
    body: ConcurrencyLimitV2Update,
    handle: updateConcurrencyLimit,
  }),
  route({ method: 'DELETE', path: one, name: 'delete_concurrency_limit_v2', access: 'alone', handle: deleteConcurrencyLimit }),
  route({
    method: 'POST',
    path: `${base}/filter`,
    name: 'read_all_concurrency_limits_v2',
    access: 'read',
    body: LimitsList,
    handle: readConcurrencyLimits,
  }),
  groupedRoute({
    method: 'POST',
    path: `${base}/increment`,
    name: 'bulk_increment_active_slots',
    body: Increment,
    grouped: incrementSlots,
  }),
  groupedRoute({
    method: 'POST',
    path: `${base}/increment-with-lease`,
    name: 'bulk_increment_active_slots_with_lease',
    body: IncrementWithLease,
    grouped: incrementSlotsWithLease,
  }),
  groupedRoute({
    method: 'POST',
    path: `${base}/decrement`,
    name: 'bulk_decrement_active_slots',
    body: Decrement,
    grouped: decrementSlots,
  }),
  groupedRoute({
    method: 'POST',
    path: `${base}/decrement-with-lease`,
    name: 'bulk_decrement_active_slots_with_lease',
    body: DecrementWithLease,
    grouped: decrementSlotsWithLease,
  }),
  route({
    method: 'POST',
    path: `${base}/leases/{lease_id}/renew`,
    name: 'renew_concurrency_lease',
    access: 'alone',
    body: RenewLease,
    handle: renewLease,
  }),
  route({ method: 'CALL', path: '', name: 'repossess_leases', access: 'alone', body: Repossess, handle: repossessLeases }),
]
