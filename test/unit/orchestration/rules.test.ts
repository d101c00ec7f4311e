/** Rules, one by one: what each lets through, and what it says to the rest. */
import { describe, expect, test } from 'vitest'
import { type ConcurrencyOptions, emptyFacts, type Facts, settle } from '../../../src/orchestration/facts.ts'
import {
  orchestrateFlowRun,
  orchestrateTaskRun,
  type SetFlowRunState,
  type SetTaskRunState,
} from '../../../src/orchestration/orchestrate.ts'
import { flowRunPolicy } from '../../../src/orchestration/run-policy.ts'
import { type ConcurrencyLimit, Slots } from '../../../src/orchestration/slots.ts'
import type { StateFields, StateType } from '../../../src/orchestration/states.ts'
import { noWrites } from '../../../src/orchestration/writes.ts'
import { at, circumstances, flowRun, limit, now, state, taskRun } from './samples.ts'

type Given = [type: StateType, fields?: StateFields] | null
const present = (given: Given) => given && state(given[0], given[1], at(-60), 'initial')

function setFlow(from: Given, to: NonNullable<Given>, more: Partial<SetFlowRunState> = {}, facts?: Facts) {
  const request: SetFlowRunState = {
    run: flowRun(),
    initial: present(from),
    proposed: state(to[0], to[1]),
    policy: 'CoreFlowPolicy',
    ...more,
  }
  return orchestrateFlowRun(request, circumstances(facts))
}

function setTask(from: Given, to: NonNullable<Given>, more: Partial<SetTaskRunState> = {}, facts?: Facts) {
  const request: SetTaskRunState = {
    run: taskRun(),
    initial: present(from),
    proposed: state(to[0], to[1]),
    policy: 'CoreTaskPolicy',
    ...more,
  }
  return orchestrateTaskRun(request, circumstances(facts))
}

const said = ({ status, state, details }: ReturnType<typeof setFlow> | ReturnType<typeof setTask>) => [status, state?.name, details]
const abort = (reason: string) => ({ type: 'abort_details', reason })
const reject = (reason: string) => ({ type: 'reject_details', reason })

/** A deployment with a limit. */
function deployed(columns: Partial<ConcurrencyLimit>, options: ConcurrencyOptions | null = null): Facts {
  const facts = emptyFacts()
  facts.deployments.set('deployment', { id: 'deployment', concurrency_limit_id: 'limit', concurrency_options: options })
  facts.slots = new Slots({ limits: [limit(columns)] })
  return facts
}
const ofDeployment = { run: flowRun({ deployment_id: 'deployment' }) }

describe('flow runs', () => {
  test.each<[string, Given, NonNullable<Given>, unknown[]]>([
    [
      'PreventDuplicateTransitions',
      ['RUNNING', { state_details: { transition_id: 't' } }],
      ['RUNNING', { name: 'again', state_details: { transition_id: 't' } }],
      ['REJECT', 'Running', reject('This run has already made this state transition.')],
    ],
    [
      'PreventPendingTransitions',
      ['CANCELLED'],
      ['PENDING'],
      ['ABORT', 'Cancelled', abort('This run is in a CANCELLED state and cannot transition to a PENDING state.')],
    ],
    [
      'HandleFlowTerminalStateTransitions',
      ['FAILED'],
      ['SCHEDULED'],
      ['ABORT', 'Failed', abort('Cannot reschedule a run without an associated deployment.')],
    ],
    [
      'EnforceCancellingToCancelledTransition',
      ['CANCELLING'],
      ['COMPLETED'],
      ['REJECT', 'Cancelling', reject('Cannot transition flows that are cancelling to a state other than Cancelled.')],
    ],
    [
      'BypassCancellingFlowRunsWithNoInfra',
      ['SCHEDULED'],
      ['CANCELLING'],
      ['REJECT', 'Cancelled', reject('Scheduled flow run has no infrastructure to terminate.')],
    ],
    [
      'EnsureOnlyScheduledFlowsMarkedLate',
      ['RUNNING'],
      ['SCHEDULED', { name: 'Late' }],
      ['REJECT', 'Running', reject('Only scheduled flows can be marked late.')],
    ],
    ['HandlePausingFlows', null, ['PAUSED'], ['ABORT', undefined, abort('Cannot pause flows with no state.')]],
    [
      'HandleResumingPausedFlows',
      ['PAUSED', { state_details: { pause_timeout: at(-1) } }],
      ['RUNNING'],
      ['REJECT', 'Failed', reject('The flow run pause has timed out and can no longer resume.')],
    ],
    [
      'WaitForScheduledTime',
      ['PENDING', { state_details: { scheduled_time: at(3.6) } }],
      ['RUNNING'],
      ['WAIT', 'Pending', { type: 'wait_details', delay_seconds: 4, reason: 'Scheduled time is in the future' }],
    ],
    ['no rule', ['PENDING'], ['RUNNING'], ['ACCEPT', 'Running', { type: 'accept_details' }]],
  ])('%s: %j to %j', (_rule, from, to, answer) => {
    expect(said(setFlow(from, to))).toEqual(answer)
  })

  test('CopyScheduledTime and PreserveDeploymentConcurrencyLeaseId hand on what the client does not send', () => {
    const details = { scheduled_time: at(-5), deployment_concurrency_lease_id: 'lease' }
    const { state: pending } = setFlow(['SCHEDULED', { state_details: details }], ['PENDING'])
    expect(pending?.state_details).toMatchObject(details)
  })

  test('PreventPendingTransitions lets a run go on inside PENDING, but not back to its beginning', () => {
    const step = (from: string, to: string) => setFlow(['PENDING', { name: from }], ['PENDING', { name: to }]).status
    expect([step('Pending', 'Submitting'), step('Submitting', 'InfrastructurePending')]).toEqual(['ACCEPT', 'ACCEPT'])
    expect([step('Submitting', 'Submitting'), step('Submitting', 'Pending')]).toEqual(['ABORT', 'ABORT'])
  })

  test('HandleFlowTerminalStateTransitions keeps results, and nothing that is none', () => {
    const again = (data: StateFields['data']) => setFlow(['COMPLETED', { data: data ?? null }], ['RUNNING']).status
    expect([{ type: 'x' }, {}, { type: 'unpersisted' }, 'text', null].map(again)).toEqual([
      'REJECT',
      'ACCEPT',
      'ACCEPT',
      'ACCEPT',
      'ACCEPT',
    ])
  })

  test('a run that was scheduled is not any more once it is submitted', () => {
    const run = flowRun({ next_scheduled_start_time: at(5) })
    expect(setFlow(['SCHEDULED'], ['PENDING'], { run }).run.next_scheduled_start_time).toBeNull()
    expect(setFlow(['PENDING'], ['RUNNING'], { run }).run.next_scheduled_start_time).toEqual(at(5))
  })

  test('RetryFailedFlows schedules the retry by the delay, and forgets pauses', () => {
    const empirical_policy = { retries: 1, retry_delay: 30, pause_keys: ['a'], resuming: true }
    const { state: retry, run } = setFlow(['RUNNING'], ['FAILED', { message: 'boom' }], {
      run: flowRun({ run_count: 1, empirical_policy }),
    })
    expect([retry?.name, retry?.message, retry?.state_details.scheduled_time]).toEqual(['AwaitingRetry', 'boom', at(30)])
    expect(run.empirical_policy).toMatchObject({ retry_type: 'in_process', pause_keys: [], resuming: false })
  })

  test('RetryFailedFlows restarts the failed tasks of an old client', () => {
    const facts = emptyFacts()
    facts.taskRuns.set('task', { run: taskRun({ id: 'task', run_count: 3 }), state: present(['FAILED']) })
    facts.failedTaskRuns.set('run', ['task'])
    const retried = { run: flowRun({ empirical_policy: { retries: 1 } }) }
    const old = setFlow(['RUNNING'], ['FAILED'], { ...retried, apiVersion: '0.8.2' }, facts)
    expect(old.writes.taskRuns).toMatchObject([{ id: 'task', changes: { run_count: 0, state_name: 'AwaitingRetry' } }])
    expect(setFlow(['RUNNING'], ['FAILED'], { ...retried, apiVersion: '0.8.3' }, facts).writes.taskRuns).toEqual([])
  })

  test('a pause fires once, and resuming is not another attempt', () => {
    const paused = setFlow(['RUNNING'], ['PAUSED', { state_details: { pause_key: 'k' } }], { run: flowRun({ run_count: 1 }) })
    expect(flowRunPolicy(paused.run.empirical_policy).pause_keys).toEqual(['k'])
    const resumed = setFlow(['PAUSED'], ['SCHEDULED', { name: 'Resuming' }], { run: paused.run })
    expect(flowRunPolicy(resumed.run.empirical_policy).resuming).toBe(true)
    const running = setFlow(['PENDING'], ['RUNNING'], { run: resumed.run })
    expect([running.run.run_count, flowRunPolicy(running.run.empirical_policy).resuming]).toEqual([1, false])
    const again = setFlow(['RUNNING'], ['PAUSED', { state_details: { pause_key: 'k' } }], { run: running.run })
    expect(said(again)).toEqual(['REJECT', 'Running', reject('This pause has already fired.')])
  })

  test('the minimal policy still keeps results and spares runs without infrastructure the way through CANCELLING', () => {
    const force = { force: true }
    const result = { data: { type: 'x' } }
    expect(setFlow(['COMPLETED', result], ['COMPLETED'], force).status).toBe('REJECT')
    expect(setFlow(['COMPLETED', result], ['RUNNING'], force).status).toBe('ACCEPT')
    expect(setFlow(['SCHEDULED'], ['CANCELLING'], force).state?.type).toBe('CANCELLED')
    expect(setFlow(['CANCELLED'], ['PENDING'], force).status).toBe('ACCEPT')
  })

  test('a result becomes an artifact of its own, described by what the data says of it', () => {
    const data = { type: 'x', artifact_key: 'k', artifact_type: 'result', artifact_description: 'd', v: 1 }
    const { state: completed, writes } = setFlow(['RUNNING'], ['COMPLETED', { data }])
    expect(completed?.data).toEqual({ type: 'x', v: 1 })
    const content = { key: 'k', type: 'result', description: 'd', data: { type: 'x', v: 1 }, flow_run_id: 'run', task_run_id: null }
    expect(writes.artifacts).toEqual([{ id: expect.stringMatching(/^new/), ...content }])
    expect(writes.flowRunStates).toMatchObject([{ flow_run_id: 'run', result_artifact_id: writes.artifacts[0]?.id }])
    expect(setFlow(['RUNNING'], ['COMPLETED', { data: { type: 'unpersisted' } }]).writes.artifacts).toEqual([])
  })

  test('a subflow takes its parent task run along, whose slots become free', () => {
    const facts = emptyFacts()
    facts.taskRuns.set('parent', { run: taskRun({ id: 'parent', tags: ['a'] }), state: present(['RUNNING']) })
    facts.slots = new Slots({ tagLimits: [{ id: 'a', tag: 'a', concurrency_limit: 1, active_slots: ['parent'] }] })
    const { writes, state: completed } = setFlow(['RUNNING'], ['COMPLETED'], { run: flowRun({ parent_task_run_id: 'parent' }) }, facts)
    expect(completed?.state_details.task_run_id).toBe('parent')
    expect(writes.taskRunStates).toMatchObject([
      { task_run_id: 'parent', state: { type: 'COMPLETED', state_details: { child_flow_run_id: 'run' } } },
    ])
    expect(writes.taskRuns).toMatchObject([{ id: 'parent', changes: { state_type: 'COMPLETED', end_time: now } }])
    expect(writes.tagLimits).toMatchObject([{ tag: 'a', active_slots: [] }])
  })

  test('timestamps of a run never repeat', () => {
    const facts = emptyFacts()
    facts.stateTimestamps.set('run', new Set([now.text, now.addMicroseconds(1).text]))
    const { state: running, run } = setFlow(['PENDING'], ['RUNNING'], {}, facts)
    expect([running?.timestamp, run.start_time, run.state_timestamp]).toEqual(Array(3).fill(now.addMicroseconds(2)))
  })
})

describe("a deployment's concurrency limit", () => {
  test('of two requests of a group only one takes the last slot', () => {
    const facts = deployed({ limit: 1 })
    const first = setFlow(['SCHEDULED'], ['PENDING'], ofDeployment, facts)
    expect(first.status).toBe('ACCEPT')
    expect(facts.slots.limits.get('limit')?.active_slots).toBe(0)
    settle(facts, first.writes)
    expect(facts.slots.limits.get('limit')?.active_slots).toBe(1)
    const second = setFlow(['SCHEDULED'], ['PENDING'], { run: flowRun({ id: 'other', deployment_id: 'deployment' }) }, facts)
    expect(said(second)).toEqual(['REJECT', 'AwaitingConcurrencySlot', reject('Deployment concurrency limit reached.')])
    expect(second.state?.state_details.scheduled_time).toEqual(at(30))
  })

  test('the slot is held by a lease and freed with it', () => {
    const facts = deployed({ limit: 1 }, { collision_strategy: 'ENQUEUE', grace_period_seconds: 90 })
    const pending = setFlow(['SCHEDULED'], ['PENDING'], ofDeployment, facts)
    const lease = pending.state?.state_details.deployment_concurrency_lease_id ?? null
    expect(pending.writes.leases).toEqual([{ id: lease, resource_ids: ['limit'], slots: 1, holder: null, expires_at: at(90) }])
    settle(facts, pending.writes)
    const details = { state_details: { deployment_concurrency_lease_id: lease } }
    const crashed = setFlow(['PENDING', details], ['CRASHED'], ofDeployment, facts)
    expect(crashed.writes).toMatchObject({ limits: [{ active_slots: 0 }], leases: [], revokedLeases: [lease] })
  })

  const lost = { state_details: { deployment_concurrency_lease_id: 'lost' } }
  test.each<[string, string | null, number, unknown[]]>([
    ['a new client takes another slot', '3.4.11', 1, ['ACCEPT', 'Running', 2]],
    ['a new client is cancelled when there is none', '3.4.11', 2, ['REJECT', 'Cancelled', 1]],
    ['an old client runs on', '3.4.10', 2, ['ACCEPT', 'Running', undefined]],
    ['a client that says nothing of itself runs on', null, 2, ['ACCEPT', 'Running', undefined]],
  ])('after a lost lease %s', (_what, clientVersion, active_slots, expected) => {
    const facts = deployed({ limit: 2, active_slots })
    const found = setFlow(['PENDING', lost], ['RUNNING'], { ...ofDeployment, clientVersion }, facts)
    expect([found.status, found.state?.name, found.writes.limits[0]?.active_slots]).toEqual(expected)
  })

  test('the lease of an old client is forgotten when it runs, its slot is not', () => {
    const facts = deployed({ limit: 1, active_slots: 1 })
    const lease = { id: 'lease', resource_ids: ['limit'], slots: 1, holder: null, expires_at: at(5) }
    facts.slots = new Slots({ limits: [...facts.slots.limits.values()], leases: [lease] })
    const details = { state_details: { deployment_concurrency_lease_id: 'lease' } }
    const running = setFlow(['PENDING', details], ['RUNNING'], { ...ofDeployment, clientVersion: '3.4.10' }, facts)
    expect(running.writes).toMatchObject({ revokedLeases: ['lease'], limits: [] })
    settle(facts, running.writes)
    expect(setFlow(['RUNNING', details], ['COMPLETED'], ofDeployment, facts).writes.limits).toMatchObject([{ active_slots: 0 }])
  })

  test.each<[number, ConcurrencyOptions['collision_strategy'], string]>([
    [1, 'CANCEL_NEW', 'Late'],
    [2, 'CANCEL_NEW', 'Cancelled'],
    [2, 'ENQUEUE', 'Late'],
  ])('with %j of 2 slots taken and the strategy %s a late run becomes %s', (active_slots, collision_strategy, name) => {
    const facts = deployed({ limit: 2, active_slots }, { collision_strategy })
    const late = setFlow(['SCHEDULED'], ['SCHEDULED', { name: 'Late' }], { ...ofDeployment, policy: 'MarkLateRunsPolicy' }, facts)
    expect(late.state?.name).toBe(name)
  })

  test('the slot is kept for a retry in the same process, and freed for one elsewhere', () => {
    const facts = deployed({ limit: 1, active_slots: 1 })
    const run = flowRun({ deployment_id: 'deployment', empirical_policy: { retries: 1 } })
    expect(setFlow(['RUNNING'], ['FAILED'], { run }, facts)).toMatchObject({ state: { name: 'AwaitingRetry' }, writes: { limits: [] } })
    const elsewhere = setFlow(['RUNNING'], ['SCHEDULED', { name: 'AwaitingRetry' }], { run }, facts)
    expect(elsewhere.writes.limits).toMatchObject([{ active_slots: 0 }])
  })

  test('a slot that was taken for a transition which a later rule refused is given back', () => {
    const found = setFlow(['PAUSED'], ['PENDING'], ofDeployment, deployed({ limit: 1 }))
    expect(found).toMatchObject({ status: 'REJECT', state: { name: 'Paused' }, writes: { limits: [], leases: [], revokedLeases: [] } })
  })
})

describe('task runs', () => {
  const inFlow = { run: taskRun({ flow_run_id: 'flow run', run_count: 2, flow_run_run_count: 1 }) }
  const flowIn = (type: StateType, run_count = 2): Facts => {
    const facts = emptyFacts()
    facts.flowRuns.set('flow run', { id: 'flow run', run_count, state: state(type, { state_details: { pause_timeout: at(9) } }) })
    return facts
  }

  test('do not start in a flow that does not run', () => {
    const refused = setTask(['PENDING'], ['RUNNING'], inFlow, flowIn('COMPLETED'))
    expect(said(refused)).toEqual(['ABORT', 'Pending', abort('The enclosing flow must be running to begin task execution.')])
    const paused = setTask(['FAILED'], ['RUNNING'], inFlow, flowIn('PAUSED'))
    expect(said(paused)).toEqual([
      'REJECT',
      'NotReady',
      reject('The flow is paused, new tasks can execute after resuming flow run: flow run.'),
    ])
    expect(paused.state?.state_details.pause_timeout).toEqual(at(9))
    expect(paused.run.run_count).toBe(2)
  })

  test('start again with all retries when their flow is retried', () => {
    const { run, state: running } = setTask(['FAILED'], ['RUNNING'], inFlow, flowIn('RUNNING'))
    expect([running?.name, run.run_count, run.flow_run_run_count]).toEqual(['Retrying', 1, 2])
  })

  test('keep their result', () => {
    const found = setTask(['COMPLETED', { data: { type: 'x' } }], ['RUNNING'])
    expect(said(found)).toEqual(['REJECT', 'Completed', reject('This run is already completed.')])
    expect(setTask(['COMPLETED', { data: 'text' }], ['RUNNING']).status).toBe('ACCEPT')
  })

  test.each<[number, unknown, number | null]>([
    [1, [10, 600], 10],
    [2, [10, 600], 600],
    [3, [10, 600], 600],
    [0, [10, 600], 600],
    [3, [], 0],
    [3, 1.5, 1.5],
    [4, 5, null],
  ])('attempt %j with delays %j is retried after %j s', (run_count, retry_delay, seconds) => {
    const run = taskRun({ run_count, empirical_policy: { retries: 3, retry_delay: retry_delay as number } })
    const { state: retry } = setTask(['RUNNING'], ['FAILED'], { run })
    expect(retry?.state_details.scheduled_time ?? null).toEqual(seconds === null ? null : at(seconds))
  })

  test('a delay beyond all time ends with the year 9999', () => {
    const run = taskRun({ empirical_policy: { retries: 1, retry_delay: 1e300 } })
    expect(setTask(['RUNNING'], ['FAILED'], { run }).state?.state_details.scheduled_time?.text).toMatch(/^9999-12-31/)
  })

  test('are put into their queue when they are deferred, also by force', () => {
    const deferred = { state_details: { deferred: true } }
    const queues = (to: NonNullable<Given>, more = {}) => setTask(null, to, more).writes.scheduledTaskRuns.map(({ queue }) => queue)
    expect(queues(['SCHEDULED', deferred])).toEqual(['scheduled'])
    expect(queues(['SCHEDULED', { ...deferred, name: 'AwaitingRetry' }], { force: true })).toEqual(['retry'])
    expect(queues(['SCHEDULED'])).toEqual([])
    expect(setTask(['PENDING'], ['PENDING', deferred], { force: true }).status).toBe('ABORT')
  })

  test('take cached states, and leave theirs', () => {
    const facts = emptyFacts()
    facts.cachedStates.set('key', state('COMPLETED', { data: { v: 1 } }, at(-9), 'cached'))
    const key = { state_details: { cache_key: 'key' } }
    const cached = setTask(['PENDING'], ['RUNNING', key], {}, facts)
    expect(said(cached)).toEqual(['REJECT', 'Cached', reject('Retrieved state from cache')])
    expect(cached.state).toMatchObject({ data: { v: 1 }, timestamp: now, id: expect.stringMatching(/^new/) })
    expect(setTask(['PENDING'], ['RUNNING', { state_details: { cache_key: 'key', refresh_cache: true } }], {}, facts).status).toBe('ACCEPT')
    const long = setTask(['RUNNING'], ['COMPLETED', { state_details: { cache_key: '123456789' } }])
    expect(said(long)).toEqual(['REJECT', 'Completed', reject('Cache key exceeded maximum allowed length of 8 characters.')])
    expect(long.writes.cachedStates).toEqual([{ cache_key: '123456789', cache_expiration: null, task_run_state_id: long.state?.id }])
  })
})

describe('limits on tags', () => {
  const tagged = { run: taskRun({ tags: ['b', 'a'] }) }
  const tagLimit = (tag: string, concurrency_limit: number, active_slots: string[] = []) => ({
    id: tag,
    tag,
    concurrency_limit,
    active_slots,
  })
  const limits = (...rows: ConstructorParameters<typeof Slots>): Facts => ({ ...emptyFacts(), slots: new Slots(...rows) })

  test('a slot of each tag is taken and freed', () => {
    const facts = limits({ tagLimits: [tagLimit('a', 1), tagLimit('b', 2, ['other'])] })
    const running = setTask(['PENDING'], ['RUNNING'], tagged, facts)
    settle(facts, running.writes)
    expect([...facts.slots.tagLimits.values()].map((row) => row.active_slots)).toEqual([['run'], ['other', 'run']])
    expect(setTask(['PENDING'], ['RUNNING'], { run: taskRun({ id: 'late', tags: ['a'] }) }, facts)).toMatchObject({
      status: 'WAIT',
      details: { delay_seconds: 10, reason: 'Concurrency limit for the a tag has been reached' },
    })
    settle(facts, setTask(['RUNNING'], ['FAILED'], tagged, facts).writes)
    expect([...facts.slots.tagLimits.values()].map((row) => row.active_slots)).toEqual([[], ['other']])
  })

  // The reference leaves the slots of the other limits taken in these cases.
  test.each([
    ['a full tag', limits({ tagLimits: [tagLimit('a', 1, ['other']), tagLimit('b', 2)] }), 'WAIT'],
    ['a tag of zero', limits({ tagLimits: [tagLimit('a', 0), tagLimit('b', 2)] }), 'ABORT'],
    [
      'a global limit of zero',
      limits({ limits: [limit({ id: '1', name: 'tag:a', limit: 0 }), limit({ id: '2', name: 'tag:b', limit: 2 })] }),
      'ABORT',
    ],
    [
      'a full tag beside a global limit',
      limits({ limits: [limit({ name: 'tag:a', limit: 2 })], tagLimits: [tagLimit('b', 1, ['other'])] }),
      'WAIT',
    ],
  ])('%s leaves everything as it was', (_what, facts, status) => {
    const { status: found, writes } = setTask(['PENDING'], ['RUNNING'], tagged, facts)
    expect([found, writes]).toEqual([status, noWrites()])
  })

  test('a global limit is held by one lease until the run ends', () => {
    const facts = limits({ limits: [limit({ id: '1', name: 'tag:a', limit: 2 }), limit({ id: '2', name: 'tag:b', limit: 2 })] })
    const running = setTask(['PENDING'], ['RUNNING'], tagged, facts)
    expect(running.writes.leases).toMatchObject([{ resource_ids: ['1', '2'], slots: 1, holder: { type: 'task_run', id: 'run' } }])
    settle(facts, running.writes)
    const paused = setTask(['RUNNING'], ['CANCELLING'], tagged, facts)
    expect(paused.writes).toMatchObject({ limits: [], revokedLeases: [] })
    const failed = setTask(['RUNNING'], ['FAILED'], tagged, facts)
    expect(failed.writes.limits.map((row) => row.active_slots)).toEqual([0, 0])
    expect(failed.writes.revokedLeases).toEqual(running.writes.leases.map((lease) => lease.id))
  })

  test('an expired lease is left to the reaper, and a deleted limit holds nobody up', () => {
    const lease = { id: 'lease', resource_ids: ['limit', 'gone'], slots: 1, holder: { type: 'task_run', id: 'run' } as const }
    const rows = { limits: [limit({ name: 'tag:a', active_slots: 1 })] }
    const expired = setTask(['RUNNING'], ['FAILED'], tagged, limits({ ...rows, leases: [{ ...lease, expires_at: at(-1) }] }))
    expect(expired.writes).toMatchObject({ limits: [], revokedLeases: [] })
    const held = setTask(['RUNNING'], ['FAILED'], tagged, limits({ ...rows, leases: [{ ...lease, expires_at: at(1) }] }))
    expect(held.writes).toMatchObject({ limits: [{ active_slots: 0 }], revokedLeases: ['lease'] })
  })
})
