import type { WorkQueueRow } from './queries.ts'

/** The API's WorkQueueResponse. `activeSlots` counts only where there is a limit. */
export function workQueueResponse(queue: WorkQueueRow, poolName: string, activeSlots: number): Record<string, unknown> {
  return {
    id: queue.id,
    created: queue.created,
    updated: queue.updated,
    name: queue.name,
    description: queue.description,
    is_paused: queue.is_paused,
    concurrency_limit: queue.concurrency_limit,
    priority: queue.priority,
    work_pool_id: queue.work_pool_id,
    filter: queue.filter === null ? null : { tags: null, deployment_ids: null, ...queue.filter },
    last_polled: queue.last_polled,
    work_pool_name: poolName,
    status: queue.status,
    active_slots: queue.concurrency_limit === null ? null : activeSlots,
  }
}
