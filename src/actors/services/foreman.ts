import { workThroughPages } from './pages.ts'
import type { Service } from './service.ts'

/** Marks what is not served any more: workers first, for pools look at them. */
export const foreman: Service = {
  name: 'monitor_worker_health',
  enabled: (settings) => settings.get('PREFECT_SERVER_SERVICES_FOREMAN_ENABLED'),
  interval: (settings) => settings.get('PREFECT_SERVER_SERVICES_FOREMAN_LOOP_SECONDS'),
  async run(context) {
    await context.call('mark_workers_offline')
    await workThroughPages(context, { find: 'find_unserved_work_pools', act: 'mark_work_pools_not_ready' })
    await workThroughPages(context, { find: 'find_deployments_not_ready', act: 'mark_deployments_not_ready' })
    await workThroughPages(context, { find: 'find_unpolled_work_queues', act: 'mark_work_queues_not_ready' })
  },
}
