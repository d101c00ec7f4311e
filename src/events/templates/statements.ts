/** Renders statements. */
import { callValue } from './access.ts'
import { characters, Dict, iterate, iterateAny, Tuple } from './containers.ts'
import { isTrue } from './converting.ts'
import { type Evaluator, runtimeError } from './evaluate.ts'
import { Namespace } from './globals.ts'
import { Loop } from './loop.ts'
import type { Expression, Parameters, Statement } from './nodes.ts'
import { repr } from './printing.ts'
import type { Scope } from './scope.ts'
import { Undefined } from './undefined.ts'
import { Callable, isList, type Named, PythonError, PythonObject, typeError, typeName, type Value, valueError } from './values.ts'
import { namesRead } from './walk.ts'

type For = Extract<Statement, { kind: 'for' }>
const longestOutput = 10_000_000

export class Renderer {
  readonly #evaluator: Evaluator
  readonly #root: Scope
  readonly #blocks = new Map<string, Extract<Statement, { kind: 'block' }>>()
  #length = 0

  constructor(evaluator: Evaluator, root: Scope) {
    this.#evaluator = evaluator
    this.#root = root
  }

  /** The template's text. */
  render(statements: readonly Statement[], scope: Scope): string {
    let text = ''
    for (const statement of statements) text += this.#statement(statement, scope)
    return text
  }

  #captured(statements: readonly Statement[], scope: Scope): Value {
    return this.#evaluator.captured(this.render(statements, scope))
  }

  #output(text: string): string {
    this.#length += text.length
    if (this.#length > longestOutput) throw new PythonError('MemoryError', '')
    return text
  }

  #statement(node: Statement, scope: Scope): string {
    this.#evaluator.step()
    const evaluate = (expression: Expression): Value => this.#evaluator.evaluate(expression, scope)
    switch (node.kind) {
      case 'text':
        return this.#output(node.text)
      case 'output':
        return this.#output(this.#evaluator.shown(evaluate(node.value)))
      case 'if': {
        const taken = [node, ...node.branches].find(({ test }) => isTrue(evaluate(test)))
        return this.render(taken?.body ?? node.otherwise, scope)
      }
      case 'for':
        return this.#loop(node, scope, this.#evaluator.isAsync ? iterateAny(evaluate(node.over)) : iterate(evaluate(node.over)), 1)
      case 'set':
        this.#assign(node.target, evaluate(node.value), scope)
        return ''
      case 'set-block': {
        const text = this.#captured(node.body, scope.inner())
        this.#assign(node.target, node.filter === null ? text : this.#evaluator.filterText(node.filter, text, scope), scope)
        return ''
      }
      case 'with': {
        const inner = scope.inner()
        const values = node.values.map(evaluate)
        for (const [index, target] of node.targets.entries()) this.#assign(target, values[index] ?? null, inner)
        return this.render(node.body, inner)
      }
      case 'filter-block':
        return this.#output(this.#evaluator.shown(this.#evaluator.filterText(node.filter, this.#captured(node.body, scope.inner()), scope)))
      case 'macro':
        scope.set(node.name, this.#macro(node.name, node.parameters, node.body, scope))
        return ''
      case 'call-block': {
        const called = evaluate(node.call.of)
        const { positional, named } = this.#evaluator.arguments(node.call, scope)
        named.set('caller', this.#macro(null, node.parameters, node.body, scope))
        return this.#output(this.#evaluator.shown(callValue(called, positional, named)))
      }
      case 'block':
        return this.#block(node, scope)
      case 'autoescape': {
        const before = this.#evaluator.escapes
        this.#evaluator.escapes = isTrue(evaluate(node.on))
        const text = this.render(node.body, scope.inner())
        this.#evaluator.escapes = before
        return text
      }
      case 'load':
        evaluate(node.template)
        throw typeError('no loader for this environment specified')
    }
  }

  /** Blocks can be rendered again by `self.name()`. */
  useBlocks(blocks: Iterable<Extract<Statement, { kind: 'block' }>>): void {
    for (const block of blocks) this.#blocks.set(block.name, block)
    this.#root.set('self', new TemplateReference(this.#blocks, (block) => this.#evaluator.captured(this.#block(block, this.#root))))
  }

  #block(node: Extract<Statement, { kind: 'block' }>, scope: Scope): string {
    if (node.required) throw runtimeError(`Required block ${repr(node.name)} not found`)
    const parent = node.scoped ? scope : this.#root
    const noParent = new Undefined(() => `there is no parent block called ${repr(node.name)}.`)
    return this.render(node.body, parent.inner([['super', noParent]]))
  }

  #loop(node: For, scope: Scope, over: Iterable<Value>, depth: number): string {
    const { target, test, body, otherwise, recursive } = node
    const items: Value[] = []
    for (const item of over) {
      this.#evaluator.step()
      if (test === null) items.push(item)
      else {
        const inner = scope.inner()
        this.#assign(target, item, inner)
        if (isTrue(this.#evaluator.evaluate(test, inner))) items.push(item)
      }
    }
    if (items.length === 0) return this.render(otherwise, scope.inner())
    const recurse = (values: Value, deeper: number): Value =>
      this.#evaluator.captured(this.#loop(node, scope, this.#evaluator.isAsync ? iterateAny(values) : iterate(values), deeper))
    const loop = new Loop(items, depth, this.#evaluator.isAsync, recursive ? recurse : null)
    let text = ''
    for (const item of items) {
      loop.advance()
      const inner = scope.inner([['loop', loop]])
      this.#assign(target, item, inner)
      text += this.render(body, inner)
    }
    return text
  }

  #assign(target: Expression, value: Value, scope: Scope): void {
    if (target.kind === 'name') scope.set(target.name, value)
    else if (target.kind === 'namespace-attribute') {
      const namespace = scope.get(target.name)
      if (!(namespace instanceof Namespace)) throw runtimeError('cannot assign attribute on non-namespace object')
      namespace.set(target.attribute, value)
    } else if (target.kind === 'tuple') {
      const values = unpack(value, target.items.length)
      for (const [index, item] of target.items.entries()) this.#assign(item, values[index] ?? null, scope)
    }
  }

  #macro(name: string | null, parameters: Parameters, body: readonly Statement[], scope: Scope): Macro {
    const read = namesRead([...body, ...parameters.defaults])
    const extras = {
      varargs: read.has('varargs'),
      kwargs: read.has('kwargs'),
      caller: read.has('caller') || parameters.names.includes('caller'),
    }
    return new Macro(name, parameters, extras, (given) => {
      const inner = scope.inner(given)
      const firstDefault = parameters.names.length - parameters.defaults.length
      for (const [index, parameter] of parameters.names.entries()) {
        if (given.has(parameter)) continue
        const fallback = parameters.defaults[index - firstDefault]
        inner.set(
          parameter,
          fallback === undefined
            ? new Undefined(() => `parameter ${repr(parameter)} was not provided`)
            : this.#evaluator.evaluate(fallback, inner),
        )
      }
      return this.#captured(body, inner)
    })
  }
}

function unpack(value: Value, count: number): readonly Value[] {
  if (typeof value !== 'string' && !isList(value) && !(value instanceof PythonObject && value.iterate() !== null))
    throw typeError(`cannot unpack non-iterable ${typeName(value)} object`)
  const values = typeof value === 'string' ? characters(value) : [...iterate(value)]
  if (values.length < count) throw valueError(`not enough values to unpack (expected ${count}, got ${values.length})`)
  if (values.length > count) throw valueError(`too many values to unpack (expected ${count})`)
  return values
}

interface Extras {
  varargs: boolean
  kwargs: boolean
  caller: boolean
}

class Macro extends PythonObject {
  readonly typeName = 'Macro'
  readonly #name: string | null
  readonly #parameters: Parameters
  readonly #extras: Extras
  override readonly call: (positional: readonly Value[], named: Named) => Value

  constructor(name: string | null, parameters: Parameters, extras: Extras, run: (given: ReadonlyMap<string, Value>) => Value) {
    super()
    this.#name = name
    this.#parameters = parameters
    this.#extras = extras
    this.call = (positional, named) => run(this.#bind(positional, named))
  }

  #bind(positional: readonly Value[], named: Named): ReadonlyMap<string, Value> {
    const { names } = this.#parameters
    const rest = new Map(named)
    const bound = new Map<string, Value>(positional.slice(0, names.length).map((value, index) => [names[index] ?? '', value]))
    for (const name of names.slice(positional.length)) {
      const value = rest.get(name)
      if (value !== undefined) bound.set(name, value)
      rest.delete(name)
    }
    if (this.#extras.caller && !names.includes('caller')) {
      bound.set('caller', rest.get('caller') ?? new Undefined(() => 'No caller defined'))
      rest.delete('caller')
    }
    const shown = this.#name === null ? 'None' : repr(this.#name)
    if (this.#extras.kwargs) bound.set('kwargs', new Dict(rest))
    else if (rest.size > 0) {
      const [unexpected = ''] = rest.keys()
      throw typeError(
        rest.has('caller')
          ? `macro ${shown} was invoked with two values for the special caller argument. This is most likely a bug.`
          : `macro ${shown} takes no keyword argument ${repr(unexpected)}`,
      )
    }
    if (this.#extras.varargs) bound.set('varargs', new Tuple(positional.slice(names.length)))
    else if (positional.length > names.length) throw typeError(`macro ${shown} takes not more than ${names.length} argument(s)`)
    return bound
  }

  override attribute(name: string): Value | undefined {
    if (name === 'name') return this.#name
    if (name === 'arguments') return new Tuple(this.#parameters.names)
    if (name === 'catch_varargs') return this.#extras.varargs
    if (name === 'catch_kwargs') return this.#extras.kwargs
    return name === 'caller' ? this.#extras.caller : undefined
  }
  override repr(): string {
    return `<Macro ${this.#name === null ? 'anonymous' : repr(this.#name)}>`
  }
}

class TemplateReference extends PythonObject {
  readonly typeName = 'TemplateReference'
  readonly #blocks: ReadonlyMap<string, Extract<Statement, { kind: 'block' }>>
  readonly #render: (block: Extract<Statement, { kind: 'block' }>) => Value
  constructor(
    blocks: ReadonlyMap<string, Extract<Statement, { kind: 'block' }>>,
    render: (block: Extract<Statement, { kind: 'block' }>) => Value,
  ) {
    super()
    this.#blocks = blocks
    this.#render = render
  }
  override item(key: Value): Value | undefined {
    const block = typeof key === 'string' ? this.#blocks.get(key) : undefined
    return block === undefined ? undefined : new Callable('BlockReference', () => this.#render(block), 'BlockReference')
  }
  override repr(): string {
    return '<TemplateReference None>'
  }
}
