/** The queues in which background task runs wait for a task worker. Those for retries go first. */
import type { ScheduledTaskRun } from '../../orchestration/writes.ts'

/** The queues of a task's key, in the order in which a worker takes from them. */
export const scheduledTaskQueues = (taskKey: string): string[] => [queueOf(taskKey, 'retry'), queueOf(taskKey, 'scheduled')]

/** A waiting task run as work of the broker. A run that waits again, in another state, is other work. */
export function workOf(waiting: ScheduledTaskRun): { queue: string; id: string; payload: string } {
  const { task_key, queue, task_run_id, state_id } = waiting
  return { queue: queueOf(task_key, queue), id: `${task_run_id}/${state_id}`, payload: JSON.stringify(waiting) }
}

/** The same, from the news of it. */
export function workOfNews(payload: Uint8Array): { queue: string; id: string; payload: string } {
  return workOf(JSON.parse(Buffer.from(payload).toString()) as ScheduledTaskRun)
}

const queueOf = (taskKey: string, queue: ScheduledTaskRun['queue']): string => `${queue}/${taskKey}`
