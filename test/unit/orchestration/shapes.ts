/** Reads shapes.json, as reference.py does: runs, and what is known beside them. */
import { readFileSync } from 'node:fs'
import { type Deployment, emptyFacts, type Facts } from '../../../src/orchestration/facts.ts'
import type { SetFlowRunState, SetTaskRunState } from '../../../src/orchestration/orchestrate.ts'
import { type FlowPolicyName, flowPolicies, type TaskPolicyName, taskPolicies } from '../../../src/orchestration/policies.ts'
import { changedFlowRunPolicy } from '../../../src/orchestration/run-policy.ts'
import { type Lease, Slots } from '../../../src/orchestration/slots.ts'
import { readStateDetails } from '../../../src/orchestration/state-details.ts'
import { Completed, type State, type StateType, stamp } from '../../../src/orchestration/states.ts'
import { Duration } from '../../../src/values/duration.ts'
import type { Json, JsonObject } from '../../../src/values/json.ts'
import type { Timestamp } from '../../../src/values/timestamp.ts'
import { at, flowRun, limit, now, state, taskRun } from './samples.ts'

interface StateShape {
  names?: Record<string, string>
  message?: string
  data?: Json
  timestamp?: string
  state_details?: JsonObject
}

interface Shape {
  run?: JsonObject
  initial?: StateShape
  proposed?: StateShape
  apiVersion?: string
  clientVersion?: string
  deployment?: { missing?: boolean; limit?: number; active_slots?: number; active?: boolean; options?: Deployment['concurrency_options'] }
  lease?: 'held' | 'reaped'
  parent?: { tags: string[] }
  failedTaskRun?: boolean
  flowRun?: { state: StateType | null; run_count: number; state_details?: JsonObject }
  tagLimits?: { tag: string; concurrency_limit: number; active_slots: string[] }[]
  limits?: { tag: string; limit: number; active_slots: number; active?: boolean; avg_slot_occupancy_seconds?: number }[]
  heldLease?: boolean
  cached?: { cache_key: string; data: Json }
}

export type Case = { facts: Facts } & ({ kind: 'flow'; request: SetFlowRunState } | { kind: 'task'; request: SetTaskRunState })
export type Build = (from: StateType | null, to: StateType, policy: string) => Case

const shapes = JSON.parse(readFileSync(new URL('./shapes.json', import.meta.url), 'utf8')) as Record<'flow' | 'task', Record<string, Shape>>

/** How to make the transitions of each shape, by the names of the fixture. */
export const builds: Record<string, Build> = Object.fromEntries([
  ...Object.entries(shapes.flow).map(([name, shape]): [string, Build] => [`flow: ${name}`, (...pair) => flowCase(shape, ...pair)]),
  ...Object.entries(shapes.task).map(([name, shape]): [string, Build] => [`task: ${name}`, (...pair) => taskCase(shape, ...pair)]),
])

const instant = (text: Json | undefined): Timestamp | null => (typeof text === 'string' ? at(Number(text.slice(1))) : null)

function details(json: JsonObject = {}) {
  const instants = Object.entries(json).map(([key, value]) => [
    key,
    typeof value === 'string' && value.startsWith('@') ? instant(value)?.text : value,
  ])
  return readStateDetails(Object.fromEntries(instants))
}

function stateIn(shape: Shape, part: 'initial' | 'proposed', type: StateType, otherwise: Timestamp, lease: string | null = null): State {
  const { names, message, data, timestamp, state_details } = shape[part] ?? {}
  const given = details(state_details)
  const scheduled_time = given.scheduled_time ?? (type === 'SCHEDULED' ? at(-60) : null)
  const fields = { state_details: { ...given, scheduled_time, deployment_concurrency_lease_id: lease } }
  const named = names?.[type] === undefined ? fields : { ...fields, name: names[type] }
  // An unpersisted result is not stored, so the run's present state has none.
  const known = part === 'initial' && data && Reflect.get(Object(data), 'type') === 'unpersisted' ? null : (data ?? null)
  return state(type, { ...named, message: message ?? null, data: known }, instant(timestamp) ?? otherwise, part)
}

function columns(shape: Shape, initial: State | null) {
  const { total_run_time, start_time, end_time, expected_start_time, ...run } = shape.run ?? {}
  return {
    ...run,
    total_run_time: Duration.fromSeconds(Number(total_run_time ?? 0)),
    start_time: instant(start_time),
    end_time: instant(end_time),
    expected_start_time: instant(expected_start_time),
    state_id: initial?.id ?? null,
    state_type: initial?.type ?? null,
    state_name: initial?.name ?? null,
    state_timestamp: initial?.timestamp ?? null,
  }
}

function slotsIn(shape: Shape, leases: Lease[]): Slots {
  const { deployment } = shape
  const tagged = (shape.limits ?? []).map(({ tag, ...row }) => limit({ ...row, id: `limit ${tag}`, name: `tag:${tag}` }))
  const ofDeployment =
    deployment?.limit === undefined
      ? []
      : [limit({ id: 'deployment limit', name: 'deployment:d', limit: deployment.limit, active_slots: deployment.active_slots ?? 0 })]
  const limits = [...tagged, ...ofDeployment.map((row) => ({ ...row, active: deployment?.active ?? true }))]
  return new Slots({ tagLimits: (shape.tagLimits ?? []).map((row) => ({ id: row.tag, ...row })), limits, leases })
}

const heldLease = (resource: string, holder: Lease['holder']): Lease => ({
  id: 'lease',
  resource_ids: [resource],
  slots: 1,
  holder,
  expires_at: at(86_400),
})

function flowCase(shape: Shape, from: StateType | null, to: StateType, policy: string): Case {
  const lease = shape.lease === undefined ? null : 'lease'
  const initial = from && stateIn(shape, 'initial', from, at(-60), lease)
  const facts: Facts = { ...emptyFacts(), slots: slotsIn(shape, shape.lease === 'held' ? [heldLease('deployment limit', null)] : []) }
  const { deployment, parent } = shape
  if (deployment && !deployment.missing) {
    const concurrency_limit_id = deployment.limit === undefined ? null : 'deployment limit'
    facts.deployments.set('deployment', { id: 'deployment', concurrency_limit_id, concurrency_options: deployment.options ?? null })
  }
  if (parent) facts.taskRuns.set('parent', { run: taskRun({ id: 'parent', task_key: 'p', tags: parent.tags }), state: null })
  if (shape.failedTaskRun) {
    const failed = state('FAILED', {}, at(-30))
    const run = taskRun({ id: 'failed', flow_run_id: 'run', run_count: 3, state_type: 'FAILED' })
    facts.taskRuns.set('failed', { run, state: failed })
    facts.failedTaskRuns.set('run', ['failed'])
  }
  if (initial) facts.stateTimestamps.set('run', new Set([initial.timestamp.text]))
  const run = flowRun({
    ...columns(shape, initial),
    // Complete, as it is stored.
    empirical_policy: changedFlowRunPolicy(shape.run?.['empirical_policy'] ?? {}, {}),
    deployment_id: deployment ? 'deployment' : null,
    parent_task_run_id: parent ? 'parent' : null,
  })
  const { apiVersion = null, clientVersion = null } = shape
  const name = Object.keys(flowPolicies).find((each): each is FlowPolicyName => each === policy) ?? null
  return {
    kind: 'flow',
    facts,
    request: { run, initial, proposed: stateIn(shape, 'proposed', to, now), apiVersion, clientVersion, policy: name },
  }
}

function taskCase(shape: Shape, from: StateType | null, to: StateType, policy: string): Case {
  const initial = from && stateIn(shape, 'initial', from, at(-60))
  const facts: Facts = {
    ...emptyFacts(),
    slots: slotsIn(shape, shape.heldLease ? [heldLease('limit a', { type: 'task_run', id: 'run' })] : []),
  }
  const { flowRun: enclosing, cached } = shape
  if (enclosing) {
    const its = enclosing.state && state(enclosing.state, { state_details: details(enclosing.state_details) }, at(-90))
    facts.flowRuns.set('flow run', { id: 'flow run', run_count: enclosing.run_count, state: its })
  }
  if (cached) {
    const completed = Completed({ data: cached.data, state_details: { cache_key: cached.cache_key } })
    facts.cachedStates.set(cached.cache_key, stamp(completed, 'cached', at(-86_400)))
  }
  const run = taskRun({ ...columns(shape, initial), flow_run_id: enclosing ? 'flow run' : null })
  const name = Object.keys(taskPolicies).find((each): each is TaskPolicyName => each === policy) ?? null
  return { kind: 'task', facts, request: { run, initial, proposed: stateIn(shape, 'proposed', to, now), policy: name } }
}
