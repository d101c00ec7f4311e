import { Ids } from '../filtering/id-pages.ts'
import { groupedRoute } from '../grouped.ts'
import { route } from '../route.ts'
import { SetState } from '../run-states/schemas.ts'
import { cancelTaskRuns, FindToCancel, findTaskRunsToCancel } from './cancelled-flow-runs.ts'
import { createTaskRun } from './create.ts'
import { deleteTaskRun, readTaskRun, updateTaskRun } from './handlers.ts'
import { listRoutes } from './lists.ts'
import { TaskRunCreate, TaskRunUpdate } from './schemas.ts'
import { setTaskRunState } from './set-state.ts'
import { waitingRoutes } from './waiting.ts'

export const routes = [
  route({ method: 'CALL', path: '', name: 'find_task_runs_to_cancel', access: 'read', body: FindToCancel, handle: findTaskRunsToCancel }),
  route({ method: 'CALL', path: '', name: 'cancel_task_runs', access: 'alone', body: Ids, handle: cancelTaskRuns }),
  groupedRoute({ method: 'POST', path: '/task_runs/', name: 'create_task_run', body: TaskRunCreate, grouped: createTaskRun }),
  route({
    method: 'PATCH',
    path: '/task_runs/{id:uuid}',
    name: 'update_task_run',
    access: 'alone',
    body: TaskRunUpdate,
    handle: updateTaskRun,
  }),
  route({ method: 'GET', path: '/task_runs/{id:uuid}', name: 'read_task_run', access: 'read', handle: readTaskRun }),
  route({ method: 'DELETE', path: '/task_runs/{id:uuid}', name: 'delete_task_run', access: 'alone', handle: deleteTaskRun }),
  ...listRoutes,
  ...waitingRoutes,
  groupedRoute({
    method: 'POST',
    path: '/task_runs/{id:uuid}/set_state',
    name: 'set_task_run_state',
    body: SetState,
    grouped: setTaskRunState,
  }),
]
