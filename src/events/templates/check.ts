/** What is wrong with a template before it is rendered. */

import { pythonRepr } from '../../values/python-text.ts'
import { filters } from './filters/index.ts'
import type { Node, Statement } from './nodes.ts'
import { TemplateSecurityError, TemplateSyntaxError } from './syntax-error.ts'
import { tests } from './tests.ts'
import { children, everyNode } from './walk.ts'

const mostLoops = 10
const deepestLoops = 2

/** Users' templates may hold ten loops, nested twice. Throws TemplateSecurityError. */
export function refuseTooManyLoops(statements: readonly Statement[]): void {
  const loops = [...everyNode(statements)].filter(({ kind }) => kind === 'for')
  if (loops.length > mostLoops)
    throw new TemplateSecurityError(`Contains ${loops.length} for loops. Templates can contain no more than ${mostLoops} for loops.`)
  const depth = Math.max(0, ...loops.map((loop) => loopDepth(loop)))
  if (depth > deepestLoops)
    throw new TemplateSecurityError(
      `Contains nested for loops at a depth of ${depth}. Templates can nest for loops no more than ${deepestLoops} loops deep.`,
    )
}

function loopDepth(node: Node): number {
  return (node.kind === 'for' ? 1 : 0) + Math.max(0, ...children(node).map(loopDepth))
}

/** What Jinja2 finds when it compiles a template. Throws TemplateSyntaxError, of the kind TemplateAssertionError. */
export function refuseUncompilable(statements: readonly Statement[]): void {
  const blocks = new Set<string>()
  for (const node of everyNode(statements)) {
    if (node.kind !== 'block') continue
    if (blocks.has(node.name)) throw assertion(`block ${pythonRepr(node.name)} defined twice`, node.line)
    blocks.add(node.name)
  }
  for (const statement of statements) refuseIn(statement, { isOptional: false, isTop: true })
}

/** Unknown filters under a condition fail only when they are reached. */
function refuseIn(node: Node, { isOptional, isTop }: { isOptional: boolean; isTop: boolean }): void {
  if (node.kind === 'filter' || node.kind === 'test') {
    const table: Readonly<Record<string, unknown>> = node.kind === 'filter' ? filters : tests
    if (!isOptional && !Object.hasOwn(table, node.name)) throw assertion(`No ${node.kind} named ${pythonRepr(node.name)}.`, node.line)
  }
  if (node.kind === 'for' && [...everyNode([node.target])].some((target) => target.kind === 'name' && target.name === 'loop'))
    throw assertion("Can't assign to special loop variable in for-loop target", node.line)
  if (node.kind === 'load' && node.of === 'extends' && !isTop) throw assertion('cannot use extend from a non top-level scope', node.line)
  const isCondition = node.kind === 'if' || node.kind === 'condition'
  const isScope = ['for', 'with', 'macro', 'call-block', 'filter-block', 'set-block', 'block', 'autoescape'].includes(node.kind)
  const inner = { isOptional: isCondition || (isOptional && !isScope), isTop: isTop && !isScope }
  const outside: readonly Node[] = node.kind === 'for' ? [node.over] : []
  for (const child of children(node)) refuseIn(child, outside.includes(child) ? { isOptional, isTop } : inner)
}

const assertion = (message: string, line: number): TemplateSyntaxError => new TemplateSyntaxError(message, line, 'TemplateAssertionError')
