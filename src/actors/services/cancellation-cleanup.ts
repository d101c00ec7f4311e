/** What is below cancelled flow runs is cancelled, and so are flow runs that take too long to stop. */
import { workThroughPages } from './pages.ts'
import type { Service } from './service.ts'

const enabled: Service['enabled'] = (settings) => settings.get('PREFECT_SERVER_SERVICES_CANCELLATION_CLEANUP_ENABLED')
const interval: Service['interval'] = (settings) => settings.get('PREFECT_SERVER_SERVICES_CANCELLATION_CLEANUP_LOOP_SECONDS')

export const cancelledFlowRuns: Service = {
  name: 'monitor_cancelled_flow_runs',
  enabled,
  interval,
  run: (context) => workThroughPages(context, { find: 'find_task_runs_to_cancel', act: 'cancel_task_runs' }),
}

export const subflowRuns: Service = {
  name: 'monitor_subflow_runs',
  enabled,
  interval,
  run: (context) => workThroughPages(context, { find: 'find_subflows_to_cancel', act: 'cancel_subflows' }),
}

/** The reference sets a timer for each run; looking often comes to the same. */
const closestLook = 1

export const cancellingTimeouts: Service = {
  name: 'ensure_cancelling_timeout_checks',
  enabled,
  interval: (settings) => Math.min(interval(settings), closestLook),
  run: (context) => workThroughPages(context, { find: 'find_cancelling_timeouts', act: 'end_cancelling' }),
}
