import { hasMore, type Service } from './service.ts'

/** Takes cleanup work back from workers that hold it longer than they may. */
export const cleanupReconciler: Service = {
  name: 'reconcile_cleanup_delivery',
  enabled: (settings) => settings.get('PREFECT_SERVER_SERVICES_CLEANUP_RECONCILER_ENABLED'),
  interval: (settings) => settings.get('PREFECT_SERVER_SERVICES_CLEANUP_RECONCILER_LOOP_SECONDS'),
  async run(context) {
    const limit = context.settings.get('PREFECT_SERVER_SERVICES_CLEANUP_RECONCILER_BATCH_SIZE')
    for (let more = true; more && !context.stopping; ) more = hasMore(await context.call('reconcile_cleanup', { limit }))
  },
}
