/**
 * Events from clients, grouped: `POST /events` and the batches of the websocket. They go into the group's outbox row, and
 * the task runs that they tell of are recorded in the same transaction.
 */
import type { Event } from '../../events/event.ts'
import type { Infer } from '../../schema/index.ts'
import type { Grouped, Member } from '../grouped.ts'
import { noContent } from '../route.ts'
import { loadRecordings, type Recordings, recordEvent, writeRecordings } from '../task-runs/recording.ts'
import type { Events } from './schemas.ts'

type Body = Infer<typeof Events>

interface Working {
  events: Map<Member<Body>, Event[]>
  recordings: Recordings
}

export const ingestEvents: Grouped<Body, Working> = {
  async load(tx, members, { settings }) {
    const events = new Map(members.map((member) => [member, received(member)]))
    const records = settings.get('PREFECT_SERVER_SERVICES_TASK_RUN_RECORDER_ENABLED')
    return { events, recordings: await loadRecordings(tx, records ? [...events.values()].flat() : []) }
  },

  decide({ events, recordings }, member) {
    for (const event of events.get(member) ?? []) {
      member.emit(event)
      recordEvent(recordings, event)
    }
    return noContent()
  },

  async write(tx, { recordings }) {
    await writeRecordings(tx, recordings)
  },
}

function received({ request, now }: Member<Body>): Event[] {
  return request.body.map((event) => ({ ...event, received: now }))
}
