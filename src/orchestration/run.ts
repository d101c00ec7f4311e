/** Runs as the rules see them: the columns that they read, and those that they may change. */
import type { Duration } from '../values/duration.ts'
import type { Json } from '../values/json.ts'
import type { Timestamp } from '../values/timestamp.ts'
import type { Uuid } from '../values/uuid.ts'
import type { StateType } from './states.ts'

/** What flow and task runs have in common. Names are the columns' names, so a row may be passed as it is. */
export interface Run {
  id: Uuid
  name: string
  state_id: Uuid | null
  state_type: StateType | null
  state_name: string | null
  state_timestamp: Timestamp | null
  run_count: number
  expected_start_time: Timestamp | null
  next_scheduled_start_time: Timestamp | null
  start_time: Timestamp | null
  end_time: Timestamp | null
  total_run_time: Duration
  /** The JSON column; read it through `flowRunPolicy` and `taskRunPolicy`. */
  empirical_policy: Json
}

export interface FlowRun extends Run {
  deployment_id: Uuid | null
  parent_task_run_id: Uuid | null
  infrastructure_pid: string | null
}

export interface TaskRun extends Run {
  flow_run_id: Uuid | null
  task_key: string
  tags: readonly string[]
  flow_run_run_count: number
}

const changeable = [
  'state_id',
  'state_type',
  'state_name',
  'state_timestamp',
  'run_count',
  'expected_start_time',
  'next_scheduled_start_time',
  'start_time',
  'end_time',
  'total_run_time',
  'empirical_policy',
] as const

/** The columns of a run that a transition changed, with their new values. */
export type RunChanges = Partial<Pick<Run, (typeof changeable)[number]> & Pick<TaskRun, 'flow_run_run_count'>>

/** What differs between a run before and after. */
export function changesBetween(before: Run, after: Run): RunChanges {
  return Object.fromEntries(
    [...changeable, 'flow_run_run_count']
      .map((column): [string, unknown, unknown] => [column, Reflect.get(before, column), Reflect.get(after, column)])
      .filter(([, old, now]) => old !== now && JSON.stringify(old) !== JSON.stringify(now))
      .map(([column, , now]) => [column, now]),
  )
}
