import * as s from '../../schema/index.ts'
import { by, type FilterValue, filter } from '../filtering/filter.ts'
import { oneOf, time } from '../filtering/words.ts'

const status = oneOf(s.enumeration('WorkerStatus', ['ONLINE', 'OFFLINE']), 'worker_status')

export const WorkerFilter = filter(
  'WorkerFilter',
  'worker',
  { last_heartbeat_time: by(time, ['before_', 'after_']), status: by(status, ['any_', 'not_any_']) },
  { operator: true },
)
export type WorkerFilter = FilterValue<typeof WorkerFilter>
