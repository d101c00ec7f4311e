import { workThroughPages } from './pages.ts'
import type { Service } from './service.ts'

/** Fails runs whose pause ran out. */
export const pauseExpirations: Service = {
  name: 'monitor_expired_pauses',
  enabled: (settings) => settings.get('PREFECT_SERVER_SERVICES_PAUSE_EXPIRATIONS_ENABLED'),
  interval: (settings) => settings.get('PREFECT_SERVER_SERVICES_PAUSE_EXPIRATIONS_LOOP_SECONDS'),
  run: (context) => workThroughPages(context, { find: 'find_expired_pauses', act: 'fail_expired_pauses' }),
}
