import { route } from '../route.ts'
import { QueueSlots, readQueueConcurrencyStatus } from '../work-pools/concurrency-status.ts'
import { createPoolQueue, createWorkQueue } from './create.ts'
import {
  deletePoolQueue,
  deleteWorkQueue,
  readPoolQueue,
  readPoolQueues,
  readWorkQueue,
  readWorkQueueByName,
  readWorkQueues,
} from './handlers.ts'
import { markQueuesPolled, PolledQueues } from './polled.ts'
import { readWorkQueueRuns } from './runs.ts'
import { PoolQueuesPage, QueueRuns, WorkQueueCreate, WorkQueuesPage, WorkQueueUpdate } from './schemas.ts'
import { readWorkQueueStatus } from './status.ts'
import { updatePoolQueue, updateWorkQueue } from './update.ts'

/** Queues of a pool, by their names. */
const poolQueues = '/work_pools/{work_pool_name}/queues'
const tags = ['Work Pools']

/** Old-style routes: queues by their ids, and those of the default pool by their names. */
const queues = '/work_queues'

import { Ids } from '../filtering/id-pages.ts'
import { FindUnpolled, findUnpolledQueues, markQueuesNotReady } from './not-ready.ts'

export const routes = [
  route({ method: 'CALL', path: '', name: 'find_unpolled_work_queues', access: 'read', body: FindUnpolled, handle: findUnpolledQueues }),
  route({ method: 'CALL', path: '', name: 'mark_work_queues_not_ready', access: 'alone', body: Ids, handle: markQueuesNotReady }),
  route({
    method: 'POST',
    path: poolQueues,
    name: 'create_work_queue',
    access: 'alone',
    tags,
    body: WorkQueueCreate,
    handle: createPoolQueue,
  }),
  route({ method: 'GET', path: `${poolQueues}/{name}`, name: 'read_work_queue', access: 'read', tags, handle: readPoolQueue }),
  route({
    method: 'POST',
    path: `${poolQueues}/filter`,
    name: 'read_work_queues',
    access: 'read',
    tags,
    body: PoolQueuesPage,
    handle: readPoolQueues,
  }),
  route({
    method: 'PATCH',
    path: `${poolQueues}/{name}`,
    name: 'update_work_queue',
    access: 'alone',
    tags,
    body: WorkQueueUpdate,
    handle: updatePoolQueue,
  }),
  route({ method: 'DELETE', path: `${poolQueues}/{name}`, name: 'delete_work_queue', access: 'alone', tags, handle: deletePoolQueue }),
  route({ method: 'POST', path: `${queues}/`, name: 'create_work_queue', access: 'alone', body: WorkQueueCreate, handle: createWorkQueue }),
  route({
    method: 'PATCH',
    path: `${queues}/{id:uuid}`,
    name: 'update_work_queue',
    access: 'alone',
    body: WorkQueueUpdate,
    handle: updateWorkQueue,
  }),
  route({ method: 'GET', path: `${queues}/name/{name}`, name: 'read_work_queue_by_name', access: 'read', handle: readWorkQueueByName }),
  route({ method: 'GET', path: `${queues}/{id:uuid}`, name: 'read_work_queue', access: 'read', handle: readWorkQueue }),
  route({
    method: 'POST',
    path: `${queues}/{id:uuid}/get_runs`,
    name: 'read_work_queue_runs',
    access: 'read',
    body: QueueRuns,
    handle: readWorkQueueRuns,
  }),
  route({
    method: 'POST',
    path: `${queues}/filter`,
    name: 'read_work_queues',
    access: 'read',
    body: WorkQueuesPage,
    handle: readWorkQueues,
  }),
  route({ method: 'DELETE', path: `${queues}/{id:uuid}`, name: 'delete_work_queue', access: 'alone', handle: deleteWorkQueue }),
  route({ method: 'GET', path: `${queues}/{id:uuid}/status`, name: 'read_work_queue_status', access: 'read', handle: readWorkQueueStatus }),
  route({
    method: 'POST',
    path: `${queues}/{id:uuid}/concurrency_status`,
    name: 'read_work_queue_concurrency_status',
    access: 'read',
    body: QueueSlots,
    handle: readQueueConcurrencyStatus,
  }),
  route({ method: 'CALL', path: '', name: 'mark_queues_polled', access: 'alone', body: PolledQueues, handle: markQueuesPolled }),
]
