import { groupedRoute } from '../grouped.ts'
import { route } from '../route.ts'
import { SetState } from '../run-states/schemas.ts'
import { createTaskRun } from './create.ts'
import { readTaskRun } from './handlers.ts'
import { TaskRunCreate } from './schemas.ts'
import { setTaskRunState } from './set-state.ts'

export const routes = [
  groupedRoute({ method: 'POST', path: '/task_runs/', name: 'create_task_run', body: TaskRunCreate, grouped: createTaskRun }),
  groupedRoute({
    method: 'POST',
    path: '/task_runs/{id:uuid}/set_state',
    name: 'set_task_run_state',
    body: SetState,
    grouped: setTaskRunState,
  }),
  route({ method: 'GET', path: '/task_runs/{id:uuid}', name: 'read_task_run', access: 'read', handle: readTaskRun }),
]
