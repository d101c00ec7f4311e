import type { Context } from '../context.ts'
import { ok, type Reply, route } from '../route.ts'
import { takeOver, takeoverOf } from './fence.ts'
import { acquireLease, Lease, Owner, releaseLease, renewLease } from './lease.ts'

export const routes = [
  route({ method: 'CALL', path: '', name: 'begin_term', access: 'alone', handle: beginTerm }),
  route({ method: 'CALL', path: '', name: 'acquire_leadership', access: 'alone', body: Lease, handle: acquireLease }),
  route({ method: 'CALL', path: '', name: 'renew_leadership', access: 'alone', body: Lease, handle: renewLease }),
  route({ method: 'CALL', path: '', name: 'release_leadership', access: 'alone', body: Owner, handle: releaseLease }),
]

/** Ends all terms before and begins one. */
async function beginTerm({ tx }: Context): Promise<Reply> {
  return ok({ term: await takeOver(takeoverOf(tx)) })
}
