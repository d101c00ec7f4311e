/** Parses templates: text, print statements and tags, after Jinja2's grammar. */
import { pythonRepr } from '../../values/python-text.ts'
import { ExpressionParser } from './expression-parser.ts'
import type { Expression, Parameters, Statement } from './nodes.ts'
import { TemplateSyntaxError } from './syntax-error.ts'
import { describeExpected } from './token-stream.ts'

/** Reads a template. Throws TemplateSyntaxError. */
export function parseTemplate(template: string): Statement[] {
  return new Parser(template).statements()
}

const assignable = new Set<Expression['kind']>(['name', 'namespace-attribute', 'tuple', 'list'])
const nodeNames: Partial<Record<Expression['kind'], string>> = { const: 'const', dict: 'dict', list: 'list' }

class Parser extends ExpressionParser {
  readonly #tags: string[] = []
  readonly #ends: (readonly string[])[] = []

  readonly #statements: Readonly<Record<string, () => Statement | Statement[]>> = {
    for: () => this.#for(),
    if: () => this.#if(),
    set: () => this.#set(),
    with: () => this.#with(),
    filter: () => this.#filterBlock(),
    macro: () => this.#macro(),
    call: () => this.#callBlock(),
    block: () => this.#block(),
    autoescape: () => this.#autoescape(),
    print: () => this.#print(),
    extends: () => this.#extends(),
    include: () => this.#include(),
    import: () => this.#import(),
    from: () => this.#from(),
  }

  /** Statements up to one of the ends (which stays in hand), or to the template's. */
  statements(ends: readonly string[] | null = null): Statement[] {
    const body: Statement[] = []
    if (ends !== null) this.#ends.push(ends)
    for (;;) {
      const { type, value, line } = this.stream.current
      if (type === 'eof') break
      if (type === 'data') {
        this.stream.next()
        body.push({ kind: 'text', text: String(value), line })
      } else if (type === 'variable_begin') {
        this.stream.next()
        body.push({ kind: 'output', value: this.tuple(), line })
        this.stream.expect('variable_end')
      } else {
        this.stream.next()
        if (ends?.some((end) => this.stream.is(end)) === true) break
        body.push(...[this.#statement()].flat())
        this.stream.expect('block_end')
      }
    }
    if (ends !== null) this.#ends.pop()
    return body
  }

  #statement(): Statement | Statement[] {
    const token = this.stream.current
    if (token.type !== 'name') this.fail('tag name expected', token.line)
    const name = String(token.value)
    const parse = Object.hasOwn(this.#statements, name) ? this.#statements[name] : undefined
    if (parse === undefined) return this.#failAtTag(name, this.#ends, token.line)
    this.#tags.push(name)
    const statement = parse()
    this.#tags.pop()
    return statement
  }

  #failAtTag(name: string | null, ends: readonly (readonly string[])[], line: number): never {
    const looking = ends
      .at(-1)
      ?.map((end) => pythonRepr(describeExpected(end)))
      .join(' or ')
    const message = [name === null ? 'Unexpected end of template.' : `Encountered unknown tag ${pythonRepr(name)}.`]
    if (looking !== undefined) {
      const isExpected = name !== null && ends.flat().some((end) => describeExpected(end) === name)
      message.push(
        isExpected
          ? `You probably made a nesting mistake. Jinja is expecting this tag, but currently looking for ${looking}.`
          : `Jinja was looking for the following tags: ${looking}.`,
      )
    }
    const innermost = this.#tags.at(-1)
    if (innermost !== undefined) message.push(`The innermost block that needs to be closed is ${pythonRepr(innermost)}.`)
    return this.fail(message.join(' '), line)
  }

  /** The body of a tag. The end that was found stays in hand, or is dropped. */
  #body(ends: readonly string[], dropEnd = false): Statement[] {
    this.stream.skipIf('colon')
    this.stream.expect('block_end')
    const body = this.statements(ends)
    if (this.stream.current.type === 'eof') this.#failAtTag(null, [...this.#ends, ends], this.stream.current.line)
    if (dropEnd) this.stream.next()
    return body
  }

  #target({
    nameOnly = false,
    ends = [],
    withNamespace = false,
  }: {
    nameOnly?: boolean
    ends?: string[]
    withNamespace?: boolean
  } = {}): Expression {
    if (nameOnly) {
      const { value, line } = this.stream.expect('name')
      return this.#assignable({ kind: 'name', name: String(value), line })
    }
    return this.#assignable(this.tuple({ simplified: true, ends, withNamespace }))
  }

  #assignable(target: Expression): Expression {
    const wrong = this.#unassignable(target)
    if (wrong !== null) this.fail(`can't assign to ${pythonRepr(wrong)}`, target.line)
    return target
  }

  /** The class of node that cannot be assigned to. */
  #unassignable(target: Expression): string | null {
    if (target.kind === 'name') return ['true', 'false', 'none', 'True', 'False', 'None'].includes(target.name) ? 'name' : null
    if (target.kind === 'tuple') return target.items.some((item) => this.#unassignable(item) !== null) ? 'tuple' : null
    return assignable.has(target.kind) && target.kind !== 'list' ? null : (nodeNames[target.kind] ?? target.kind)
  }

  #name(): string {
    const target = this.#target({ nameOnly: true })
    return target.kind === 'name' ? target.name : ''
  }

  #set(): Statement {
    const { line } = this.stream.next()
    const target = this.#target({ withNamespace: true })
    if (this.stream.skipIf('assign')) return { kind: 'set', target, value: this.tuple(), line }
    const filter = this.filters(null)
    return { kind: 'set-block', target, filter, body: this.#body(['name:endset'], true), line }
  }

  #for(): Statement {
    const { line } = this.stream.expect('name:for')
    const target = this.#target({ ends: ['name:in'] })
    this.stream.expect('name:in')
    const over = this.tuple({ withCondition: false, ends: ['name:recursive'] })
    const test = this.stream.skipIf('name:if') ? this.expression() : null
    const recursive = this.stream.skipIf('name:recursive')
    const body = this.#body(['name:endfor', 'name:else'])
    const otherwise = this.stream.next().value === 'endfor' ? [] : this.#body(['name:endfor'], true)
    return { kind: 'for', target, over, test, recursive, body, otherwise, line }
  }

  #if(): Statement {
    const { line } = this.stream.expect('name:if')
    const branch = (): { test: Expression; body: Statement[] } => ({
      test: this.tuple({ withCondition: false }),
      body: this.#body(['name:elif', 'name:else', 'name:endif']),
    })
    const first = branch()
    const branches: { test: Expression; body: Statement[] }[] = []
    for (;;) {
      const { value } = this.stream.next()
      if (value === 'elif') branches.push(branch())
      else return { kind: 'if', ...first, branches, otherwise: value === 'else' ? this.#body(['name:endif'], true) : [], line }
    }
  }

  #with(): Statement {
    const { line } = this.stream.next()
    const targets: Expression[] = []
    const values: Expression[] = []
    while (this.stream.current.type !== 'block_end') {
      if (targets.length > 0) this.stream.expect('comma')
      targets.push(this.#target())
      this.stream.expect('assign')
      values.push(this.expression())
    }
    return { kind: 'with', targets, values, body: this.#body(['name:endwith'], true), line }
  }

  #filterBlock(): Statement {
    const { line } = this.stream.next()
    const filter = this.filters(null, true) ?? this.fail('expected a filter')
    return { kind: 'filter-block', filter, body: this.#body(['name:endfilter'], true), line }
  }

  #parameters(): Parameters {
    const found: Parameters = { names: [], defaults: [] }
    this.stream.expect('lparen')
    while (this.stream.current.type !== 'rparen') {
      if (found.names.length > 0) this.stream.expect('comma')
      const name = this.#name()
      if (this.stream.skipIf('assign')) found.defaults.push(this.expression())
      else if (found.defaults.length > 0) this.fail('non-default argument follows default argument')
      found.names.push(name)
    }
    this.stream.expect('rparen')
    return found
  }

  #macro(): Statement {
    const { line } = this.stream.next()
    const name = this.#name()
    const parameters = this.#parameters()
    return { kind: 'macro', name, parameters, body: this.#body(['name:endmacro'], true), line }
  }

  #callBlock(): Statement {
    const { line } = this.stream.next()
    const parameters = this.stream.is('lparen') ? this.#parameters() : { names: [], defaults: [] }
    const call = this.expression()
    if (call.kind !== 'call') this.fail('expected call', line)
    return { kind: 'call-block', parameters, call, body: this.#body(['name:endcall'], true), line }
  }

  #block(): Statement {
    const { line } = this.stream.next()
    const name = String(this.stream.expect('name').value)
    const scoped = this.stream.skipIf('name:scoped')
    const required = this.stream.skipIf('name:required')
    if (this.stream.is('sub'))
      this.fail('Block names in Jinja have to be valid Python identifiers and may not contain hyphens, use an underscore instead.')
    const body = this.#body(['name:endblock'], true)
    if (required && body.some((each) => each.kind !== 'text' || each.text.trim() !== ''))
      this.fail('Required blocks can only contain comments or whitespace')
    this.stream.skipIf(`name:${name}`)
    return { kind: 'block', name, scoped, required, body, line }
  }

  #autoescape(): Statement {
    const { line } = this.stream.next()
    const on = this.expression()
    return { kind: 'autoescape', on, body: this.#body(['name:endautoescape'], true), line }
  }

  #print(): Statement[] {
    const { line } = this.stream.next()
    const outputs: Statement[] = []
    while (this.stream.current.type !== 'block_end') {
      if (outputs.length > 0) this.stream.expect('comma')
      outputs.push({ kind: 'output', value: this.expression(), line })
    }
    return outputs
  }

  #extends(): Statement {
    const { line } = this.stream.next()
    return { kind: 'load', of: 'extends', template: this.expression(), line }
  }

  #include(): Statement {
    const { line } = this.stream.next()
    const template = this.expression()
    if (this.stream.is('name:ignore') && this.stream.is('name:missing', this.stream.look())) {
      this.stream.next()
      this.stream.next()
    }
    this.#skipContext()
    return { kind: 'load', of: 'include', template, line }
  }

  #skipContext(): boolean {
    if (!this.stream.is('name:with') && !this.stream.is('name:without')) return false
    if (!this.stream.is('name:context', this.stream.look())) return false
    this.stream.next()
    this.stream.next()
    return true
  }

  #import(): Statement {
    const { line } = this.stream.next()
    const template = this.expression()
    this.stream.expect('name:as')
    this.#name()
    this.#skipContext()
    return { kind: 'load', of: 'import', template, line }
  }

  #from(): Statement {
    const { line } = this.stream.next()
    const template = this.expression()
    this.stream.expect('name:import')
    for (let count = 0; ; count++) {
      if (count > 0) this.stream.expect('comma')
      if (!this.stream.is('name')) this.stream.expect('name')
      if (this.#skipContext()) break
      const { line: at } = this.stream.current
      const name = this.#name()
      if (name.startsWith('_'))
        throw new TemplateSyntaxError('names starting with an underline can not be imported', at, 'TemplateAssertionError')
      if (this.stream.skipIf('name:as')) this.#name()
      if (this.#skipContext() || !this.stream.is('comma')) break
    }
    return { kind: 'load', of: 'from', template, line }
  }
}
