import { Ids } from '../filtering/id-pages.ts'
import { route } from '../route.ts'
import { PoolSlots, readPoolConcurrencyStatus } from './concurrency-status.ts'
import { createWorkPool } from './create.ts'
import { countWorkPools, deleteWorkPool, readWorkPool, readWorkPools } from './handlers.ts'
import { FindUnserved, findUnservedPools, markPoolsNotReady } from './not-ready.ts'
import { getScheduledFlowRuns, ScheduledRuns } from './scheduled-runs.ts'
import { WorkPoolCreate, WorkPoolsCount, WorkPoolsPage, WorkPoolUpdate } from './schemas.ts'
import { updateWorkPool } from './update.ts'

export const routes = [
  route({ method: 'CALL', path: '', name: 'find_unserved_work_pools', access: 'read', body: FindUnserved, handle: findUnservedPools }),
  route({ method: 'CALL', path: '', name: 'mark_work_pools_not_ready', access: 'alone', body: Ids, handle: markPoolsNotReady }),
  route({ method: 'POST', path: '/work_pools/', name: 'create_work_pool', access: 'alone', body: WorkPoolCreate, handle: createWorkPool }),
  route({ method: 'GET', path: '/work_pools/{name}', name: 'read_work_pool', access: 'read', handle: readWorkPool }),
  route({
    method: 'POST',
    path: '/work_pools/filter',
    name: 'read_work_pools',
    access: 'read',
    body: WorkPoolsPage,
    handle: readWorkPools,
  }),
  route({
    method: 'POST',
    path: '/work_pools/count',
    name: 'count_work_pools',
    access: 'read',
    body: WorkPoolsCount,
    handle: countWorkPools,
  }),
  route({
    method: 'PATCH',
    path: '/work_pools/{name}',
    name: 'update_work_pool',
    access: 'alone',
    body: WorkPoolUpdate,
    handle: updateWorkPool,
  }),
  route({ method: 'DELETE', path: '/work_pools/{name}', name: 'delete_work_pool', access: 'alone', handle: deleteWorkPool }),
  route({
    method: 'POST',
    path: '/work_pools/{name}/get_scheduled_flow_runs',
    name: 'get_scheduled_flow_runs',
    access: 'read',
    body: ScheduledRuns,
    handle: getScheduledFlowRuns,
  }),
  route({
    method: 'POST',
    path: '/work_pools/{name}/concurrency_status',
    name: 'read_work_pool_concurrency_status',
    access: 'read',
    body: PoolSlots,
    handle: readPoolConcurrencyStatus,
  }),
]
