/** The machine: rules around the one step that makes a proposed state the run's state. */
import { isJsonObject, type Json, type JsonObject } from '../values/json.ts'
import type { Run } from './run.ts'
import { type State, type StateType, typeOf } from './states.ts'
import type { Rule, Transition } from './transition.ts'
import type { ResultArtifact } from './writes.ts'

/** A validated state, and the artifact that holds its result. */
export interface Validated {
  state: State
  artifact: ResultArtifact | null
}

/**
 * Lets the rules govern the transition, outermost first, and returns what came out: null when the run keeps its state.
 *
 * A rule takes part when the transition still is the one that was asked for. On the way out it is asked again: a rule
 * that has itself turned the transition into one that it does not govern is done; one whose transition was changed by a
 * later rule has fizzled and cleans up; all others see what was validated.
 */
export function govern<R extends Run>(transition: Transition<R>, rules: readonly Rule<R>[]): Validated | null {
  const intended = typeOf(transition.proposed)
  const entered: { rule: Rule<R>; to: StateType | null }[] = []
  for (const rule of rules) {
    const { proposed } = transition
    if (proposed === null) break
    if (!rule.transform && proposed.type !== intended) continue
    rule.before?.(transition.initial, proposed, transition)
    entered.push({ rule, to: typeOf(transition.proposed) })
  }

  const validated = transition.proposed && validate(transition, transition.proposed)

  const { initial } = transition
  for (const { rule, to } of entered.reverse()) {
    if (rule.transform) {
      if (validated) rule.after?.(initial, validated.state, transition)
    } else if (rule.to.has(to)) {
      if (to === typeOf(transition.proposed)) rule.after?.(initial, validated?.state ?? initial, transition)
      else rule.cleanup?.(transition)
    }
  }
  return validated
}

/** A result goes into an artifact of its own; keys that describe the artifact do not stay in the data. */
function validate(transition: Transition, proposed: State): Validated {
  transition.run.state_id = proposed.id
  const { data } = proposed
  if (data === null || (isJsonObject(data) && data['type'] === 'unpersisted')) return { state: { ...proposed }, artifact: null }
  const { artifact_key: key, artifact_type: type, artifact_description: description, ...content } = isJsonObject(data) ? data : noKeys
  const state = { ...proposed, data: isJsonObject(data) ? content : data }
  const artifact = { key: textIn(key), type: textIn(type), description: textIn(description) }
  return { state, artifact: { id: transition.entropy.uuid(), ...artifact, data: state.data, ...transition.owner } }
}

const noKeys: JsonObject = {}
const textIn = (json: Json | undefined): string | null => (typeof json === 'string' && json !== '' ? json : null)
