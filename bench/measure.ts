/** Runs one case on one server, once for each number of connections. */
import type { Server } from '../test/environment/servers.ts'
import type { Work } from './case.ts'
import { runLoad } from './load.ts'
import { usageOf } from './process-usage.ts'

export interface Measurement {
  connections: number
  /** Units per second. */
  rate: number
  units: number
  /** Milliseconds of one request; null where work is not a request. */
  p50: number | null
  p99: number | null
  max: number | null
  failures: number
  firstFailure: string | null
  /** Units that were answered and are not in the database. */
  lost: number
  /** Milliseconds of CPU for each unit. */
  cpu: number
  megabytes: number
}

export async function measure(server: Server, work: Work, connections: number, milliseconds: number): Promise<Measurement> {
  const before = usageOf(server.process.pid)
  const timed =
    work.kind === 'custom' ? await custom(work, connections, milliseconds) : await requests(server, work, connections, milliseconds)
  const after = usageOf(server.process.pid)
  return { connections, ...timed, cpu: (after.milliseconds - before.milliseconds) / Math.max(1, timed.units), megabytes: after.megabytes }
}

type Timed = Omit<Measurement, 'connections' | 'cpu' | 'megabytes'>

async function custom(work: Work & { kind: 'custom' }, connections: number, milliseconds: number): Promise<Timed> {
  const { units, lost, seconds } = await work.run(connections, milliseconds)
  return { rate: units / seconds, units, p50: null, p99: null, max: null, failures: 0, firstFailure: null, lost }
}

async function requests(server: Server, work: Work & { kind: 'requests' }, connections: number, milliseconds: number): Promise<Timed> {
  const before = (await work.count?.()) ?? 0
  const result = await runLoad({ host: '127.0.0.1', port: server.port, connections, milliseconds, next: work.next })
  const units = (result.requests - result.failures) * work.unitsPerRequest
  const written = work.count === null ? units : (await work.count()) - before
  const { p50, p99, max, failures, firstFailure } = result
  // a failed request may have written; a successful one must have
  return { rate: units / result.seconds, units, p50, p99, max, failures, firstFailure, lost: Math.max(0, Math.round(units - written)) }
}
