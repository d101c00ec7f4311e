/**
 * Limits that operators may set and schemas check. Schemas are values made when the program is loaded, the settings are
 * known a moment later: whoever runs operations fills them in first.
 */
import type { Settings } from '../config/settings.ts'
import { setDefaultLimit } from './filtering/pagination.ts'

export const limits = {
  eventNameLength: 1024,
  labelsPerResource: 500,
  relatedResources: 100,
  parameterBytes: 524_288,
  cacheKeyLength: 2000,
  scheduledRuns: 50,
}

/** Takes the limits from the settings, for this thread. */
export function applyLimits(settings: Settings): void {
  setDefaultLimit(settings.get('PREFECT_SERVER_API_DEFAULT_LIMIT'))
  limits.eventNameLength = settings.get('PREFECT_SERVER_EVENTS_MAXIMUM_EVENT_NAME_LENGTH')
  limits.labelsPerResource = settings.get('PREFECT_SERVER_EVENTS_MAXIMUM_LABELS_PER_RESOURCE')
  limits.relatedResources = settings.get('PREFECT_SERVER_EVENTS_MAXIMUM_RELATED_RESOURCES')
  limits.parameterBytes = settings.get('PREFECT_SERVER_API_MAX_PARAMETER_SIZE')
  limits.scheduledRuns = settings.get('PREFECT_SERVER_DEPLOYMENT_SCHEDULE_MAX_SCHEDULED_RUNS')
  limits.cacheKeyLength = settings.get('PREFECT_SERVER_TASKS_MAX_CACHE_KEY_LENGTH')
}
