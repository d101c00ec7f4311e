/** Where news goes, by its topic. The actors' own is for this pod alone; the rest is told to the others, too. */
import type { Broker } from '../broker/broker.ts'
import { log } from '../logging/log.ts'
import { workOfNews } from '../resources/task-runs/scheduled-queues.ts'

/** What the pod that commits it works off by itself. */
const ownTopics: ReadonlySet<string> = new Set(['outbox', 'pending-deletions', 'polled-queues'])

export const isForOthers = (topic: string): boolean => !ownTopics.has(topic)

/** Background task runs are work, which one task worker of all pods gets. */
export function queueScheduledTaskRun(broker: Broker, news: Uint8Array): void {
  const { queue, id, payload } = workOfNews(news)
  broker.put(queue, id, payload).catch((error: unknown) => {
    log.warn({ error: error instanceof Error ? error.message : String(error) }, 'a background task run cannot be queued now')
  })
}
