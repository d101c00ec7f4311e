/** Operations that only the web UI uses. */
import { route } from '../route.ts'
import { countTaskRunsByFlowRun, FlowRunHistory, FlowRunIds, readFlowRunHistory } from './flow-runs.ts'
import { countDeploymentsByFlow, FlowIds, nextRunsByFlow } from './flows.ts'
import { SchemaAndValues, validateObject } from './schemas.ts'
import {
  DashboardCounts,
  readDashboardTaskRunCounts,
  readTaskRunCountsByState,
  readTaskRunWithFlowRunName,
  TaskRunCounts,
} from './task-runs.ts'

export const routes = [
  route({
    method: 'POST',
    path: '/ui/flows/count-deployments',
    name: 'count_deployments_by_flow',
    access: 'read',
    tags: ['Flows', 'UI'],
    body: FlowIds,
    handle: countDeploymentsByFlow,
  }),
  route({
    method: 'POST',
    path: '/ui/flows/next-runs',
    name: 'next_runs_by_flow',
    access: 'read',
    tags: ['Flows', 'UI'],
    body: FlowIds,
    handle: nextRunsByFlow,
  }),
  route({
    method: 'POST',
    path: '/ui/flow_runs/history',
    name: 'read_flow_run_history',
    access: 'read',
    tags: ['Flow Runs', 'UI'],
    body: FlowRunHistory,
    handle: readFlowRunHistory,
  }),
  route({
    method: 'POST',
    path: '/ui/flow_runs/count-task-runs',
    name: 'count_task_runs_by_flow_run',
    access: 'read',
    tags: ['Flow Runs', 'UI'],
    body: FlowRunIds,
    handle: countTaskRunsByFlowRun,
  }),
  route({
    method: 'POST',
    path: '/ui/schemas/validate',
    name: 'validate_obj',
    access: 'read',
    tags: ['UI', 'Schemas'],
    body: SchemaAndValues,
    handle: validateObject,
  }),
  route({
    method: 'POST',
    path: '/ui/task_runs/dashboard/counts',
    name: 'read_dashboard_task_run_counts',
    access: 'read',
    tags: ['Task Runs', 'UI'],
    body: DashboardCounts,
    handle: readDashboardTaskRunCounts,
  }),
  route({
    method: 'POST',
    path: '/ui/task_runs/count',
    name: 'read_task_run_counts_by_state',
    access: 'read',
    tags: ['Task Runs', 'UI'],
    body: TaskRunCounts,
    handle: readTaskRunCountsByState,
  }),
  route({
    method: 'GET',
    path: '/ui/task_runs/{id:uuid}',
    name: 'read_task_run_with_flow_run_name',
    access: 'read',
    tags: ['Task Runs', 'UI'],
    handle: readTaskRunWithFlowRunName,
  }),
]
