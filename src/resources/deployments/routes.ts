import { route } from '../route.ts'
import { createDeployment } from './create.ts'
import {
  countDeployments,
  paginateDeployments,
  pauseDeployment,
  readDeployment,
  readDeploymentByName,
  readDeployments,
  resumeDeployment,
} from './handlers.ts'
import { DeploymentsCount, DeploymentsList, DeploymentsPage } from './lists.ts'
import { ScheduleUpdate } from './schedule-schemas.ts'
import {
  createDeploymentSchedules,
  deleteDeploymentSchedule,
  readDeploymentSchedules,
  SchedulesCreate,
  updateDeploymentSchedule,
} from './schedules.ts'
import { DeploymentCreate } from './schemas.ts'

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
]
