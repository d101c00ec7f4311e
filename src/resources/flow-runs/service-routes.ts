/** What services ask of flow runs; none is for clients. */
import { Ids } from '../filtering/id-pages.ts'
import { route } from '../route.ts'
import { cancelSubflows, FindSubflows, findSubflowsToCancel } from './cancelled-parents.ts'
import { endCancelling, findCancellingTimeouts } from './cancelling-timeouts.ts'
import { DatePosition } from './date-pages.ts'
import { FindPauses, failExpiredPauses, findExpiredPauses } from './expired-pauses.ts'
import { findLateRuns, markRunsLate } from './late.ts'
import { vacuumFlowRuns } from './vacuum.ts'

const call = { method: 'CALL', path: '' } as const

export const serviceRoutes = [
  route({ ...call, name: 'find_late_runs', access: 'read', body: DatePosition, handle: findLateRuns }),
  route({ ...call, name: 'mark_runs_late', access: 'alone', body: Ids, handle: markRunsLate }),
  route({ ...call, name: 'find_expired_pauses', access: 'read', body: FindPauses, handle: findExpiredPauses }),
  route({ ...call, name: 'fail_expired_pauses', access: 'alone', body: Ids, handle: failExpiredPauses }),
  route({ ...call, name: 'find_subflows_to_cancel', access: 'read', body: FindSubflows, handle: findSubflowsToCancel }),
  route({ ...call, name: 'cancel_subflows', access: 'alone', body: Ids, handle: cancelSubflows }),
  route({ ...call, name: 'find_cancelling_timeouts', access: 'read', body: DatePosition, handle: findCancellingTimeouts }),
  route({ ...call, name: 'end_cancelling', access: 'alone', body: Ids, handle: endCancelling }),
  route({ ...call, name: 'vacuum_flow_runs', access: 'alone', handle: vacuumFlowRuns }),
]
