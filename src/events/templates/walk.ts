/** Goes through a syntax tree. */
import type { Arguments, Expression, Node, Statement } from './nodes.ts'

const ofArguments = ({ positional, named, spread, spreadNamed }: Arguments): Expression[] => [
  ...positional,
  ...named.map(({ value }) => value),
  ...present(spread),
  ...present(spreadNamed),
]
const present = <T>(value: T | null): T[] => (value === null ? [] : [value])

/** The nodes right below a node, in the order in which Jinja2 keeps them. */
export function children(node: Node): Node[] {
  switch (node.kind) {
    case 'tuple':
    case 'list':
      return node.items
    case 'dict':
      return node.pairs.flat()
    case 'attribute':
      return [node.of]
    case 'item':
      return [node.of, node.key]
    case 'slice':
      return node.parts.flatMap(present)
    case 'call':
    case 'filter':
    case 'test':
      return [...present(node.of), ...ofArguments(node)]
    case 'not':
    case 'negative':
    case 'positive':
      return [node.of]
    case 'and':
    case 'or':
    case 'binary':
      return [node.left, node.right]
    case 'concat':
      return node.parts
    case 'compare':
      return [node.first, ...node.rest.map(({ value }) => value)]
    case 'condition':
      return [node.test, node.yes, ...present(node.no)]
    case 'output':
      return [node.value]
    case 'for':
      return [node.target, node.over, ...node.body, ...node.otherwise, ...present(node.test)]
    case 'if':
      return [node.test, ...node.body, ...node.branches.flatMap(({ test, body }) => [test, ...body]), ...node.otherwise]
    case 'set':
      return [node.target, node.value]
    case 'set-block':
      return [node.target, ...present(node.filter), ...node.body]
    case 'with':
      return [...node.targets, ...node.values, ...node.body]
    case 'filter-block':
      return [...node.body, node.filter]
    case 'macro':
      return [...node.parameters.defaults, ...node.body]
    case 'call-block':
      return [node.call, ...node.parameters.defaults, ...node.body]
    case 'block':
      return node.body
    case 'autoescape':
      return [node.on, ...node.body]
    case 'load':
      return [node.template]
    default:
      return []
  }
}

/** The nodes and all that is below them. */
export function* everyNode(nodes: readonly Node[]): Generator<Node> {
  for (const node of nodes) {
    yield node
    yield* everyNode(children(node))
  }
}

/** What an assignment writes to is no use of the name. */
function targets(node: Node): readonly Expression[] {
  if (node.kind === 'for' || node.kind === 'set' || node.kind === 'set-block') return [node.target]
  return node.kind === 'with' ? node.targets : []
}

/** Names that are read somewhere in the nodes. */
export function namesRead(nodes: readonly (Statement | Expression)[]): Set<string> {
  const names = new Set<string>()
  const visit = (node: Node): void => {
    if (node.kind === 'name') names.add(node.name)
    const written = targets(node)
    for (const child of children(node)) if (!written.some((target) => target === child)) visit(child)
  }
  for (const node of nodes) visit(node)
  return names
}
