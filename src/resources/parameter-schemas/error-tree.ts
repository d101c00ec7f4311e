/** Issues as the UI wants them: a tree of properties and indexes with the messages at their places. */
import { Placeholder } from '../../events/hydration.ts'
import type { Issue } from './issue.ts'

type Node = string | { property: string; errors: Node[] } | { index: number; errors: Node[] }

export interface ErrorTree {
  errors: Node[]
  valid: boolean
}

export function errorTree(issues: readonly Issue[]): ErrorTree {
  const errors: Node[] = []
  for (const issue of withoutConsequences(issues)) {
    if (issue.instance instanceof Placeholder && issue.instance.kind !== 'error') continue
    const path = [...issue.path]
    // What is missing is shown at its own place.
    if (issue.keyword === 'required') path.push(issue.message.split(' ', 1)[0]?.replace(/^'+|'+$/g, '') ?? '')
    place(errors, path, issue.message)
  }
  return { errors, valid: errors.length === 0 }
}

/** Where a value could not be hydrated, only that counts. */
function withoutConsequences(issues: readonly Issue[]): Issue[] {
  const byPlace = Map.groupBy(issues, (issue) => issue.path.join('->'))
  return [...byPlace.values()].flatMap((group) => {
    const causes = group.filter((issue) => issue.keyword === '_placeholders')
    return causes.length > 0 ? causes : group
  })
}

function place(errors: Node[], [step, ...rest]: Issue['path'], message: string): void {
  if (step === undefined) errors.push(message)
  else if (rest.length === 0) errors.push({ ...keyOf(step), errors: [message] })
  else {
    const known = errors.find((each) => typeof each !== 'string' && ('property' in each ? each.property : each.index) === step)
    const node = known ?? { ...keyOf(step), errors: [] }
    if (known === undefined) errors.push(node)
    if (typeof node !== 'string') place(node.errors, rest, message)
  }
}

const keyOf = (step: string | number): { property: string } | { index: number } =>
  typeof step === 'number' ? { index: step } : { property: step }
