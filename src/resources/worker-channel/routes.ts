import { groupedRoute } from '../grouped.ts'
import { route } from '../route.ts'
import { channelHeartbeat, Heartbeat } from '../workers/heartbeats.ts'
import { OpenChannel, openWorkerChannel, readSnapshot } from './open.ts'

/** What the streams actor asks for; workers talk with it through a websocket. */
export const routes = [
  route({ method: 'CALL', path: '', name: 'open_worker_channel', access: 'alone', body: OpenChannel, handle: openWorkerChannel }),
  route({ method: 'CALL', path: '{id}', name: 'read_work_pool_snapshot', access: 'read', handle: readSnapshot }),
  groupedRoute({
    method: 'CALL',
    path: '{work_pool_name}',
    name: 'worker_channel_heartbeat',
    body: Heartbeat,
    grouped: channelHeartbeat,
  }),
]
