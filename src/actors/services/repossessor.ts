import { hasMore, type Service } from './service.ts'

/** Frees the slots of limits whose leases have expired. */
export const repossessor: Service = {
  name: 'monitor_expired_leases',
  enabled: (settings) => settings.get('PREFECT_SERVER_SERVICES_REPOSSESSOR_ENABLED'),
  interval: (settings) => settings.get('PREFECT_SERVER_SERVICES_REPOSSESSOR_LOOP_SECONDS'),
  async run(context) {
    for (let more = true; more && !context.stopping; ) more = hasMore(await context.call('repossess_leases', {}))
  },
}
