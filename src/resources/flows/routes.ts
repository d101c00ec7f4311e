import { route } from '../route.ts'
import {
  bulkDeleteFlows,
  countFlows,
  createFlow,
  deleteFlow,
  paginateFlows,
  readFlow,
  readFlowByName,
  readFlows,
  updateFlow,
} from './handlers.ts'
import { FlowCreate, FlowsBulkDelete, FlowsCount, FlowsList, FlowsPage, FlowUpdate } from './schemas.ts'

export const routes = [
  route({ method: 'POST', path: '/flows/', name: 'create_flow', access: 'alone', body: FlowCreate, handle: createFlow }),
  route({ method: 'PATCH', path: '/flows/{id:uuid}', name: 'update_flow', access: 'alone', body: FlowUpdate, handle: updateFlow }),
  route({ method: 'GET', path: '/flows/{id:uuid}', name: 'read_flow', access: 'read', handle: readFlow }),
  route({ method: 'DELETE', path: '/flows/{id:uuid}', name: 'delete_flow', access: 'alone', handle: deleteFlow }),
  route({ method: 'POST', path: '/flows/count', name: 'count_flows', access: 'read', body: FlowsCount, handle: countFlows }),
  route({ method: 'GET', path: '/flows/name/{name}', name: 'read_flow_by_name', access: 'read', handle: readFlowByName }),
  route({ method: 'POST', path: '/flows/filter', name: 'read_flows', access: 'read', body: FlowsList, handle: readFlows }),
  route({
    method: 'POST',
    path: '/flows/bulk_delete',
    name: 'bulk_delete_flows',
    access: 'alone',
    body: FlowsBulkDelete,
    handle: bulkDeleteFlows,
  }),
  route({ method: 'POST', path: '/flows/paginate', name: 'paginate_flows', access: 'read', body: FlowsPage, handle: paginateFlows }),
]
