import { AutomationCreate, AutomationPartialUpdate, AutomationUpdate } from '../../events/automations/automation.ts'
import { route } from '../route.ts'
import {
  countAutomations,
  createAutomation,
  deleteAutomation,
  deleteOwnedAutomations,
  patchAutomation,
  readAutomation,
  readAutomations,
  readRelatedAutomations,
  updateAutomation,
} from './handlers.ts'
import { AutomationsCount, AutomationsPage } from './schemas.ts'

export const routes = [
  route({
    method: 'POST',
    path: '/automations/',
    name: 'create_automation',
    access: 'alone',
    body: AutomationCreate,
    handle: createAutomation,
  }),
  route({
    method: 'PUT',
    path: '/automations/{id:uuid}',
    name: 'update_automation',
    access: 'alone',
    body: AutomationUpdate,
    handle: updateAutomation,
  }),
  route({
    method: 'PATCH',
    path: '/automations/{id:uuid}',
    name: 'patch_automation',
    access: 'alone',
    body: AutomationPartialUpdate,
    handle: patchAutomation,
  }),
  route({ method: 'DELETE', path: '/automations/{id:uuid}', name: 'delete_automation', access: 'alone', handle: deleteAutomation }),
  route({ method: 'GET', path: '/automations/{id:uuid}', name: 'read_automation', access: 'read', handle: readAutomation }),
  route({
    method: 'POST',
    path: '/automations/filter',
    name: 'read_automations',
    access: 'read',
    body: AutomationsPage,
    handle: readAutomations,
  }),
  route({
    method: 'POST',
    path: '/automations/count',
    name: 'count_automations',
    access: 'read',
    body: AutomationsCount,
    handle: countAutomations,
  }),
  route({
    method: 'GET',
    path: '/automations/related-to/{resource_id:str}',
    name: 'read_automations_related_to_resource',
    access: 'read',
    handle: readRelatedAutomations,
  }),
  route({
    method: 'DELETE',
    path: '/automations/owned-by/{resource_id:str}',
    name: 'delete_automations_owned_by_resource',
    access: 'alone',
    handle: deleteOwnedAutomations,
  }),
]
