/** Triggers as clients send them and as they are stored: of events, and of other triggers. */
import type { Infer, Reading, Schema } from '../../schema/index.ts'
import * as s from '../../schema/index.ts'
import { Duration } from '../../values/duration.ts'
import { isJsonObject, isRawNumber, type Json, toNumber } from '../../values/json.ts'
import { type Uuid, uuid4 } from '../../values/uuid.ts'
import { ResourceSpecification } from '../resource-specification.ts'

const named = s.root('ResourceSpecification', ResourceSpecification)
const specification = s.union(named, ResourceSpecification)
const specifications = s.union(named, ResourceSpecification, s.list(specification))

/** A dictionary is a specification, and so are what is wrong with it; only what is none is told of the alternatives. */
const match: Schema<ResourceSpecification> = {
  ...specification,
  read: (input, reading) => (isJsonObject(input ?? null) ? ResourceSpecification : specification).read(input, reading),
}

const matchRelated: Schema<ResourceSpecification | ResourceSpecification[]> = {
  ...specifications,
  read(input, reading) {
    if (isJsonObject(input ?? null)) return ResourceSpecification.read(input, reading)
    const dictionaries = Array.isArray(input) ? input.filter((item) => isJsonObject(item)) : []
    for (const each of dictionaries) if (ResourceSpecification.read(each, reading) === s.invalid) return s.invalid
    return specifications.read(input, reading)
  },
}

const postures = ['Reactive', 'Proactive'] as const
export type Posture = (typeof postures)[number]

const posture: Schema<Posture> = {
  ...s.literal(...postures),
  read(input, reading) {
    const found = postures.find((each) => each === input)
    const expected = 'Posture.Reactive or Posture.Proactive'
    return found ?? reading.fail('literal_error', `Input should be ${expected}`, input, { expected })
  },
}

const within: Schema<Duration> = {
  ...s.timedelta(),
  read(input, reading) {
    const span = s.timedelta().read(input, reading)
    if (span === s.invalid || span.microseconds >= 0) return span
    return reading.fail('greater_than_equal', 'Input should be greater than or equal to 0 seconds', input, { ge: '0 seconds' })
  },
}

const names = s.optional(s.set(s.string()), () => [])
const newId = s.optional(s.uuid(), uuid4)

const eventTriggerModel = s.model('EventTrigger', {
  type: s.optional(s.literal('event'), 'event'),
  id: newId,
  match: s.optional(match, () => ({})),
  match_related: s.optional(matchRelated, () => ({})),
  after: names,
  expect: names,
  for_each: names,
  posture,
  threshold: s.optional(s.integer(), 1),
  within: s.optional(within, Duration.zero),
})

/** Fires when events happen (reactive), or when they fail to happen (proactive), within a time. */
export type EventTrigger = Infer<typeof eventTriggerModel>

const leastProactiveSeconds = 10

export const EventTrigger: Schema<EventTrigger> = {
  ...eventTriggerModel,
  read(input, reading) {
    const problem = isJsonObject(input ?? null) ? completeWithin(input as { [key: string]: Json }) : null
    return problem === null ? eventTriggerModel.read(input, reading) : valueError(problem, input, reading)
  },
}

/** A proactive trigger waits for ten seconds at least. As in the reference, what is told of wrong input shows the default. */
function completeWithin(input: { [key: string]: Json }): string | null {
  if (input.within === null) return '`within` should be a valid timedelta'
  if (input.posture !== 'Proactive') return null
  const seconds = secondsOf(input.within)
  if (seconds === 0) input.within = leastProactiveSeconds
  else if (seconds < leastProactiveSeconds) return '`within` for Proactive triggers must be greater than or equal to 10 seconds'
  return null
}

/** NaN for what is no span at all: the field says so itself. */
function secondsOf(within: Json | undefined): number {
  if (within === undefined || within === '') return 0
  const issues: s.ValidationIssue[] = []
  const span = s.collect(s.timedelta(), isRawNumber(within) ? toNumber(within) : within, [], issues)
  return span === s.invalid ? Number.NaN : span.seconds
}

function valueError(message: string, input: Json | undefined, reading: Reading): s.Invalid {
  return reading.fail('value_error', `Value error, ${message}`, input, { error: {} })
}

/** Fires when enough of its triggers have fired within a time. */
export interface CompoundTrigger {
  type: 'compound'
  id: Uuid
  triggers: Trigger[]
  within: Duration | null
  require: number | 'any' | 'all'
}

/** Fires when all of its triggers have fired within a time, in their order. */
export interface SequenceTrigger {
  type: 'sequence'
  id: Uuid
  triggers: Trigger[]
  within: Duration | null
}

export type CompositeTrigger = CompoundTrigger | SequenceTrigger
export type Trigger = EventTrigger | CompositeTrigger

/** The triggers below a compound one. */
const below: Schema<Trigger> = s.union(
  EventTrigger,
  s.lazy((): Schema<CompoundTrigger> => CompoundTrigger),
  s.lazy((): Schema<SequenceTrigger> => sequenceOf(below)),
)

const CompoundTrigger: Schema<CompoundTrigger> = s.check(
  s.model('CompoundTrigger', {
    type: s.optional(s.literal('compound'), 'compound'),
    id: newId,
    triggers: s.list(below),
    within: s.nullable(s.timedelta()),
    require: s.union(s.integer(), s.literal('any', 'all')),
  }),
  requireProblem,
  'validate_require',
)

function sequenceOf(trigger: Schema<Trigger>): Schema<SequenceTrigger> {
  return s.model('SequenceTrigger', {
    type: s.optional(s.literal('sequence'), 'sequence'),
    id: newId,
    triggers: s.list(trigger),
    within: s.nullable(s.timedelta()),
  })
}

/** A trigger, but for those below a compound one: here the reference names the validator of compound triggers twice. */
export const Trigger: Schema<Trigger> = s.union(
  EventTrigger,
  { ...CompoundTrigger, label: () => `function-after[validate_require(), ${CompoundTrigger.label()}]` },
  s.lazy((): Schema<SequenceTrigger> => sequenceOf(Trigger)),
)

function requireProblem({ require, triggers }: CompoundTrigger): string | null {
  if (typeof require !== 'number') return null
  if (require < 1) return 'require must be at least 1'
  return require > triggers.length ? 'require must be less than or equal to the number of triggers' : null
}

/** The trigger and all triggers within it. */
export function allTriggers(trigger: Trigger): Trigger[] {
  return trigger.type === 'event' ? [trigger] : [trigger, ...trigger.triggers.flatMap(allTriggers)]
}

/** The same trigger with ids of its own, here and within. */
export function withNewIds(trigger: Trigger): Trigger {
  if (trigger.type === 'event') return { ...trigger, id: uuid4() }
  return { ...trigger, id: uuid4(), triggers: trigger.triggers.map(withNewIds) }
}
