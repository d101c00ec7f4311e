import * as s from '../../schema/index.ts'
import { groupedRoute } from '../grouped.ts'
import { route } from '../route.ts'
import { SetState } from '../run-states/schemas.ts'
import { bulkSetFlowRunState, FlowRunsBulkSetState } from './bulk-set-state.ts'
import { createFlowRun } from './create.ts'
import { bulkDeleteFlowRuns, deleteFlowRun, FlowRunsBulkDelete } from './delete.ts'
import { readTaskRunDependencies } from './dependencies.ts'
import { GraphQuery, readFlowRunGraph } from './graph.ts'
import { readFlowRun } from './handlers.ts'
import { FlowRunsHistory, flowRunHistory } from './history.ts'
import { inputRoutes } from './inputs.ts'
import {
  averageFlowRunLateness,
  countFlowRuns,
  FlowRunsCount,
  FlowRunsList,
  FlowRunsPage,
  paginateFlowRuns,
  readFlowRuns,
} from './lists.ts'
import { downloadLogs } from './logs-download.ts'
import { FlowRunResume, resumeFlowRun } from './resume.ts'
import { FlowRunCreate } from './schemas.ts'
import { serviceRoutes } from './service-routes.ts'
import { setFlowRunState } from './set-state.ts'
import { FlowRunUpdate, updateFlowRun, updateFlowRunLabels } from './update.ts'

export const routes = [
  ...serviceRoutes,
  groupedRoute({ method: 'POST', path: '/flow_runs/', name: 'create_flow_run', body: FlowRunCreate, grouped: createFlowRun }),
  route({ method: 'GET', path: '/flow_runs/{id:uuid}', name: 'read_flow_run', access: 'read', handle: readFlowRun }),
  groupedRoute({
    method: 'POST',
    path: '/flow_runs/{id:uuid}/set_state',
    name: 'set_flow_run_state',
    body: SetState,
    grouped: setFlowRunState,
  }),
  route({
    method: 'PATCH',
    path: '/flow_runs/{id:uuid}',
    name: 'update_flow_run',
    access: 'alone',
    body: FlowRunUpdate,
    handle: updateFlowRun,
  }),
  route({ method: 'DELETE', path: '/flow_runs/{id:uuid}', name: 'delete_flow_run', access: 'alone', handle: deleteFlowRun }),
  route({
    method: 'POST',
    path: '/flow_runs/bulk_delete',
    name: 'bulk_delete_flow_runs',
    access: 'alone',
    body: FlowRunsBulkDelete,
    handle: bulkDeleteFlowRuns,
  }),
  route({
    method: 'POST',
    path: '/flow_runs/bulk_set_state',
    name: 'bulk_set_flow_run_state',
    access: 'alone',
    body: FlowRunsBulkSetState,
    handle: bulkSetFlowRunState,
  }),
  route({
    method: 'PATCH',
    path: '/flow_runs/{id:uuid}/labels',
    name: 'update_flow_run_labels',
    access: 'alone',
    body: s.dict(),
    handle: updateFlowRunLabels,
  }),
  route({ method: 'GET', path: '/flow_runs/{id:uuid}/logs/download', name: 'download_logs', access: 'read', handle: downloadLogs }),
  ...inputRoutes,
  route({
    method: 'GET',
    path: '/flow_runs/{id:uuid}/graph',
    name: 'read_flow_run_graph_v1',
    access: 'read',
    tags: ['Flow Runs', 'Flow Run Graph'],
    handle: readTaskRunDependencies,
  }),
  route({
    method: 'GET',
    path: '/flow_runs/{id:uuid}/graph-v2',
    name: 'read_flow_run_graph_v2',
    access: 'read',
    tags: ['Flow Runs', 'Flow Run Graph'],
    query: GraphQuery,
    handle: readFlowRunGraph,
  }),
  route({
    method: 'POST',
    path: '/flow_runs/{id:uuid}/resume',
    name: 'resume_flow_run',
    access: 'alone',
    body: FlowRunResume,
    handle: resumeFlowRun,
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
