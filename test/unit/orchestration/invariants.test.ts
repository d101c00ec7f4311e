/** What holds for every transition, whatever the run and the facts. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { emptyFacts, type Facts, type Needs, noNeeds, requiredLimits, settle } from '../../../src/orchestration/facts.ts'
import {
  orchestrateFlowRun,
  orchestrateTaskRun,
  requiredFactsForFlowRun,
  requiredFactsForTaskRun,
  type SetFlowRunState,
  type SetTaskRunState,
} from '../../../src/orchestration/orchestrate.ts'
import { type FlowPolicyName, flowPolicies, type TaskPolicyName, taskPolicies } from '../../../src/orchestration/policies.ts'
import { type Lease, Slots } from '../../../src/orchestration/slots.ts'
import { type StateFields, stateTypes, terminalStates } from '../../../src/orchestration/states.ts'
import { noWrites } from '../../../src/orchestration/writes.ts'
import { at, circumstances, flowRun, limit, now, state, taskRun } from './samples.ts'

const { constantFrom, integer, record, option, subarray, boolean } = fc
const type = constantFrom(...stateTypes)
const name = constantFrom('Pending', 'Submitting', 'Late', 'AwaitingRetry', 'Suspended', 'Resuming', 'Running')
const data = constantFrom(null, { type: 'unpersisted' }, { type: 'x' }, { artifact_key: 'k' }, {}, [1], 'text', 0)
const details = record(
  {
    scheduled_time: constantFrom(at(-5), at(5)),
    cache_key: constantFrom('key', 'a long cache key'),
    refresh_cache: boolean(),
    deferred: boolean(),
    pause_timeout: constantFrom(at(-5), at(5)),
    pause_reschedule: boolean(),
    pause_key: constantFrom('a', 'b'),
    transition_id: constantFrom('t', 'u'),
    retriable: boolean(),
    deployment_concurrency_lease_id: constantFrom('lease', 'unknown'),
  },
  { requiredKeys: [] },
)
const fields: fc.Arbitrary<StateFields> = record({ name, data, state_details: details }, { requiredKeys: [] })
const stateAt = (seconds: number) => fc.tuple(type, fields).map(([each, rest]) => state(each, rest, at(seconds), `state ${seconds}`))
const initial = option(stateAt(-60))
const proposed = stateAt(0)
const policyColumn = record(
  { retries: integer({ min: 0, max: 3 }), pause_keys: subarray(['a', 'b']), resuming: boolean(), retry_delay: constantFrom(0, 5) },
  { requiredKeys: [] },
)
const runCount = integer({ min: 0, max: 4 })
const versions = {
  apiVersion: constantFrom(null, '0.8.2', '0.8.3', '0.8.4'),
  clientVersion: constantFrom(null, '3.0.2', '3.4.10', '3.6.0'),
}

const ids = ['deployment limit', 'limit a', 'limit b'] as const
const limits = fc
  .array(
    record({ id: constantFrom(...ids), limit: integer({ min: 0, max: 3 }), active: boolean(), active_slots: integer({ min: 0, max: 3 }) }),
  )
  .map((rows) =>
    rows.map((row) => limit({ ...row, active_slots: Math.min(row.active_slots, row.limit), name: row.id.replace('limit ', 'tag:') })),
  )
const tagLimits = fc
  .array(
    record({ tag: constantFrom('a', 'b'), concurrency_limit: integer({ min: 0, max: 3 }), active_slots: subarray(['run', 'x', 'parent']) }),
  )
  .map((rows) => rows.map((row) => ({ ...row, id: row.tag, active_slots: row.active_slots.slice(0, row.concurrency_limit) })))
const holders = [null, { type: 'task_run', id: 'run' }, { type: 'task_run', id: 'parent' }] as const
const lease: fc.Arbitrary<Lease> = record({
  id: constantFrom('lease', 'other lease'),
  resource_ids: subarray([...ids]),
  slots: integer({ min: 1, max: 2 }),
  holder: constantFrom(...holders),
  expires_at: constantFrom(at(-5), at(5)),
})

const facts: fc.Arbitrary<Facts> = record({
  deployment: option(record({ limited: boolean(), strategy: constantFrom('ENQUEUE' as const, 'CANCEL_NEW' as const) })),
  parentTags: subarray(['a', 'b']),
  parentState: initial,
  enclosing: option(record({ run_count: runCount, state: initial })),
  cached: option(stateAt(-90)),
  limits,
  tagLimits,
  leases: fc.array(lease, { maxLength: 2 }),
}).map((given) => {
  const known = emptyFacts()
  if (given.deployment) {
    const concurrency_options = { collision_strategy: given.deployment.strategy }
    const concurrency_limit_id = given.deployment.limited ? 'deployment limit' : null
    known.deployments.set('deployment', { id: 'deployment', concurrency_limit_id, concurrency_options })
  }
  known.taskRuns.set('parent', {
    run: taskRun({ id: 'parent', tags: given.parentTags, flow_run_id: 'flow run' }),
    state: given.parentState,
  })
  if (given.enclosing) known.flowRuns.set('flow run', { id: 'flow run', ...given.enclosing })
  if (given.cached) known.cachedStates.set('key', given.cached)
  known.stateTimestamps.set('run', new Set([now.text, at(-60).text]))
  known.failedTaskRuns.set('run', ['parent'])
  known.slots = new Slots(given)
  return known
})

const flowRequest: fc.Arbitrary<SetFlowRunState> = record({
  run: record({
    deployment_id: constantFrom(null, 'deployment'),
    parent_task_run_id: constantFrom(null, 'parent'),
    infrastructure_pid: constantFrom(null, 'pid'),
    run_count: runCount,
    empirical_policy: policyColumn,
  }).map((columns) => flowRun(columns)),
  initial,
  proposed,
  policy: option(constantFrom(...(Object.keys(flowPolicies) as FlowPolicyName[]))),
  force: boolean(),
  ...versions,
})
const taskRequest: fc.Arbitrary<SetTaskRunState> = record({
  run: record({
    flow_run_id: constantFrom(null, 'flow run'),
    tags: subarray(['a', 'b']),
    run_count: runCount,
    flow_run_run_count: runCount,
    empirical_policy: policyColumn,
  }).map((columns) => taskRun(columns)),
  initial,
  proposed,
  policy: option(constantFrom(...(Object.keys(taskPolicies) as TaskPolicyName[]))),
  force: boolean(),
})

type Decision = ReturnType<typeof orchestrateFlowRun> | ReturnType<typeof orchestrateTaskRun>
type Asked = SetFlowRunState | SetTaskRunState

/** Checks every decision on flow runs and on task runs. */
function forAll(check: (decide: (known: Facts) => Decision, asked: Asked, known: Facts) => void): void {
  const runs = { numRuns: 1500 }
  fc.assert(
    fc.property(flowRequest, facts, (asked, known) => check((each) => orchestrateFlowRun(asked, circumstances(each)), asked, known)),
    runs,
  )
  fc.assert(
    fc.property(taskRequest, facts, (asked, known) => check((each) => orchestrateTaskRun(asked, circumstances(each)), asked, known)),
    runs,
  )
}

const everything = (known: Facts): string =>
  JSON.stringify(known, (_key, value: unknown) => {
    if (value instanceof Map || value instanceof Set) return [...value]
    return value instanceof Slots ? [value.tagLimits, value.limits, value.leases] : value
  })

test('the same input gives the same decision, and stays as it was', () => {
  forAll((decide, asked, known) => {
    const before = [everything(known), JSON.stringify(asked)]
    expect(JSON.stringify(decide(known))).toBe(JSON.stringify(decide(known)))
    expect([everything(known), JSON.stringify(asked)]).toEqual(before)
  })
})

test('an abort or a wait writes nothing', () => {
  forAll((decide, asked, known) => {
    const { status, writes, run, state: kept } = decide(known)
    if (status !== 'ABORT' && status !== 'WAIT') return
    expect(writes).toEqual(noWrites())
    expect(run).toEqual(asked.run)
    expect(kept).toEqual(asked.initial)
  })
})

test('the answer is the state that is written, or the one that stays', () => {
  forAll((decide, asked, known) => {
    const { state: answered, run, writes } = decide(known)
    const written = [
      ...writes.flowRunStates.filter((row) => row.flow_run_id === 'run'),
      ...writes.taskRunStates.filter((row) => row.task_run_id === 'run'),
    ]
    expect(written.length).toBeLessThanOrEqual(1)
    expect(answered).toEqual(written[0]?.state ?? asked.initial)
    if (written.length > 0) {
      expect([run.state_id, run.state_type, run.state_name]).toEqual([answered?.id, answered?.type, answered?.name])
      expect(run.end_time !== null).toBe(terminalStates.has(answered?.type ?? null))
    }
  })
})

test('slots never exceed their limit, and never fall below none', () => {
  forAll((decide, _asked, known) => {
    settle(known, decide(known).writes)
    for (const row of known.slots.limits.values()) {
      expect(row.active_slots).toBeGreaterThanOrEqual(0)
      expect(row.active_slots).toBeLessThanOrEqual(row.limit)
    }
    for (const row of known.slots.tagLimits.values()) {
      expect(row.active_slots.length).toBeLessThanOrEqual(row.concurrency_limit)
      expect(new Set(row.active_slots).size).toBe(row.active_slots.length)
    }
  })
})

test('a result that is kept is never lost', () => {
  const kept = state('COMPLETED', { data: { type: 'x' } }, at(-60), 'kept')
  fc.assert(
    fc.property(flowRequest, facts, boolean(), (asked, known, force) => {
      const request = { ...asked, initial: kept, policy: 'CoreFlowPolicy', force } as const
      const { state: answered } = orchestrateFlowRun(request, circumstances(known))
      if (!force) expect(terminalStates.has(answered?.type ?? null)).toBe(true)
      if (answered?.type === 'COMPLETED') expect([null, 0, 'text']).not.toContain(answered.data)
    }),
  )
  fc.assert(
    fc.property(taskRequest, facts, (asked, known) => {
      known.cachedStates.clear()
      const request = { ...asked, initial: kept, policy: 'CoreTaskPolicy', force: false } as const
      if (request.proposed.state_details.deferred !== true) expect(orchestrateTaskRun(request, circumstances(known)).state).toEqual(kept)
    }),
  )
})

/** Facts in which only what the needs name can be found. */
function narrowed(known: Facts, needs: Needs): Facts {
  const pick = <Key, Value>(map: Map<Key, Value>, keys: { has(key: Key): boolean }) => new Map([...map].filter(([key]) => keys.has(key)))
  const { tagLimits, limits: rows, leases } = known.slots
  const held = [...leases.values()].filter((each) => needs.leases.has(each.id) || needs.leaseHolders.has(each.holder?.id ?? ''))
  const narrow = { ...known, deployments: pick(known.deployments, needs.deployments), slots: new Slots({ leases: held }) }
  const { names, ids: byId } = requiredLimits(needs, narrow)
  return {
    ...narrow,
    flowRuns: pick(known.flowRuns, needs.flowRuns),
    taskRuns: new Map([...known.taskRuns].filter(([id]) => needs.taskRuns.has(id) || needs.failedTaskRunsOf.has('run'))),
    failedTaskRuns: pick(known.failedTaskRuns, needs.failedTaskRunsOf),
    cachedStates: pick(known.cachedStates, needs.cacheKeys),
    stateTimestamps: pick(known.stateTimestamps, needs.stateTimestamps),
    slots: new Slots({
      leases: held,
      tagLimits: [...tagLimits.values()].filter((row) => needs.tags.has(row.tag)),
      limits: [...rows.values()].filter((row) => names.includes(row.name) || byId.includes(row.id)),
    }),
  }
}

test('nothing is looked up that was not asked for', () => {
  forAll((decide, asked, known) => {
    const needs = noNeeds()
    if ('deployment_id' in asked.run) {
      const request = asked as SetFlowRunState
      requiredFactsForFlowRun(request, needs)
      requiredFactsForFlowRun(request, needs, narrowed(known, needs))
    } else {
      requiredFactsForTaskRun(asked as SetTaskRunState, needs)
    }
    expect(JSON.stringify(decide(narrowed(known, needs)))).toBe(JSON.stringify(decide(known)))
  })
})

test("through any history a deployment's slots are those under its leases", () => {
  const step = record({ index: integer({ min: 0, max: 3 }), to: type, retry: boolean() })
  const strategy = constantFrom('ENQUEUE' as const, 'CANCEL_NEW' as const)
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), integer({ min: 1, max: 3 }), strategy, (steps, size, collision_strategy) => {
      const known = emptyFacts()
      known.deployments.set('deployment', { id: 'deployment', concurrency_limit_id: 'limit', concurrency_options: { collision_strategy } })
      known.slots = new Slots({ limits: [limit({ limit: size })] })
      const runs = [0, 1, 2, 3].map((index) => ({
        run: flowRun({ id: `run ${index}`, deployment_id: 'deployment', empirical_policy: { retries: 1 } }),
        current: state('SCHEDULED', {}, at(-60), `first ${index}`),
      }))
      const entropy = circumstances().entropy
      for (const [count, { index, to, retry }] of steps.entries()) {
        const one = runs[index]
        // A run that starts without ever having been PENDING has no slot, and gives one back all the same.
        if (one === undefined || ((to === 'RUNNING' || to === 'CANCELLING') && !retry && one.current.type !== 'PENDING')) continue
        if (to !== 'PENDING' && !terminalStates.has(to) && one.current.state_details.deployment_concurrency_lease_id === null) continue
        const time = at(count)
        const asked = { proposed: state(to, {}, time, `proposed ${count}`), policy: 'CoreFlowPolicy', clientVersion: '3.6.0' } as const
        const found = orchestrateFlowRun({ ...one, initial: one.current, ...asked }, { ...circumstances(known), now: time, entropy })
        settle(known, found.writes)
        Object.assign(one, { run: found.run, current: found.state })
        const slots = known.slots.limits.get('limit')?.active_slots
        expect(slots).toBe(known.slots.leases.size)
        expect(slots).toBeLessThanOrEqual(size)
      }
    }),
  )
})
