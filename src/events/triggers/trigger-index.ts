/**
 * Which triggers an event may concern, found by its name and its resources: what an event costs must not grow with the
 * number of automations that do not care for it.
 *
 * Triggers are grouped by the names that they expect: by the name itself, or by what is before a pattern's first wildcard.
 * Within a group a trigger waits at a gate: a label that the event must have for the trigger to be interested, the most
 * telling one that the trigger asks for. What comes through is looked at in full.
 */
import type { Automation } from '../automations/automation.ts'
import { allTriggers, type CompositeTrigger, type EventTrigger } from '../automations/triggers.ts'
import type { Event } from '../event.ts'
import { listOf, type ResourceSpecification } from '../resource-specification.ts'
import { covers, indexedNames } from './covering.ts'

/** A trigger of events with what it belongs to. */
export interface LoadedTrigger {
  trigger: EventTrigger
  automation: LoadedAutomation
  /** Its place among all triggers: an event is evaluated in this order. */
  place: number
}

export interface LoadedAutomation {
  automation: Automation
  /** The composite trigger that a trigger belongs to, by its id; none for the automation's own. */
  parents: ReadonlyMap<string, CompositeTrigger>
}

class Group {
  readonly ungated: LoadedTrigger[] = []
  readonly gated = new Map<string, LoadedTrigger[]>()
}

export class TriggerIndex {
  /** Every trigger of enabled automations, in order. */
  readonly triggers: readonly LoadedTrigger[]
  readonly automations: ReadonlyMap<string, LoadedAutomation>
  readonly #exact = new Map<string, Group>()
  readonly #prefixes = new Map<string, Group>()
  #longestPrefix = 0
  /** How long the beginnings of resource ids are that triggers wait for. */
  readonly #idLengths = new Set<number>()

  constructor(automations: readonly Automation[]) {
    const loaded = automations.filter(({ enabled }) => enabled).map((automation) => ({ automation, parents: parentsOf(automation) }))
    this.automations = new Map(loaded.map((each) => [each.automation.id, each]))
    this.triggers = loaded
      .flatMap((automation) =>
        allTriggers(automation.automation.trigger).flatMap((trigger) => (trigger.type === 'event' ? [{ trigger, automation }] : [])),
      )
      .map((each, place) => ({ ...each, place }))
    for (const each of this.triggers) this.#add(each)
  }

  /** The triggers that are interested in the event, each once, in order. */
  find(event: Event): LoadedTrigger[] {
    const groups = this.#groupsOf(event.event)
    if (groups.length === 0) return []
    const keys = keysOf(event, this.#idLengths)
    const found = new Set<LoadedTrigger>()
    for (const { ungated, gated } of groups) {
      for (const each of ungated) found.add(each)
      if (gated.size > 0) for (const key of keys) for (const each of gated.get(key) ?? []) found.add(each)
    }
    return [...found].filter(({ trigger }) => covers(trigger, event)).sort((a, b) => a.place - b.place)
  }

  #groupsOf(name: string): Group[] {
    const groups: Group[] = []
    const exact = this.#exact.get(name)
    if (exact !== undefined) groups.push(exact)
    if (this.#prefixes.size === 0) return groups
    for (let length = 0; length <= Math.min(name.length, this.#longestPrefix); length++) {
      const group = this.#prefixes.get(name.slice(0, length))
      if (group !== undefined) groups.push(group)
    }
    return groups
  }

  #add(loaded: LoadedTrigger): void {
    const gate = gateOf(loaded.trigger)
    for (const length of gate?.idLengths ?? []) this.#idLengths.add(length)
    for (const name of indexedNames(loaded.trigger)) {
      const prefix = literalPrefix(name)
      const group = prefix === name ? groupAt(this.#exact, name) : groupAt(this.#prefixes, prefix)
      if (prefix !== name) this.#longestPrefix = Math.max(this.#longestPrefix, prefix.length)
      if (gate === null) group.ungated.push(loaded)
      else for (const key of gate.keys) waitAt(group, key, loaded)
    }
  }
}

function parentsOf({ trigger }: Automation): Map<string, CompositeTrigger> {
  const parents = new Map<string, CompositeTrigger>()
  for (const parent of allTriggers(trigger)) if (parent.type !== 'event') for (const child of parent.triggers) parents.set(child.id, parent)
  return parents
}

function groupAt(groups: Map<string, Group>, key: string): Group {
  const group = groups.get(key) ?? new Group()
  groups.set(key, group)
  return group
}

function waitAt({ gated }: Group, key: string, loaded: LoadedTrigger): void {
  const waiting = gated.get(key)
  if (waiting === undefined) gated.set(key, [loaded])
  else waiting.push(loaded)
}

/** What a pattern says before its first wildcard. */
function literalPrefix(pattern: string): string {
  const end = pattern.search(/[*?[]/)
  return end < 0 ? pattern : pattern.slice(0, end)
}

type Whose = 'own' | 'related' | 'beginning'

const keyOf = (whose: Whose, label: string, value: string): string => `${whose}\n${label}\n${value}`

function keysOf({ resource, related }: Event, idLengths: Iterable<number>): Set<string> {
  const keys = new Set<string>()
  for (const [label, value] of Object.entries(resource)) keys.add(keyOf('own', label, value))
  for (const labels of related) for (const [label, value] of Object.entries(labels)) keys.add(keyOf('related', label, value))
  const id = resource[idLabel] ?? ''
  for (const length of idLengths) if (length <= id.length) keys.add(keyOf('beginning', idLabel, id.slice(0, length)))
  return keys
}

/** An event must have one of the keys for the trigger to be interested. The lower the rank, the fewer have. */
interface Gate {
  rank: number
  keys: string[]
  idLengths?: number[]
}

const idLabel = 'prefect.resource.id'
const roleLabel = 'prefect.resource.role'

/** The best gate; null when the trigger asks for nothing that could be looked up. */
function gateOf(trigger: EventTrigger): Gate | null {
  const gates = [
    ...literalLabels('own', trigger.match),
    ...listOf(trigger.match_related).flatMap((specification) => literalLabels('related', specification)),
    ...beginningOfId(trigger.match),
  ]
  const [best] = gates.toSorted((a, b) => a.rank - b.rank)
  return best ?? null
}

/** An id tells most, a role least. */
const rankOf = (label: string): number => (label === idLabel ? 0 : label === roleLabel ? 3 : 1)

function literalLabels(whose: Whose, specification: ResourceSpecification): Gate[] {
  return Object.entries(specification).flatMap(([label, expected]) => {
    const values = listOf(expected)
    const literal = values.every((value) => !value.startsWith('!') && literalPrefix(value) === value)
    return literal ? [{ rank: rankOf(label), keys: values.map((value) => keyOf(whose, label, value)) }] : []
  })
}

function beginningOfId({ [idLabel]: expected }: ResourceSpecification): Gate[] {
  const beginnings = listOf(expected ?? []).map((value) => (value.startsWith('!') ? '' : literalPrefix(value)))
  if (expected === undefined || beginnings.includes('')) return []
  const keys = beginnings.map((value) => keyOf('beginning', idLabel, value))
  return [{ rank: 2, keys, idLengths: beginnings.map(({ length }) => length) }]
}
