import { route } from '../route.ts'
import { FindWork, findCleanupWork, Operate, operateOnCleanup, Reconcile, Reserve, reconcileCleanup, reserveCleanup } from './deliveries.ts'

/** None is for clients: the worker channel and the reconciler ask. */
export const routes = [
  route({ method: 'CALL', path: '', name: 'reserve_cleanup', access: 'alone', body: Reserve, handle: reserveCleanup }),
  route({ method: 'CALL', path: '', name: 'operate_on_cleanup', access: 'alone', body: Operate, handle: operateOnCleanup }),
  route({ method: 'CALL', path: '', name: 'find_cleanup_work', access: 'read', body: FindWork, handle: findCleanupWork }),
  route({ method: 'CALL', path: '', name: 'reconcile_cleanup', access: 'alone', body: Reconcile, handle: reconcileCleanup }),
]
