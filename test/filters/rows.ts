/** A small database in which every filter finds something and misses something: texts with wildcards, nulls, dangling ids. */
import type { Json } from '../../src/values/json.ts'
import type { Random } from './random.ts'

export type Row = Record<string, Json>
export type Rows = Record<string, Row[]>

const names = [
  'marvin',
  'Marvin-robot',
  'sad-marvin',
  '100%',
  'under_score',
  'UNDER-SCORE',
  'back\\slash',
  'Écluse',
  'écluse',
  '雪',
  '',
  "o'hare",
  '"q"',
]
const tags = ['a', 'b', 'A', 'a b', '%', '"', "'", '\\', 'ü', '{x}', 'null', '1']
const words = ['error', 'Error', 'connection timeout', 'debug', 'ÄRGER', '50% done', 'a_b', 'say "hi"', 'c:\\temp', '+1', '-x', '\u00a0']
const stateTypes = ['SCHEDULED', 'PENDING', 'RUNNING', 'COMPLETED', 'FAILED', 'CANCELLED', 'CRASHED', 'PAUSED', 'CANCELLING']
const stateNames = ['Scheduled', 'Late', 'Running', 'Completed', 'Cached', 'AwaitingRetry']

export function makeRows(random: Random): Rows {
  const ids = (count: number): string[] => Array.from({ length: count }, () => random.uuid())
  const id = {
    flow: ids(6),
    deployment: ids(9),
    work_pool: ids(3),
    work_queue: ids(5),
    flow_run: ids(40),
    task_run: ids(60),
    block_type: ids(4),
    block_schema: ids(7),
    artifact: ids(24),
  }
  const time = (): string =>
    `2024-0${1 + random.below(3)}-1${random.below(10)}T0${random.below(3)}:00:00.${random.pick(['000000', '000001', '500000'])}+00:00`
  const name = (): string => random.pick(names)
  const someTags = (): string[] => random.some(tags, 3)
  const maybe = <Value extends Json>(make: () => Value): Value | null => (random.below(4) === 0 ? null : make())
  /** Now and then an id of nobody. */
  const idOf = (table: keyof typeof id): string => (random.below(12) === 0 ? random.uuid() : random.pick(id[table]))
  const rows = (members: readonly string[], make: (index: number) => Row): Row[] =>
    members.map((member, index) => ({ id: member, created: time(), updated: time(), ...make(index) }))

  const run = (): Row => ({
    name: name(),
    tags: someTags(),
    state_type: maybe(() => random.pick(stateTypes)),
    state_name: maybe(() => random.pick(stateNames)),
    start_time: maybe(time),
    end_time: maybe(time),
    expected_start_time: maybe(time),
    next_scheduled_start_time: maybe(time),
  })
  const artifact = (): Row => ({
    type: maybe(() => random.pick(['markdown', 'table', 'progress'])),
    flow_run_id: maybe(() => idOf('flow_run')),
    task_run_id: maybe(() => idOf('task_run')),
  })

  return {
    flow: rows(id.flow, (index) => ({ name: names[index] ?? '', tags: someTags() })),
    work_pool: rows(id.work_pool, (index) => ({ name: `pool-${index}`, type: random.pick(['process', 'docker']) })),
    work_queue: rows(id.work_queue, (index) => ({ name: `${name()}${index}`, work_pool_id: random.pick(id.work_pool) })),
    worker: rows(ids(8), (index) => ({
      name: `worker-${index}`,
      work_pool_id: random.pick(id.work_pool),
      last_heartbeat_time: time(),
      status: random.pick(['ONLINE', 'OFFLINE']),
    })),
    deployment: rows(id.deployment, (index) => ({
      name: `${name()}${index}`,
      flow_id: random.pick(id.flow.slice(0, 4)),
      tags: someTags(),
      paused: random.below(2) === 0,
      work_queue_name: maybe(name),
      work_queue_id: maybe(() => idOf('work_queue')),
    })),
    flow_run: rows(id.flow_run, (index) => ({
      ...run(),
      flow_id: random.pick(id.flow),
      deployment_id: maybe(() => idOf('deployment')),
      work_queue_name: maybe(name),
      work_queue_id: maybe(() => idOf('work_queue')),
      flow_version: maybe(() => random.pick(['1', '2', 'v3'])),
      parent_task_run_id: maybe(() => idOf('task_run')),
      idempotency_key: maybe(() => `key-${index}`),
      created_by: maybe(() => ({
        id: maybe(() => random.pick(id.deployment)),
        type: maybe(() => random.pick(['DEPLOYMENT', 'AUTOMATION'])),
        display_value: 'somebody',
      })),
    })),
    task_run: rows(id.task_run, (index) => ({
      ...run(),
      flow_run_id: maybe(() => idOf('flow_run')),
      task_key: 'task',
      dynamic_key: String(index),
    })),
    log: rows(ids(40), () => ({
      name: random.pick(['prefect.flow_runs', 'prefect.task_runs', 'Debug']),
      level: random.pick([10, 20, 30, 40]),
      message: random.some(words, 3).join(' '),
      timestamp: time(),
      flow_run_id: maybe(() => idOf('flow_run')),
      task_run_id: maybe(() => idOf('task_run')),
    })),
    artifact: rows(id.artifact, () => ({ ...artifact(), key: maybe(name) })),
    artifact_collection: rows(ids(10), (index) => ({ ...artifact(), key: `${name()}${index}`, latest_id: random.pick(id.artifact) })),
    block_type: rows(id.block_type, (index) => ({ name: name(), slug: `slug-${index}` })),
    block_schema: rows(id.block_schema, (index) => ({
      block_type_id: random.pick(id.block_type),
      capabilities: random.some(['read', 'write', 'get-directory'], 3),
      version: random.pick(['1.0', '2.0']),
      checksum: `sha256:${index}`,
    })),
    block_document: rows(ids(16), (index) => ({
      name: `${name()}${index}`,
      block_schema_id: random.pick(id.block_schema),
      block_type_id: random.pick(id.block_type),
      block_type_name: random.pick(names),
      is_anonymous: random.below(3) === 0,
    })),
    variable: rows(ids(10), (index) => ({ name: `${name()}${index}`, value: index, tags: someTags() })),
    automation: rows(ids(10), () => ({
      name: name(),
      description: '',
      tags: someTags(),
      trigger: doNothing,
      actions: [{ type: 'do-nothing' }],
    })),
  }
}

const doNothing = { type: 'event', posture: 'Reactive', threshold: 1, within: 0 }
