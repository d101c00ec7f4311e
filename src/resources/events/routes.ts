import { groupedRoute } from '../grouped.ts'
import { route } from '../route.ts'
import { ExpandOutbox, expandOutbox } from './expand-outbox.ts'
import { ingestEvents } from './ingest.ts'
import { Events } from './schemas.ts'

export const routes = [
  groupedRoute({ method: 'POST', path: '/events', name: 'create_events', body: Events, grouped: ingestEvents }),
  groupedRoute({ method: 'CALL', path: '', name: 'ingest_events', body: Events, grouped: ingestEvents }),
  route({ method: 'CALL', path: '', name: 'expand_outbox', access: 'alone', body: ExpandOutbox, handle: expandOutbox }),
]
