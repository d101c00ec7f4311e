import * as s from '../../schema/index.ts'

/** Those that work on one of these tasks; all when it names none. */
const TaskWorkerFilter = s.model('TaskWorkerFilter', { task_keys: s.list(s.string()) })

export const TaskWorkersList = s.parameters({ task_worker_filter: s.optional(s.nullable(TaskWorkerFilter), null) })

/** A connection of a task worker; the worker names itself by `client_id`. */
const Connection = s.model('TaskWorkerConnection', { id: s.uuid(), client_id: s.string(), task_keys: s.list(s.string()) })

export const KeepTaskWorkers = s.parameters({ workers: s.list(Connection), claims: s.list(s.uuid()) })

export const ForgetTaskWorkers = s.parameters({ ids: s.list(s.uuid()) })
