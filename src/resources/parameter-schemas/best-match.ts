/** Which of many issues tells most: the one highest up, and among alternatives the one deepest down. */
import { isJsonObject } from '../../values/json.ts'
import type { Issue } from './issue.ts'
import { hasType } from './values.ts'

/** The issue with its place in the whole value; null when there is none. */
export function bestMatch(issues: readonly Issue[]): Issue | null {
  let best: Issue | undefined
  for (const issue of issues) if (best === undefined || relevance(issue, best) > 0) best = issue
  if (best === undefined) return null
  while (best.context.length > 0) {
    const [least, next] = best.context.toSorted(relevance)
    if (least === undefined || (next !== undefined && relevance(least, next) === 0)) break
    best = { ...least, path: [...best.path, ...least.path] }
  }
  return best
}

/** Which of the two is more relevant: shorter paths, then later siblings, then no alternatives, then the wrong type. */
function relevance(one: Issue, other: Issue): number {
  return (
    other.path.length - one.path.length ||
    comparePaths(one.path, other.path) ||
    Number(isStrong(one)) - Number(isStrong(other)) ||
    Number(!isOfSchemasType(one)) - Number(!isOfSchemasType(other))
  )
}

const isStrong = ({ keyword }: Issue): boolean => keyword !== 'anyOf' && keyword !== 'oneOf'

function isOfSchemasType({ schema, instance }: Issue): boolean {
  if (!isJsonObject(schema) || schema.type === undefined) return false
  return Array.isArray(schema.type) ? schema.type.some((type) => hasType(instance, type)) : hasType(instance, schema.type)
}

function comparePaths(one: Issue['path'], other: Issue['path']): number {
  for (const [index, step] of one.entries()) {
    const against = other[index]
    if (against === undefined || step === against) continue
    if (typeof step === 'number' && typeof against === 'number') return step - against
    return Buffer.compare(Buffer.from(String(step)), Buffer.from(String(against)))
  }
  return 0
}
