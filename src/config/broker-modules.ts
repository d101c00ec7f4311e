/**
 * Settings of the reference that choose Python modules for what processes share. Here the choice is one, PREFECT_BROKER_BACKEND:
 * a module of prefect_redis in any of them means redis. Modules that nobody here knows are refused by name, because whoever
 * sets one counts on what it does.
 */
import type { Get } from './get.ts'

interface ModuleSetting {
  name:
    | 'PREFECT_SERVER_EVENTS_MESSAGING_BROKER'
    | 'PREFECT_SERVER_EVENTS_MESSAGING_CACHE'
    | 'PREFECT_SERVER_EVENTS_CAUSAL_ORDERING'
    | 'PREFECT_SERVER_CONCURRENCY_LEASE_STORAGE'
    | 'PREFECT_SERVER_WORKER_CHANNEL_CLEANUP_QUEUE_STORAGE'
    | 'PREFECT_SERVER_DOCKET_URL'
  /** Values that say nothing about the broker. */
  plain: RegExp
  redis: RegExp
}

const messaging = { plain: /^prefect\.server\.utilities\.messaging\.memory$/, redis: /^prefect_redis\.messaging$/ }

export const moduleSettings: readonly ModuleSetting[] = [
  { name: 'PREFECT_SERVER_EVENTS_MESSAGING_BROKER', ...messaging },
  { name: 'PREFECT_SERVER_EVENTS_MESSAGING_CACHE', ...messaging },
  {
    name: 'PREFECT_SERVER_EVENTS_CAUSAL_ORDERING',
    plain: /^prefect\.server\.events\.ordering(\.(memory|db))?$/,
    redis: /^prefect_redis\.ordering$/,
  },
  {
    name: 'PREFECT_SERVER_CONCURRENCY_LEASE_STORAGE',
    plain: /^prefect\.server\.concurrency\.lease_storage\.(memory|filesystem)$/,
    redis: /^prefect_redis\.lease_storage$/,
  },
  {
    name: 'PREFECT_SERVER_WORKER_CHANNEL_CLEANUP_QUEUE_STORAGE',
    plain: /^prefect\.server\.worker_communication\.cleanup_queue\.memory$/,
    redis: /^prefect_redis\.cleanup_queue$/,
  },
  { name: 'PREFECT_SERVER_DOCKET_URL', plain: /^memory:\/\//, redis: /^rediss?(\+sentinel)?:\/\// },
]

/** What these settings mean for the broker. */
export function brokerOfModules(get: Get): 'memory' | 'redis' {
  return moduleSettings.some(({ name, redis }) => redis.test(get(name))) ? 'redis' : 'memory'
}
