import { workThroughPages } from './pages.ts'
import type { Service } from './service.ts'

/** Marks runs that did not start in time. */
export const lateRuns: Service = {
  name: 'monitor_late_runs',
  enabled: (settings) => settings.get('PREFECT_SERVER_SERVICES_LATE_RUNS_ENABLED'),
  interval: (settings) => settings.get('PREFECT_SERVER_SERVICES_LATE_RUNS_LOOP_SECONDS'),
  run: (context) => workThroughPages(context, { find: 'find_late_runs', act: 'mark_runs_late' }),
}
