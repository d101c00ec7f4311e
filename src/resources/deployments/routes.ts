import { Ids } from '../filtering/id-pages.ts'
import { groupedRoute } from '../grouped.ts'
import { route } from '../route.ts'
import { createDeployment } from './create.ts'
import { bulkCreateFlowRuns, createFlowRunFromDeployment, FlowRunsBulkCreate } from './create-flow-run.ts'
import { bulkDeleteDeployments, deleteDeployment } from './delete.ts'
import {
  countDeployments,
  paginateDeployments,
  pauseDeployment,
  readDeployment,
  readDeploymentByName,
  readDeployments,
  resumeDeployment,
} from './handlers.ts'
import { DeploymentsBulkDelete, DeploymentsCount, DeploymentsList, DeploymentsPage } from './lists.ts'
import { FindNotReady, findDeploymentsNotReady, markDeploymentsNotReady } from './not-ready.ts'
import { DeploymentRuns, getScheduledRuns, markDeploymentsPolled, PolledDeployments } from './poll.ts'
import { DeploymentSchedule, scheduleDeployment } from './schedule.ts'
import { ScheduleUpdate } from './schedule-schemas.ts'
import { FindToSchedule, findDeploymentsToSchedule, makeScheduledRuns } from './scheduler.ts'
import {
  createDeploymentSchedules,
  deleteDeploymentSchedule,
  readDeploymentSchedules,
  SchedulesCreate,
  updateDeploymentSchedule,
} from './schedules.ts'
import { DeploymentCreate, DeploymentFlowRunCreate, DeploymentUpdate } from './schemas.ts'
import { updateDeployment } from './update.ts'
import { checkWorkQueues } from './work-queue-check.ts'

const all = '/deployments'
const one = `${all}/{id:uuid}`

export const routes = [
  route({ method: 'POST', path: `${all}/`, name: 'create_deployment', access: 'alone', body: DeploymentCreate, handle: createDeployment }),
  route({ method: 'GET', path: one, name: 'read_deployment', access: 'read', handle: readDeployment }),
  route({
    method: 'GET',
    path: `${all}/name/{flow_name}/{deployment_name}`,
    name: 'read_deployment_by_name',
    access: 'read',
    handle: readDeploymentByName,
  }),
  route({
    method: 'POST',
    path: `${all}/filter`,
    name: 'read_deployments',
    access: 'read',
    body: DeploymentsList,
    handle: readDeployments,
  }),
  route({
    method: 'POST',
    path: `${all}/paginate`,
    name: 'paginate_deployments',
    access: 'read',
    body: DeploymentsPage,
    handle: paginateDeployments,
  }),
  route({
    method: 'POST',
    path: `${all}/count`,
    name: 'count_deployments',
    access: 'read',
    body: DeploymentsCount,
    handle: countDeployments,
  }),
  route({ method: 'POST', path: `${one}/resume_deployment`, name: 'resume_deployment', access: 'alone', handle: resumeDeployment }),
  route({ method: 'POST', path: `${one}/pause_deployment`, name: 'pause_deployment', access: 'alone', handle: pauseDeployment }),
  route({ method: 'GET', path: `${one}/schedules`, name: 'read_deployment_schedules', access: 'read', handle: readDeploymentSchedules }),
  route({
    method: 'POST',
    path: `${one}/schedules`,
    name: 'create_deployment_schedules',
    access: 'alone',
    body: SchedulesCreate,
    handle: createDeploymentSchedules,
  }),
  route({
    method: 'PATCH',
    path: `${one}/schedules/{schedule_id:uuid}`,
    name: 'update_deployment_schedule',
    access: 'alone',
    body: ScheduleUpdate,
    handle: updateDeploymentSchedule,
  }),
  route({
    method: 'DELETE',
    path: `${one}/schedules/{schedule_id:uuid}`,
    name: 'delete_deployment_schedule',
    access: 'alone',
    handle: deleteDeploymentSchedule,
  }),
  route({ method: 'PATCH', path: one, name: 'update_deployment', access: 'alone', body: DeploymentUpdate, handle: updateDeployment }),
  route({ method: 'DELETE', path: one, name: 'delete_deployment', access: 'alone', handle: deleteDeployment }),
  route({
    method: 'POST',
    path: `${all}/bulk_delete`,
    name: 'bulk_delete_deployments',
    access: 'alone',
    body: DeploymentsBulkDelete,
    handle: bulkDeleteDeployments,
  }),
  route({
    method: 'POST',
    path: `${all}/get_scheduled_flow_runs`,
    name: 'get_scheduled_flow_runs_for_deployments',
    access: 'read',
    body: DeploymentRuns,
    handle: getScheduledRuns,
  }),
  route({
    method: 'CALL',
    path: '',
    name: 'mark_deployments_polled',
    access: 'alone',
    body: PolledDeployments,
    handle: markDeploymentsPolled,
  }),
  route({
    method: 'CALL',
    path: '',
    name: 'find_deployments_to_schedule',
    access: 'read',
    body: FindToSchedule,
    handle: findDeploymentsToSchedule,
  }),
  route({ method: 'CALL', path: '', name: 'make_scheduled_runs', access: 'alone', body: Ids, handle: makeScheduledRuns }),
  route({
    method: 'CALL',
    path: '',
    name: 'find_deployments_not_ready',
    access: 'read',
    body: FindNotReady,
    handle: findDeploymentsNotReady,
  }),
  route({ method: 'CALL', path: '', name: 'mark_deployments_not_ready', access: 'alone', body: Ids, handle: markDeploymentsNotReady }),
  route({
    method: 'POST',
    path: `${one}/schedule`,
    name: 'schedule_deployment',
    access: 'alone',
    body: DeploymentSchedule,
    handle: scheduleDeployment,
  }),
  groupedRoute({
    method: 'POST',
    path: `${one}/create_flow_run`,
    name: 'create_flow_run_from_deployment',
    body: DeploymentFlowRunCreate,
    grouped: createFlowRunFromDeployment,
  }),
  route({
    method: 'POST',
    path: `${one}/create_flow_run/bulk`,
    name: 'bulk_create_flow_runs_from_deployment',
    access: 'alone',
    body: FlowRunsBulkCreate,
    handle: bulkCreateFlowRuns,
  }),
  route({
    method: 'GET',
    path: `${one}/work_queue_check`,
    name: 'work_queue_check_for_deployment',
    access: 'read',
    handle: checkWorkQueues,
  }),
]
