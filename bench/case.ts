/** A benchmark as data: what is prepared, what each connection asks, and what the database must hold afterwards. */
import type { Backend } from '../test/environment/servers.ts'
import type { Api } from './api.ts'
import type { Database } from './database.ts'
import type { Answer, Job } from './load.ts'

export type SideName = 'ours' | 'reference'

export interface Case {
  name: string
  /** What one unit is: run, lifecycle, row, event … */
  unit: string
  /** Numbers of connections that are tried; a side's best one without failures counts. */
  connections: Readonly<Record<SideName, readonly number[]>>
  /** The ratio to the reference that is the goal. */
  bar: Readonly<Record<Backend, number>>
  /** Rows of flow runs that the database is filled with beforehand. */
  filled?: { runs: number; scheduled?: number }
  /** The answer p99 of ours at one connection, as a share of the reference's, where that is a goal too. */
  latencyBar?: number
  prepare(site: Site): Promise<Work>
}

export interface Site {
  side: SideName
  api: Api
  database: Database
  /** The websocket's address of the API, without a path. */
  socketUrl: string
}

export type Work = RequestWork | CustomWork

/** HTTP requests in a closed loop on each connection. */
export interface RequestWork {
  kind: 'requests'
  /** Units done by one request; a quarter when four requests make a lifecycle. */
  unitsPerRequest: number
  next(connection: number, previous: Answer | null): Job
  /** How many units the database holds; the growth must equal the successful requests'. Null: nothing is written. */
  count: (() => Promise<number>) | null
}

/** Anything else: does its work, that long or less, and says how many units became visible, and what was lost. */
export interface CustomWork {
  kind: 'custom'
  run(connections: number, milliseconds: number): Promise<{ units: number; lost: number; seconds: number }>
}
