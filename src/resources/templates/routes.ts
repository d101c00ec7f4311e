import { route } from '../route.ts'
import { Template, validateTemplate } from './handlers.ts'

const shared = { method: 'POST', access: 'read', tags: ['Automations'], body: Template, handle: validateTemplate } as const

export const routes = [
  route({ ...shared, path: '/automations/templates/validate', name: 'validate_template' }),
  route({ ...shared, path: '/templates/validate', name: 'validate_template' }),
]
