/** Makes the runs of schedules: a look at all deployments now and then, and often at those that have just changed. */
import { workThroughPages } from './pages.ts'
import type { Service } from './service.ts'

const enabled: Service['enabled'] = (settings) => settings.get('PREFECT_SERVER_SERVICES_SCHEDULER_ENABLED')
const act = 'make_scheduled_runs'

export const scheduler: Service = {
  name: 'schedule_deployments',
  enabled,
  interval: (settings) => settings.get('PREFECT_SERVER_SERVICES_SCHEDULER_LOOP_SECONDS'),
  run: (context) => workThroughPages(context, { find: 'find_deployments_to_schedule', act }),
}

export const recentDeploymentsScheduler: Service = {
  name: 'schedule_recent_deployments',
  enabled,
  interval: (settings) => settings.get('PREFECT_SERVER_SERVICES_SCHEDULER_RECENT_DEPLOYMENTS_LOOP_SECONDS'),
  run: (context) => workThroughPages(context, { find: 'find_deployments_to_schedule', act, body: { recent: true } }),
}
