/** Where news goes, by its topic. The actors' own is for this pod alone; the rest is told to the others, too. */

/** What the pod that commits it works off by itself. */
const ownTopics: ReadonlySet<string> = new Set(['outbox', 'pending-deletions', 'polled-queues', 'polled-deployments'])

export const isForOthers = (topic: string): boolean => !ownTopics.has(topic)
