/** Evaluates expressions. */
import { callValue, getAttribute, getItem, Slice } from './access.ts'
import { binary, contains, negate } from './arithmetic.ts'
import { equals, order } from './comparing.ts'
import { Dict, iterate, Markup, Tuple } from './containers.ts'
import { isTrue } from './converting.ts'
import type { Environment, Filter } from './environment.ts'
import { filters } from './filters/index.ts'
import { escapeHtml } from './html.ts'
import type { Arguments, CompareOperator, Expression } from './nodes.ts'
import { repr, str } from './printing.ts'
import type { Scope } from './scope.ts'
import { tests } from './tests.ts'
import { Undefined } from './undefined.ts'
import { PythonError, typeError, typeName, type Value } from './values.ts'

/** A template may do so much; the reference would go on. */
const mostSteps = 2_000_000
export const runtimeError = (message: string): PythonError => new PythonError('TemplateRuntimeError', message)

export class Evaluator implements Environment {
  readonly isAsync: boolean
  readonly uiUrl: string | null
  readonly now: () => number
  escapes = false
  #steps = 0

  constructor({ isAsync, uiUrl, now }: { isAsync: boolean; uiUrl: string | null; now: () => number }) {
    this.isAsync = isAsync
    this.uiUrl = uiUrl
    this.now = now
  }

  step(): void {
    if (++this.#steps > mostSteps) throw new PythonError('TimeoutError', `The template takes more than ${mostSteps} steps.`)
  }

  hasFilter(name: string): boolean {
    return Object.hasOwn(filters, name)
  }
  hasTest(name: string): boolean {
    return Object.hasOwn(tests, name)
  }
  filter(name: string, value: Value, positional: readonly Value[], named: ReadonlyMap<string, Value>): Value {
    const found: Filter | undefined = this.hasFilter(name) ? filters[name] : undefined
    if (found === undefined) throw runtimeError(`No filter named ${repr(name)}.`)
    return found([value, ...positional], named, this)
  }
  test(name: string, value: Value, positional: readonly Value[], named: ReadonlyMap<string, Value>): boolean {
    const found = this.hasTest(name) ? tests[name] : undefined
    if (found === undefined) throw runtimeError(`No test named ${repr(name)}.`)
    return found([value, ...positional], named, this)
  }

  evaluate(node: Expression, scope: Scope): Value {
    this.step()
    switch (node.kind) {
      case 'const':
        return node.value
      case 'name':
        return scope.get(node.name) ?? Undefined.named(node.name)
      case 'tuple':
        return new Tuple(node.items.map((item) => this.evaluate(item, scope)))
      case 'list':
        return node.items.map((item) => this.evaluate(item, scope))
      case 'dict':
        return new Dict(node.pairs.map(([key, value]) => [this.evaluate(key, scope), this.evaluate(value, scope)] as const))
      case 'attribute':
        return getAttribute(this.evaluate(node.of, scope), node.name)
      case 'item':
        return getItem(this.evaluate(node.of, scope), this.evaluate(node.key, scope))
      case 'slice': {
        const [start = null, stop = null, step = null] = node.parts.map((part) => (part === null ? null : this.evaluate(part, scope)))
        return new Slice([start, stop, step])
      }
      case 'call': {
        const called = this.evaluate(node.of, scope)
        const { positional, named } = this.arguments(node, scope)
        return callValue(called, positional, named)
      }
      case 'filter':
        return this.#filterNode(node.name, node.of === null ? '' : this.evaluate(node.of, scope), node, scope)
      case 'test': {
        const value = this.evaluate(node.of, scope)
        if (!this.hasTest(node.name)) throw runtimeError(`No test named ${repr(node.name)} found.`)
        const { positional, named } = this.arguments(node, scope)
        return this.test(node.name, value, positional, named)
      }
      case 'not':
        return !isTrue(this.evaluate(node.of, scope))
      case 'negative':
        return negate(this.evaluate(node.of, scope), '-')
      case 'positive':
        return negate(this.evaluate(node.of, scope), '+')
      case 'and': {
        const left = this.evaluate(node.left, scope)
        return isTrue(left) ? this.evaluate(node.right, scope) : left
      }
      case 'or': {
        const left = this.evaluate(node.left, scope)
        return isTrue(left) ? left : this.evaluate(node.right, scope)
      }
      case 'binary':
        return binary(node.operator, this.evaluate(node.left, scope), this.evaluate(node.right, scope))
      case 'concat':
        return this.#concat(node.parts.map((part) => this.evaluate(part, scope)))
      case 'compare':
        return this.#compare(node, scope)
      case 'condition':
        if (isTrue(this.evaluate(node.test, scope))) return this.evaluate(node.yes, scope)
        if (node.no !== null) return this.evaluate(node.no, scope)
        return new Undefined(() => `the inline if-expression on line ${node.line} evaluated to false and no else section was defined.`)
      case 'namespace-attribute':
        throw runtimeError('cannot read a namespace attribute in an assignment')
    }
  }

  #filterNode(name: string, value: Value, given: Arguments, scope: Scope): Value {
    if (!this.hasFilter(name)) throw runtimeError(`No filter named ${repr(name)} found.`)
    const { positional, named } = this.arguments(given, scope)
    return this.filter(name, value, positional, named)
  }

  /** A chain of filters around a text that was rendered. */
  filterText(node: Expression, text: Value, scope: Scope): Value {
    if (node.kind !== 'filter') return text
    return this.#filterNode(node.name, node.of === null ? text : this.filterText(node.of, text, scope), node, scope)
  }

  arguments({ positional, named, spread, spreadNamed }: Arguments, scope: Scope): { positional: Value[]; named: Map<string, Value> } {
    const values = positional.map((each) => this.evaluate(each, scope))
    const names = new Map(named.map(({ name, value }) => [name, this.evaluate(value, scope)] as const))
    if (spread !== null) {
      const more = this.evaluate(spread, scope)
      if (!(typeof more === 'string') && typeof more !== 'object')
        throw typeError(`Value after * must be an iterable, not ${typeName(more)}`)
      values.push(...iterate(more))
    }
    if (spreadNamed !== null) {
      const more = this.evaluate(spreadNamed, scope)
      if (!(more instanceof Dict)) throw typeError(`argument after ** must be a mapping, not ${typeName(more)}`)
      for (const [key, value] of more.entries) names.set(str(key), value)
    }
    return { positional: values, named: names }
  }

  #concat(parts: readonly Value[]): Value {
    if (!this.escapes || !parts.some((part) => part instanceof Markup)) return parts.map(str).join('')
    return new Markup(parts.map(escapeHtml).join(''))
  }

  #compare({ first, rest }: Extract<Expression, { kind: 'compare' }>, scope: Scope): Value {
    let left = this.evaluate(first, scope)
    let result = true
    for (const { operator, value } of rest) {
      const right = this.evaluate(value, scope)
      result = compare(operator, left, right)
      if (!result) return false
      left = right
    }
    return result
  }

  /** What a print statement shows. */
  shown(value: Value): string {
    return this.escapes ? escapeHtml(value) : str(value)
  }

  /** Rendered text, as a value. */
  captured(text: string): Value {
    return this.escapes ? new Markup(text) : text
  }
}

function compare(operator: CompareOperator, left: Value, right: Value): boolean {
  switch (operator) {
    case '==':
      return equals(left, right)
    case '!=':
      return !equals(left, right)
    case '<':
      return order(left, right, operator) < 0
    case '<=':
      return order(left, right, operator) <= 0
    case '>':
      return order(left, right, operator) > 0
    case '>=':
      return order(left, right, operator) >= 0
    case 'in':
      return contains(right, left, iterate, equals)
    case 'not in':
      return !contains(right, left, iterate, equals)
  }
}
