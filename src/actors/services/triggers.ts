/** The triggers of automations: events as they come, and what was expected and has not come. */
import type { Service, ServiceContext } from './service.ts'

const enabled: Service['enabled'] = (settings) => settings.get('PREFECT_SERVER_SERVICES_TRIGGERS_ENABLED')

/** Evaluates the batches of events that wait. News of them may be lost, so it looks every second in any case. */
export const reactiveTriggers: Service = {
  name: 'reactive_triggers',
  enabled,
  interval: () => 1,
  wakesOn: 'trigger-batches',
  async run(context) {
    for (let more = true; more && !context.stopping; ) more = isTrue(await context.call('evaluate_trigger_batches', {}), 'more')
  },
}

/** When each trigger is to be looked at again. Only a hint: without it all are looked at. */
let nextRuns: unknown = {}

export const proactiveTriggers: Service = {
  name: 'evaluate_proactive_triggers_periodic',
  enabled,
  interval: (settings) => settings.get('PREFECT_SERVER_EVENTS_PROACTIVE_GRANULARITY').seconds,
  async run(context) {
    for (let more = true; more && !context.stopping; ) {
      const reply = await context.call('evaluate_proactive_triggers', { next_runs: nextRuns })
      if (typeof reply === 'object' && reply !== null && 'next_runs' in reply) nextRuns = reply.next_runs
      more = isTrue(reply, 'more')
    }
  },
}

const tidyInterval = 5

export const tidyTriggers: Service = {
  name: 'tidy_triggers',
  enabled,
  interval: () => tidyInterval,
  run: async (context: ServiceContext) => void (await context.call('tidy_triggers')),
}

function isTrue(reply: unknown, key: string): boolean {
  return typeof reply === 'object' && reply !== null && key in reply && (reply as Record<string, unknown>)[key] === true
}
