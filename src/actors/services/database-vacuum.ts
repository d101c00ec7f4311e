/** The vacuum: what is old is deleted, a batch at a time. Which of the three run, the settings say: by default events. */
import type { Settings } from '../../config/settings.ts'
import { workThroughPages } from './pages.ts'
import { type Service, workThrough } from './service.ts'

const interval: Service['interval'] = (settings) => settings.get('PREFECT_SERVER_SERVICES_DB_VACUUM_LOOP_SECONDS')

type Vacuum = 'events' | 'flow_runs' | 'orphans'

/** True and false are older forms. Whoever deletes flow runs deletes orphans, too. */
function isOn(settings: Settings, what: Vacuum): boolean {
  const chosen = settings.get('PREFECT_SERVER_SERVICES_DB_VACUUM_ENABLED')
  if (typeof chosen === 'boolean') return chosen || what === 'events'
  return chosen.includes(what) || (what === 'orphans' && chosen.includes('flow_runs'))
}

export const eventVacuum: Service = {
  name: 'schedule_event_vacuum_tasks',
  enabled: (settings) => isOn(settings, 'events') && settings.get('PREFECT_SERVER_SERVICES_EVENT_PERSISTER_ENABLED'),
  interval,
  async run(context) {
    for (const event of Object.keys(context.settings.get('PREFECT_SERVER_SERVICES_DB_VACUUM_EVENT_RETENTION_OVERRIDES')))
      await workThrough(context, 'vacuum_events', { event })
    await workThrough(context, 'vacuum_events')
  },
}

export const flowRunVacuum: Service = {
  name: 'schedule_vacuum_tasks',
  enabled: (settings) => isOn(settings, 'flow_runs'),
  interval,
  run: (context) => workThrough(context, 'vacuum_flow_runs'),
}

export const orphanVacuum: Service = {
  name: 'schedule_orphan_vacuum_tasks',
  enabled: (settings) => isOn(settings, 'orphans'),
  interval: (settings) => settings.get('PREFECT_SERVER_SERVICES_DB_VACUUM_ORPHAN_CLEANUP_LOOP_SECONDS'),
  async run(context) {
    await workThroughPages(context, { find: 'find_orphans', act: 'delete_orphans', body: { kind: 'log' } })
    await workThroughPages(context, { find: 'find_orphans', act: 'delete_orphans', body: { kind: 'artifact' } })
    // Collections look for the artifacts that stay.
    await workThrough(context, 'delete_pending')
    await workThroughPages(context, { find: 'find_stale_artifact_collections', act: 'mend_artifact_collections' })
  },
}
