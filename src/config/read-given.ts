/** Reads what somebody set, or says in one sentence what is wrong with it. */
import { parseJson } from '../values/json.ts'
import type { Setting } from './definition.ts'
import { SettingsError } from './settings-error.ts'
import type { Given } from './sources/sources.ts'

const environmentRank = 1

/** The value; undefined when the text says that there is none (`null`, where JSON is taken). */
export function readGiven(setting: Setting, given: Given): unknown {
  const input = setting.kind.takesJson === true && given.rank <= environmentRank ? decoded(given.input) : given.input
  if (input === null) return undefined
  const value = setting.kind.read(input)
  if (value === undefined) throw new SettingsError(complaint(setting, given))
  return value
}

/** Variables may hold JSON where a list is expected; what is no JSON is taken as it is. */
function decoded(input: unknown): unknown {
  if (typeof input !== 'string') return input
  try {
    return parseJson(input)
  } catch {
    return input
  }
}

function complaint(setting: Setting, given: Given): string {
  const shown = setting.kind.secret === true ? '' : ` is ${JSON.stringify(given.input)}, but`
  return `${given.key} in ${given.place}${shown} must be ${setting.kind.accepts}.${kubernetesHint(given)}`
}

/** Kubernetes gives every pod variables about the services around it, and one called prefect-server-api collides. */
function kubernetesHint(given: Given): string {
  if (typeof given.input !== 'string' || !/^(tcp|udp|sctp):\/\/[\d.:[\]a-f]+$/.test(given.input)) return ''
  return ' Kubernetes makes such variables for the services around a pod; enableServiceLinks: false in the pod keeps them away.'
}
