import { groupedRoute } from '../grouped.ts'
import { route } from '../route.ts'
import { SetState } from '../run-states/schemas.ts'
import { createFlowRun } from './create.ts'
import { readFlowRun } from './handlers.ts'
import { FlowRunCreate } from './schemas.ts'
import { setFlowRunState } from './set-state.ts'

export const routes = [
  groupedRoute({ method: 'POST', path: '/flow_runs/', name: 'create_flow_run', body: FlowRunCreate, grouped: createFlowRun }),
  groupedRoute({
    method: 'POST',
    path: '/flow_runs/{id:uuid}/set_state',
    name: 'set_flow_run_state',
    body: SetState,
    grouped: setFlowRunState,
  }),
  route({ method: 'GET', path: '/flow_runs/{id:uuid}', name: 'read_flow_run', access: 'read', handle: readFlowRun }),
]
