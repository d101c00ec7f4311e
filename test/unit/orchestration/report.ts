/** Tells what a decision came to, in the words of transitions.json. */
import { type Facts, settle } from '../../../src/orchestration/facts.ts'
import { type Outcome, orchestrateFlowRun, orchestrateTaskRun } from '../../../src/orchestration/orchestrate.ts'
import type { Run } from '../../../src/orchestration/run.ts'
import type { Slots } from '../../../src/orchestration/slots.ts'
import type { State } from '../../../src/orchestration/states.ts'
import { Duration } from '../../../src/values/duration.ts'
import { Timestamp } from '../../../src/values/timestamp.ts'
import { circumstances, now } from './samples.ts'
import type { Case } from './shapes.ts'

/** Instants as seconds from now, and all new ids alike. */
function plain(value: unknown): unknown {
  if (value instanceof Timestamp) return `@${Number(value.secondsSince(now).toFixed(6))}`
  if (value instanceof Duration) return value.seconds
  if (Array.isArray(value)) return value.map(plain)
  if (typeof value === 'string') return value.replace(/^new-\d+$/, 'new')
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, plain(each)]))
}

const sorted = (values: readonly unknown[]): unknown[] => values.map(plain).toSorted((a, b) => (String(a) < String(b) ? -1 : 1))

const sparse = (details: State['state_details']): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(details)
      .filter(([, value]) => value !== null && value !== false)
      .map(([key, value]) => [key, plain(value)]),
  )

const stateReport = (state: State | null): unknown =>
  state && {
    type: state.type,
    name: state.name,
    timestamp: plain(state.timestamp),
    ...sparse(state.state_details),
    ...(state.message === null ? {} : { message: state.message }),
    ...(state.data === null ? {} : { data: state.data }),
  }

function holdings({ tagLimits, limits, leases }: Slots): Record<string, unknown> {
  return {
    tags: Object.fromEntries([...tagLimits].map(([tag, limit]) => [tag, sorted(limit.active_slots)])),
    limits: Object.fromEntries([...limits.values()].map((limit) => [limit.name, limit.active_slots])),
    leases: sorted(
      [...leases.values()].map(({ id, resource_ids, slots, holder, expires_at }) => {
        const seconds = Math.round(expires_at.secondsSince(now) / 10) * 10
        return [id, sorted(resource_ids), slots, holder && [holder.type, holder.id], seconds]
      }),
    ),
  }
}

const columns = ['state_type', 'state_name', 'state_timestamp', 'run_count', 'expected_start_time', 'next_scheduled_start_time'] as const
const moreColumns = ['start_time', 'end_time', 'total_run_time', 'empirical_policy', 'flow_run_run_count'] as const

/** Decides the case, and lists what was answered and what has changed. */
export function report({ facts, ...one }: Case): unknown {
  const before = holdings(facts.slots)
  const found =
    one.kind === 'flow' ? orchestrateFlowRun(one.request, circumstances(facts)) : orchestrateTaskRun(one.request, circumstances(facts))
  settle(facts, found.writes)
  const { status, writes } = found
  const { type: _, ...details } = found.details
  const after = holdings(facts.slots)
  const announced = 'announced' in found ? found.announced : null
  const everything = {
    status,
    details,
    state: stateReport(found.state),
    run: runReport(one.request.run, found),
    slots: Object.fromEntries(Object.entries(after).filter(([key, value]) => JSON.stringify(value) !== JSON.stringify(before[key]))),
    cached: writes.cachedStates.map((row) => [row.cache_key, plain(row.cache_expiration)]),
    // The flow run's own comes first.
    artifacts: writes.artifacts.map((row) => [row.key, row.type, row.description, row.data, row.flow_run_id, row.task_run_id]),
    announced: announced ? [[announced.initial?.type ?? null, announced.validated.name]] : [],
    enqueued: writes.scheduledTaskRuns.map(({ queue }) => queue),
    ...otherRuns(facts),
  }
  return Object.fromEntries(
    Object.entries(everything).filter(([, value]) => JSON.stringify(value) !== '[]' && JSON.stringify(value) !== '{}'),
  )
}

function runReport(before: Run, { run }: Outcome<Run>): unknown {
  const changed = [...columns, ...moreColumns].map((column) => [
    column,
    plain(Reflect.get(before, column)),
    plain(Reflect.get(run, column)),
  ])
  return Object.fromEntries(
    changed.filter(([, old, after]) => JSON.stringify(old) !== JSON.stringify(after)).map(([column, , after]) => [column, after]),
  )
}

function otherRuns({ taskRuns }: Facts): Record<string, unknown> {
  const reports = [...taskRuns].map(([name, { run, state }]) => {
    const its = state && [state.name, state.message, plain(state.timestamp), sparse(state.state_details)]
    return [name, [run.run_count, run.state_type, its]]
  })
  return Object.fromEntries(reports)
}
