import { groupedRoute } from '../grouped.ts'
import { route } from '../route.ts'
import { SetState } from '../run-states/schemas.ts'
import { createFlowRun } from './create.ts'
import { readFlowRun } from './handlers.ts'
import { FlowRunsHistory, flowRunHistory } from './history.ts'
import {
  averageFlowRunLateness,
  countFlowRuns,
  FlowRunsCount,
  FlowRunsList,
  FlowRunsPage,
  paginateFlowRuns,
  readFlowRuns,
} from './lists.ts'
import { FlowRunCreate } from './schemas.ts'
import { setFlowRunState } from './set-state.ts'

export const routes = [
  groupedRoute({ method: 'POST', path: '/flow_runs/', name: 'create_flow_run', body: FlowRunCreate, grouped: createFlowRun }),
  route({ method: 'GET', path: '/flow_runs/{id:uuid}', name: 'read_flow_run', access: 'read', handle: readFlowRun }),
  groupedRoute({
    method: 'POST',
    path: '/flow_runs/{id:uuid}/set_state',
    name: 'set_flow_run_state',
    body: SetState,
    grouped: setFlowRunState,
  }),
  route({ method: 'POST', path: '/flow_runs/filter', name: 'read_flow_runs', access: 'read', body: FlowRunsList, handle: readFlowRuns }),
  route({ method: 'POST', path: '/flow_runs/count', name: 'count_flow_runs', access: 'read', body: FlowRunsCount, handle: countFlowRuns }),
  route({
    method: 'POST',
    path: '/flow_runs/paginate',
    name: 'paginate_flow_runs',
    access: 'read',
    body: FlowRunsPage,
    handle: paginateFlowRuns,
  }),
  route({
    method: 'POST',
    path: '/flow_runs/lateness',
    name: 'average_flow_run_lateness',
    access: 'read',
    body: FlowRunsCount,
    handle: averageFlowRunLateness,
  }),
  route({
    method: 'POST',
    path: '/flow_runs/history',
    name: 'flow_run_history',
    access: 'read',
    body: FlowRunsHistory,
    handle: flowRunHistory,
  }),
]
