/** What the server acknowledged before it was killed, as the load process wrote it down. */
import { readFileSync } from 'node:fs'

export type Acknowledgement =
  | { kind: 'flow_run'; id: string }
  | { kind: 'state'; id: string; flowRun: string; type: string }
  | { kind: 'task_run'; id: string; flowRun: string }
  | { kind: 'logs'; flowRun: string; messages: string[] }
  | { kind: 'event'; id: string }
  /** An answer that the load did not expect. */
  | { kind: 'refused'; path: string; status: number; answer: string }
  /** The server is gone; so many requests were waiting for their answer. */
  | { kind: 'end'; inFlight: number }

export interface Acknowledged {
  flowRuns: string[]
  states: { id: string; flowRun: string; type: string }[]
  taskRuns: string[]
  logs: { flowRun: string; messages: string[] }[]
  events: string[]
  refused: string[]
  inFlight: number
  count: number
}

export function readAcknowledged(file: string): Acknowledged {
  const entries = readFileSync(file, 'utf8')
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Acknowledgement)
  const of = <Kind extends Acknowledgement['kind']>(kind: Kind): Extract<Acknowledgement, { kind: Kind }>[] =>
    entries.filter((entry): entry is Extract<Acknowledgement, { kind: Kind }> => entry.kind === kind)
  return {
    flowRuns: of('flow_run').map(({ id }) => id),
    states: of('state').map(({ id, flowRun, type }) => ({ id, flowRun, type })),
    taskRuns: of('task_run').map(({ id }) => id),
    logs: of('logs'),
    events: of('event').map(({ id }) => id),
    refused: of('refused').map(({ path, status, answer }) => `${path}: ${status} ${answer}`),
    inFlight: of('end')[0]?.inFlight ?? 0,
    count: entries.length - of('end').length - of('refused').length,
  }
}
