import { groupedRoute } from '../grouped.ts'
import { route } from '../route.ts'
import { createLogs } from './create.ts'
import { readLogs } from './handlers.ts'
import { DeleteOrphans, deleteOrphans, FindOrphans, findOrphans } from './orphans.ts'
import { deletePending } from './pending-deletion.ts'
import { LogsCreate, LogsList } from './schemas.ts'

export const routes = [
  route({ method: 'CALL', path: '', name: 'find_orphans', access: 'read', body: FindOrphans, handle: findOrphans }),
  route({ method: 'CALL', path: '', name: 'delete_orphans', access: 'alone', body: DeleteOrphans, handle: deleteOrphans }),
  groupedRoute({ method: 'POST', path: '/logs/', name: 'create_logs', body: LogsCreate, grouped: createLogs }),
  route({ method: 'POST', path: '/logs/filter', name: 'read_logs', access: 'read', body: LogsList, handle: readLogs }),
  route({ method: 'CALL', path: '', name: 'delete_pending', access: 'alone', handle: deletePending }),
]
