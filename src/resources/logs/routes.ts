import { groupedRoute } from '../grouped.ts'
import { route } from '../route.ts'
import { createLogs } from './create.ts'
import { readLogs } from './handlers.ts'
import { deletePending } from './pending-deletion.ts'
import { LogsCreate, LogsList } from './schemas.ts'

export const routes = [
  groupedRoute({ method: 'POST', path: '/logs/', name: 'create_logs', body: LogsCreate, grouped: createLogs }),
  route({ method: 'POST', path: '/logs/filter', name: 'read_logs', access: 'read', body: LogsList, handle: readLogs }),
  route({ method: 'CALL', path: '', name: 'delete_pending', access: 'alone', handle: deletePending }),
]
