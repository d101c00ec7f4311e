/**
 * The storage actor: a piscina worker that owns some connections to the database. A task is a group of requests as one
 * buffer; so is its result.
 */
import Piscina from 'piscina'
import { Settings, type SettingsData } from '../config/settings.ts'
import { operations } from '../resources/index.ts'
import { applyLimits } from '../resources/limits.ts'
import { openDatabase } from '../storage/open.ts'
import { decodeRequests, encodeReplies } from './frames.ts'
import { GroupRunner } from './group.ts'

export interface StorageActorData {
  settings: SettingsData
  role: 'writer' | 'reader'
  /** Connections of this actor: as many tasks run at once. */
  connections: number
  /** A flag for each task slot of the pool: 1 while its COMMIT may be under way. */
  commits: SharedArrayBuffer
}

export interface StorageTask {
  slot: number
  requests: ArrayBuffer
}

async function start(data: StorageActorData): Promise<(task: StorageTask) => Promise<unknown>> {
  const settings = Settings.fromData(data.settings)
  applyLimits(settings)
  const database = await openDatabase({ settings, role: data.role, connections: data.connections })
  const runner = new GroupRunner(database, operations, settings, new Int32Array(data.commits))
  return async ({ slot, requests }) => Piscina.move(encodeReplies(await runner.run(decodeRequests(requests), slot)))
}

export default start(Piscina.workerData as StorageActorData)
