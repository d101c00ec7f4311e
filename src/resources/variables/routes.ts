import { route } from '../route.ts'
import {
  countVariables,
  createVariable,
  deleteVariable,
  deleteVariableByName,
  readVariable,
  readVariableByName,
  readVariables,
  updateVariable,
  updateVariableByName,
} from './handlers.ts'
import { VariableCreate, VariablesCount, VariablesPage, VariableUpdate } from './schemas.ts'

export const routes = [
  route({ method: 'POST', path: '/variables/', name: 'create_variable', access: 'alone', body: VariableCreate, handle: createVariable }),
  route({ method: 'GET', path: '/variables/{id:uuid}', name: 'read_variable', access: 'read', handle: readVariable }),
  route({ method: 'GET', path: '/variables/name/{name:str}', name: 'read_variable_by_name', access: 'read', handle: readVariableByName }),
  route({ method: 'POST', path: '/variables/filter', name: 'read_variables', access: 'read', body: VariablesPage, handle: readVariables }),
  route({
    method: 'POST',
    path: '/variables/count',
    name: 'count_variables',
    access: 'read',
    body: VariablesCount,
    handle: countVariables,
  }),
  route({
    method: 'PATCH',
    path: '/variables/{id:uuid}',
    name: 'update_variable',
    access: 'alone',
    body: VariableUpdate,
    handle: updateVariable,
  }),
  route({
    method: 'PATCH',
    path: '/variables/name/{name:str}',
    name: 'update_variable_by_name',
    access: 'alone',
    body: VariableUpdate,
    handle: updateVariableByName,
  }),
  route({ method: 'DELETE', path: '/variables/{id:uuid}', name: 'delete_variable', access: 'alone', handle: deleteVariable }),
  route({
    method: 'DELETE',
    path: '/variables/name/{name:str}',
    name: 'delete_variable_by_name',
    access: 'alone',
    handle: deleteVariableByName,
  }),
]
