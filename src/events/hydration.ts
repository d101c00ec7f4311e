/**
 * Hydration: `{"__prefect_kind": …}` objects in parameters become the values that they stand for. Pure: variables and
 * templates are given. What has no value (yet) is a Placeholder, in its place among the hydrated values.
 */
import { JsonProblem, parsePythonJson } from '../schema/python-json.ts'
import { pythonStr } from '../schema/python-str.ts'
import { isJsonObject, type Json, type JsonObject } from '../values/json.ts'

/** Stands among hydrated values for what is no value. */
export class Placeholder {
  readonly kind: 'variable' | 'template' | 'removed' | 'error'
  /** The variable's name, the template, or what is wrong. */
  readonly text: string
  constructor(kind: Placeholder['kind'], text: string) {
    this.kind = kind
    this.text = text
  }
}

export type Hydrated = Json | Placeholder | Hydrated[] | { [key: string]: Hydrated }
export type HydratedObject = { [key: string]: Hydrated }

export interface HydrationContext {
  /** Values of the workspace's variables; null leaves variables as placeholders. */
  variables: ReadonlyMap<string, Json> | null
  /** What is wrong with a template, or null. */
  checkTemplate(template: string): string | null
  /** Renders a template, or says what is wrong; null leaves templates as placeholders. */
  renderTemplate: ((template: string) => { text: string } | { problem: string }) | null
}

/** Parameters that cannot be hydrated; the message is for the client. */
export class HydrationError extends Error {}

/** Hydrates values. Throws HydrationError where a value is wrong or missing. */
export function hydrate(values: JsonObject, context: HydrationContext): JsonObject {
  const hydrated = hydrateWithPlaceholders(values, context)
  refusePlaceholders(hydrated)
  return hydrated
}

/** Hydrates values; what is wrong, missing or not to be rendered stays as placeholder. */
export function hydrateWithPlaceholders(values: JsonObject, context: HydrationContext): Hydrated {
  const hydrated = hydrateValue(values, context)
  return isRemoved(hydrated) ? {} : hydrated
}

function refusePlaceholders(value: Hydrated): asserts value is JsonObject {
  if (value instanceof Placeholder) throw new HydrationError(value.text)
  if (Array.isArray(value)) for (const element of value) refusePlaceholders(element)
  else if (isHydratedObject(value)) for (const member of Object.values(value)) refusePlaceholders(member)
}

export function isHydratedObject(value: Hydrated | undefined): value is HydratedObject {
  return isJsonObject(value) && !(value instanceof Placeholder)
}

const isRemoved = (value: Hydrated): boolean => value instanceof Placeholder && value.kind === 'removed'

function hydrateValue(value: Json, context: HydrationContext): Hydrated {
  if (Array.isArray(value)) return value.map((element) => hydrateValue(element, context)).filter((element) => !isRemoved(element))
  if (!isJsonObject(value)) return value
  if (Object.hasOwn(value, '__prefect_kind')) return hydrateKind(value, context)
  const members = Object.entries(value).map(([key, member]): [string, Hydrated] => [key, hydrateValue(member, context)])
  return Object.fromEntries(members.filter(([, member]) => !isRemoved(member)))
}

type Handler = (value: JsonObject, context: HydrationContext) => Hydrated

const missing = (key: string): Placeholder => new Placeholder('error', `Missing '${key}' key in __prefect object`)
const removed = new Placeholder('removed', '')

const handlers: Record<string, Handler> = {
  none: ({ value }, context) => (value === undefined ? missing('value') : hydrateValue(value, context)),
  json: ({ value }, context) => (value === undefined ? removed : whenHydrated(value, context, readJson)),
  jinja: ({ template }, context) =>
    template === undefined ? missing('template') : whenHydrated(template, context, (text) => render(pythonStrOf(text), context)),
  workspace_variable: ({ variable_name: name }, context) =>
    name === undefined ? removed : whenHydrated(name, context, (text) => variable(pythonStrOf(text), context)),
}

function hydrateKind(value: JsonObject, context: HydrationContext): Hydrated {
  const { __prefect_kind: kind = null } = value
  const handler = typeof kind === 'string' && Object.hasOwn(handlers, kind) ? handlers[kind] : undefined
  return handler === undefined ? (value.value ?? null) : handler(value, context)
}

/** An operand may be an object that is to be hydrated first; a placeholder that this leaves is the result. */
function whenHydrated(operand: Json, context: HydrationContext, then: (value: Hydrated) => Hydrated): Hydrated {
  const hydrated = isJsonObject(operand) ? hydrateValue(operand, context) : operand
  return hydrated instanceof Placeholder ? hydrated : then(hydrated)
}

function readJson(value: Hydrated): Hydrated {
  if (typeof value !== 'string') return value
  try {
    return parsePythonJson(value)
  } catch (error) {
    if (!(error instanceof JsonProblem)) throw error
    return new Placeholder('error', `Invalid JSON: ${error.message}: ${placeIn(value, error.position)}`)
  }
}

/** As Python names a place in a text: `line 1 column 2 (char 1)`. */
function placeIn(text: string, position: number): string {
  const before = Array.from(text).slice(0, position)
  const line = before.filter((character) => character === '\n').length + 1
  return `line ${line} column ${position - before.lastIndexOf('\n')} (char ${position})`
}

function render(template: string, { checkTemplate, renderTemplate }: HydrationContext): Hydrated {
  const wrong = checkTemplate(template)
  if (wrong !== null) return new Placeholder('error', wrong === '' ? 'Invalid jinja' : `Invalid jinja: ${wrong}`)
  if (renderTemplate === null) return new Placeholder('template', template)
  const rendered = renderTemplate(template)
  return 'text' in rendered ? rendered.text : new Placeholder('error', `Invalid jinja: ${rendered.problem}`)
}

function variable(name: string, { variables }: HydrationContext): Hydrated {
  if (variables === null) return new Placeholder('variable', name)
  return variables.get(name) ?? new Placeholder('error', `Variable '${name}' not found in workspace.`)
}

/** The text of an operand that should be one. */
function pythonStrOf(value: Hydrated): string {
  return typeof value === 'string' ? value : pythonStr(plain(value))
}

/** The value as JSON; placeholders inside it as their text. */
export function plain(value: Hydrated): Json {
  if (value instanceof Placeholder) return value.text
  if (Array.isArray(value)) return value.map(plain)
  if (!isHydratedObject(value)) return value
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, plain(member)]))
}
