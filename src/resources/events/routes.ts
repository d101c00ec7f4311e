import { groupedRoute } from '../grouped.ts'
import { route } from '../route.ts'
import { Countable, CountBy, countEventsBy } from './count.ts'
import { ExpandOutbox, expandOutbox } from './expand-outbox.ts'
import { ingestEvents } from './ingest.ts'
import { Backfill, backfillEvents, EventsList, NextPage, readEvents, readNextPage } from './read.ts'
import { Events } from './schemas.ts'

import { VacuumEvents, vacuumEvents } from './vacuum.ts'

export const routes = [
  route({ method: 'CALL', path: '', name: 'vacuum_events', access: 'alone', body: VacuumEvents, handle: vacuumEvents }),
  groupedRoute({ method: 'POST', path: '/events', name: 'create_events', body: Events, grouped: ingestEvents }),
  route({ method: 'POST', path: '/events/filter', name: 'read_events', access: 'read', body: EventsList, handle: readEvents }),
  route({
    method: 'GET',
    path: '/events/filter/next',
    name: 'read_account_events_page',
    access: 'read',
    query: NextPage,
    handle: readNextPage,
  }),
  route({
    method: 'POST',
    path: '/events/count-by/{countable}',
    name: 'count_account_events',
    access: 'read',
    params: Countable,
    body: CountBy,
    handle: countEventsBy,
  }),
  route({ method: 'CALL', path: '', name: 'backfill_events', access: 'read', body: Backfill, handle: backfillEvents }),
  groupedRoute({ method: 'CALL', path: '', name: 'ingest_events', body: Events, grouped: ingestEvents }),
  route({ method: 'CALL', path: '', name: 'expand_outbox', access: 'alone', body: ExpandOutbox, handle: expandOutbox }),
]
