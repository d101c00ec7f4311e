/** Whether a log is what a filter asks for, for the stream; text and `operator` are not looked at there, as in the reference. */
import type { JsonObject } from '../../values/json.ts'
import type { LogFilter } from './filter.ts'

/** `log` is a log as the broker brings it: JSON. */
export function logMatches(log: unknown, filter: LogFilter): boolean {
  if (!isLog(log)) return false
  const { level, timestamp, flow_run_id: flowRun, task_run_id: taskRun } = filter
  if (level?.ge_ != null && log.level < level.ge_) return false
  if (level?.le_ != null && log.level > level.le_) return false
  const written = canonical(log.timestamp)
  if (timestamp?.before_ != null && written > timestamp.before_.text) return false
  if (timestamp?.after_ != null && written < timestamp.after_.text) return false
  if (flowRun?.any_ != null && !flowRun.any_.includes(log.flow_run_id ?? '')) return false
  if (taskRun?.any_ != null && !taskRun.any_.includes(log.task_run_id ?? '')) return false
  return taskRun?.is_null_ == null || taskRun.is_null_ === (log.task_run_id === null)
}

interface Log {
  level: number
  timestamp: string
  flow_run_id: string | null
  task_run_id: string | null
}

function isLog(value: unknown): value is Log & JsonObject {
  return typeof value === 'object' && value !== null && 'level' in value && typeof value.level === 'number' && 'timestamp' in value
}

/** With six digits of fraction, so that order as text is order in time. */
const canonical = (text: string): string => (text.length === 20 ? `${text.slice(0, 19)}.000000Z` : text)
