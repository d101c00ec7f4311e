/** From requests and settings to the state machine's terms. */
import type { Settings } from '../../config/settings.ts'
import type { Facts } from '../../orchestration/facts.ts'
import { newState, type State, stamp } from '../../orchestration/states.ts'
import { type Circumstances, type OrchestrationSettings, systemEntropy } from '../../orchestration/transition.ts'
import type { Infer } from '../../schema/index.ts'
import type { Timestamp } from '../../values/timestamp.ts'
import { uuid7 } from '../../values/uuid.ts'
import type { RequestHeaders } from '../route.ts'
import type { StateCreate } from './schemas.ts'

/** What a decision may look at besides the request. */
export function circumstances(facts: Facts, now: Timestamp, settings: Settings): Circumstances {
  return { facts, now, settings: orchestrationSettings(settings), entropy: systemEntropy }
}

const known = new WeakMap<Settings, OrchestrationSettings>()

function orchestrationSettings(settings: Settings): OrchestrationSettings {
  let values = known.get(settings)
  if (values === undefined) {
    values = {
      maxCacheKeyLength: settings.get('PREFECT_SERVER_TASKS_MAX_CACHE_KEY_LENGTH'),
      tagConcurrencySlotWaitSeconds: settings.get('PREFECT_SERVER_TASKS_TAG_CONCURRENCY_SLOT_WAIT_SECONDS'),
      maximumConcurrencySlotWaitSeconds: settings.get('PREFECT_SERVER_CONCURRENCY_MAXIMUM_CONCURRENCY_SLOT_WAIT_SECONDS'),
      initialDeploymentLeaseDuration: settings.get('PREFECT_SERVER_CONCURRENCY_INITIAL_DEPLOYMENT_LEASE_DURATION'),
      deploymentConcurrencySlotWaitSeconds: settings.get('PREFECT_SERVER_DEPLOYMENTS_CONCURRENCY_SLOT_WAIT_SECONDS'),
    }
    known.set(settings, values)
  }
  return values
}

const userAgent = /^prefect\/(\d+\.\d+\.\d+(?:[a-z.+0-9]+)?) \(API \S+\)$/

/** Who asks: rules are kind to old clients. */
export function clientOf(headers: RequestHeaders): { apiVersion: string | null; clientVersion: string | null } {
  return {
    apiVersion: headers['x-prefect-api-version'] ?? null,
    clientVersion: userAgent.exec(headers['user-agent'] ?? '')?.[1] ?? null,
  }
}

/** A client's state with an identity and a time. */
export function proposedState(state: Infer<typeof StateCreate>, now: Timestamp): State {
  return stamp(newState(state.type, state), uuid7(), now)
}
