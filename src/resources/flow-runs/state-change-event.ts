import type { Event, ResourceLabels } from '../../events/event.ts'
import type { State } from '../../orchestration/states.ts'
import type { JsonObject } from '../../values/json.ts'
import type { Timestamp } from '../../values/timestamp.ts'
import type { Uuid } from '../../values/uuid.ts'

/** Some clients put results into messages; an event does not carry all of it. */
const longestMessage = 100_000
/** Within this time the events of two transitions may arrive out of order, so that the later one names the earlier. */
const tightTimingSeconds = 5 * 60

/** `prefect.flow-run.<state name>`: a flow run went from one state to another. Its id is the new state's. */
export function flowRunStateChangeEvent(
  run: { id: Uuid; name: string; run_count: number },
  initial: State | null,
  validated: State,
  related: ResourceLabels[],
  occurred: Timestamp,
): Event {
  return {
    id: validated.id,
    event: `prefect.flow-run.${validated.name}`,
    occurred,
    received: occurred,
    resource: {
      'prefect.resource.id': `prefect.flow-run.${run.id}`,
      'prefect.resource.name': run.name,
      'prefect.run-count': String(run.run_count),
      'prefect.state-message': truncated(validated.message ?? ''),
      'prefect.state-name': validated.name,
      'prefect.state-timestamp': isoformat(validated.timestamp),
      'prefect.state-type': validated.type,
    },
    related,
    payload: {
      intended: { from: initial?.type ?? null, to: validated.type },
      initial_state: initial === null ? null : stateSummary(initial),
      validated_state: stateSummary(validated),
    },
    follows: initial !== null && Math.abs(occurred.secondsSince(initial.timestamp)) < tightTimingSeconds ? initial.id : null,
  }
}

function stateSummary(state: State): JsonObject {
  const summary: JsonObject = { type: state.type }
  if (state.name) summary.name = state.name
  if (state.message) summary.message = truncated(state.message)
  if (state.type === 'PAUSED') summary.pause_reschedule = String(state.state_details.pause_reschedule)
  return summary
}

/** Keeps both ends and says how much is missing; counted in characters as Python counts them. */
function truncated(text: string): string {
  if (text.length <= longestMessage) return text
  const characters = Array.from(text)
  if (characters.length <= longestMessage) return text
  const half = Math.floor(longestMessage / 2)
  const omitted = characters.length - 2 * half
  const shorter = `${characters.slice(0, half).join('')}...${omitted} additional characters...${characters.slice(-half).join('')}`
  return Array.from(shorter).length < characters.length ? shorter : text
}

/** As Python's datetime.isoformat() writes UTC. */
function isoformat(timestamp: Timestamp): string {
  return timestamp.toJSON().replace('Z', '+00:00')
}
