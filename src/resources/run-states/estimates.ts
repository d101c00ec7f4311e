import { type StateType, terminalStates } from '../../orchestration/states.ts'
import { Duration } from '../../values/duration.ts'
import type { Timestamp } from '../../values/timestamp.ts'

/** What the estimates are made of: columns that flow runs and task runs have in common. */
export interface Timing {
  state_type: StateType | null
  state_timestamp: Timestamp | null
  total_run_time: Duration
  start_time: Timestamp | null
  expected_start_time: Timestamp | null
}

/** The run time until now: the total grows only when a RUNNING state is left. */
export function estimatedRunTime(run: Timing, now: Timestamp): Duration {
  if (run.state_type !== 'RUNNING' || run.state_timestamp === null) return run.total_run_time
  return run.total_run_time.add(between(run.state_timestamp, now))
}

/** How late the run started, or is by now when it has not started and still may. */
export function estimatedStartTimeDelta(run: Timing, now: Timestamp): Duration {
  const { start_time: start, expected_start_time: expected } = run
  if (expected === null) return Duration.zero
  if (start !== null) return start.isAfter(expected) ? between(expected, start) : Duration.zero
  const mayStart = run.state_type === null || !terminalStates.has(run.state_type)
  return mayStart && expected.isBefore(now) ? between(expected, now) : Duration.zero
}

function between(from: Timestamp, to: Timestamp): Duration {
  return Duration.fromMicroseconds(to.microseconds - from.microseconds)
}
