/** Parameters of runs that automations start: texts that are templates are templates, whoever wrote them. */
import { isJsonObject, type Json, type JsonObject } from '../../values/json.ts'
import { type Hydrated, type HydratedObject, hydrateWithPlaceholders, isHydratedObject, Placeholder } from '../hydration.ts'
import { templateProblem } from '../templates/hydrating.ts'
import { maybeTemplate } from '../templates/index.ts'

/** Templates as plain texts, which older clients send, become objects that say what they are. */
export function withTemplatesMarked(parameters: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(parameters).map(([key, value]) => [key, marked(value)]))
}

function marked(value: Json): Json {
  if (typeof value === 'string') return maybeTemplate(value) ? markedTemplate(value) : value
  // The reference looks into lists for texts and objects, not for other lists.
  if (Array.isArray(value)) return value.map((each) => (Array.isArray(each) || isMarked(each) ? withinMarked(each) : marked(each)))
  return isJsonObject(value) && !isMarked(value) ? withTemplatesMarked(value) : value
}

const isMarked = (value: Json): value is JsonObject => isJsonObject(value) && Object.hasOwn(value, '__prefect_kind')

/** Of an object in a list the reference marks the members even when it has a kind. */
const withinMarked = (value: Json): Json => (isJsonObject(value) ? withTemplatesMarked(value) : value)

/** A single expression keeps the type of its value: it is rendered as JSON, which is read again. */
function markedTemplate(template: string): JsonObject {
  const trimmed = template.trim()
  const isSingle = trimmed.startsWith('{{') && trimmed.endsWith('}}') && trimmed.split('{{').length === 2
  if (!isSingle) return { __prefect_kind: 'jinja', template }
  const expression = trimmed.slice(2, -2).trim()
  return { __prefect_kind: 'json', value: { __prefect_kind: 'jinja', template: `{{ ${expression} | tojson }}` } }
}

const unrendered = { variables: null, checkTemplate: templateProblem, renderTemplate: null }

/** The parameters with placeholders for what is only known when the run is created. */
export function unrenderedParameters(parameters: JsonObject): Hydrated {
  return hydrateWithPlaceholders(withTemplatesMarked(parameters), unrendered)
}

/** What is wrong with an action's parameters, or null. */
export function parametersProblem(parameters: JsonObject | null): string | null {
  if (parameters === null || Object.keys(parameters).length === 0) return null
  const problems = problemsIn(unrenderedParameters(parameters), '')
  if (problems.length === 0) return null
  return `Invalid parameters: \n${problems.map(([place, problem]) => `${place === '' ? '' : `${place}:`} ${problem}`).join('\n  ')}`
}

type Problem = readonly [place: string, problem: string]

function problemsIn(hydrated: Hydrated, prefix: string): Problem[] {
  if (hydrated instanceof Placeholder) return hydrated.kind === 'error' ? [[prefix, hydrated.text]] : []
  return isHydratedObject(hydrated) ? problemsInObject(hydrated, prefix) : []
}

/** What is wrong within a list the reference does not find. */
function problemsInObject(hydrated: HydratedObject, prefix: string): Problem[] {
  return Object.entries(hydrated).flatMap(([key, value]) =>
    problemsIn(value, value instanceof Placeholder ? `${prefix}${key}` : `${prefix}${key}.`),
  )
}

/** Everything that stands for something else among hydrated values. */
export function placeholdersIn(hydrated: Hydrated): Placeholder[] {
  if (hydrated instanceof Placeholder) return [hydrated]
  if (Array.isArray(hydrated)) return hydrated.flatMap(placeholdersIn)
  return isHydratedObject(hydrated) ? Object.values(hydrated).flatMap(placeholdersIn) : []
}
