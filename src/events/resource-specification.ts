/** What is asked of a resource's labels: by filters of events and by triggers. */
import type { Infer } from '../schema/index.ts'
import * as s from '../schema/index.ts'
import type { ResourceLabels } from './event.ts'
import { matchesPattern } from './patterns.ts'

/** Labels with the values that they may have; `*` and `?` stand for anything, a leading `!` for anything else. */
export const ResourceSpecification = s.dict(s.union(s.string(), s.list(s.string())))
export type ResourceSpecification = Infer<typeof ResourceSpecification>

/** One or several of a kind, as a list. */
export function listOf<Item>(value: Item | Item[] | null): Item[] {
  if (value === null) return []
  return Array.isArray(value) ? value : [value]
}

/** Every label of the specification has one of the values that it names. */
export function labelsMatch(labels: ResourceLabels, specification: ResourceSpecification): boolean {
  return Object.entries(specification).every(([label, expected]) =>
    listOf(expected).some((pattern) => matchesPattern(pattern, labels[label])),
  )
}

/** One of the resources is what the specification asks for; without any condition it need not even exist. */
export function includesMatch(resources: readonly ResourceLabels[], specification: ResourceSpecification): boolean {
  return Object.keys(specification).length === 0 || resources.some((labels) => labelsMatch(labels, specification))
}

/** Whether it asks for no more than any resource of a kind: `prefect.flow-run`. */
export function matchesEveryResourceOfKind(specification: ResourceSpecification, kind: string): boolean {
  const labels = Object.keys(specification)
  if (labels.length === 0) return true
  const { 'prefect.resource.id': ids } = specification
  return labels.length === 1 && ids !== undefined && listOf(ids).includes(`${kind}.*`)
}
