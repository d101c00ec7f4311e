import * as s from '../../schema/index.ts'

/** Task workers live in memory, so this filter is no SQL: those that work on one of these tasks. */
export const TaskWorkerFilter = s.model('TaskWorkerFilter', { task_keys: s.list(s.string()) })
export type TaskWorkerFilter = s.Infer<typeof TaskWorkerFilter>
