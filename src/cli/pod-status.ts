/** What a pod says about itself. */
import { hostname } from 'node:os'
import type { ServicesStatus } from '../actors/services.ts'
import type { BrokerStatus } from '../broker/broker.ts'
import { version } from './version.ts'

export interface PodStatus {
  /** Nobody else's name. */
  pod: string
  host: string
  pid: number
  version: string
  started: string
  /** When it said this. */
  at: string
  api: { ready: boolean; requests: number; websockets: number } | null
  services: {
    role: ServicesStatus['role']
    /** The term it leads; null when it does not, and where there is one pod only. */
    term: number | null
    transitions: number
    lock_milliseconds: number | null
    loops: LoopStatus[]
  } | null
  broker: { backend: string } & BrokerStatus
  database: { backend: string; waiting: number; running: number }
  memory_bytes: number
}

export interface LoopStatus {
  name: string
  passes: number
  failures: number
  /** Since the last pass ended; null before the first. */
  age_seconds: number | null
  last_error: string | null
}

export interface StatusSources {
  pod: string
  api: PodStatus['api']
  services: ServicesStatus | undefined
  broker: PodStatus['broker']
  database: PodStatus['database']
}

export function podStatus({ pod, api, services, broker, database }: StatusSources, now: number): PodStatus {
  return {
    pod,
    host: hostname(),
    pid: process.pid,
    version,
    started: new Date(performance.timeOrigin).toISOString(),
    at: new Date(now).toISOString(),
    api,
    services: services === undefined ? null : servicesStatus(services, now),
    broker,
    database,
    memory_bytes: process.memoryUsage.rss(),
  }
}

function servicesStatus({ role, term, transitions, lockLatency, loops }: ServicesStatus, now: number): PodStatus['services'] {
  return {
    role,
    term: term ?? null,
    transitions,
    lock_milliseconds: lockLatency === undefined ? null : Math.round(lockLatency),
    loops: loops.map((loop) => ({
      name: loop.name,
      passes: loop.passes,
      failures: loop.failures,
      age_seconds: loop.lastPass === null ? null : Math.max(0, (now - loop.lastPass) / 1000),
      last_error: loop.lastError,
    })),
  }
}
