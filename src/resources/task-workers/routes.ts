import { route } from '../route.ts'
import { forgetTaskWorkers, keepTaskWorkers, readTaskWorkers } from './handlers.ts'
import { ForgetTaskWorkers, KeepTaskWorkers, TaskWorkersList } from './schemas.ts'

export const routes = [
  route({
    method: 'POST',
    path: '/task_workers/filter',
    name: 'read_task_workers',
    access: 'read',
    body: TaskWorkersList,
    handle: readTaskWorkers,
  }),
  route({ method: 'CALL', path: '', name: 'keep_task_workers', access: 'alone', body: KeepTaskWorkers, handle: keepTaskWorkers }),
  route({ method: 'CALL', path: '', name: 'forget_task_workers', access: 'alone', body: ForgetTaskWorkers, handle: forgetTaskWorkers }),
]
