/** Parses expressions, by descent, after Jinja2's grammar. */
import { pythonRepr } from '../../values/python-text.ts'
import type { Arguments, BinaryOperator, CompareOperator, Expression, FilterCall } from './nodes.ts'
import { TemplateSyntaxError } from './syntax-error.ts'
import { describeToken, TokenStream } from './token-stream.ts'

const comparisons: Readonly<Record<string, CompareOperator>> = { eq: '==', ne: '!=', lt: '<', lteq: '<=', gt: '>', gteq: '>=' }
const sums: Readonly<Record<string, BinaryOperator>> = { add: '+', sub: '-' }
const products: Readonly<Record<string, BinaryOperator>> = { mul: '*', div: '/', floordiv: '//', mod: '%' }
const constants: ReadonlyMap<unknown, boolean | null> = new Map<unknown, boolean | null>([
  ['true', true],
  ['True', true],
  ['false', false],
  ['False', false],
  ['none', null],
  ['None', null],
])
const argumentStarts = new Set(['name', 'string', 'integer', 'float', 'lparen', 'lbracket', 'lbrace'])
/** As deep as brackets and operators may nest: what the reference's interpreter bears. */
const mostDepth = 100

export interface TupleOptions {
  /** Only names and literals: the target of an assignment. */
  simplified?: boolean
  withCondition?: boolean
  ends?: readonly string[]
  /** In brackets; so it may be empty. */
  explicit?: boolean
  withNamespace?: boolean
}

export class ExpressionParser {
  protected readonly stream: TokenStream
  #depth = 0

  constructor(template: string) {
    this.stream = new TokenStream(template)
  }

  protected fail(message: string, line: number = this.stream.current.line): never {
    throw new TemplateSyntaxError(message, line)
  }

  expression(withCondition = true): Expression {
    return withCondition ? this.#condition() : this.#or()
  }

  #condition(): Expression {
    let { line } = this.stream.current
    let found = this.#or()
    while (this.stream.skipIf('name:if')) {
      const test = this.#or()
      const no = this.stream.skipIf('name:else') ? this.#condition() : null
      found = { kind: 'condition', test, yes: found, no, line }
      line = this.stream.current.line
    }
    return found
  }

  #or(): Expression {
    const { line } = this.stream.current
    let left = this.#and()
    while (this.stream.skipIf('name:or')) left = { kind: 'or', left, right: this.#and(), line }
    return left
  }

  #and(): Expression {
    const { line } = this.stream.current
    let left = this.#not()
    while (this.stream.skipIf('name:and')) left = { kind: 'and', left, right: this.#not(), line }
    return left
  }

  #not(): Expression {
    if (!this.stream.is('name:not')) return this.#compare()
    const { line } = this.stream.next()
    return { kind: 'not', of: this.#not(), line }
  }

  #compare(): Expression {
    const { line } = this.stream.current
    const first = this.#sum()
    const rest: { operator: CompareOperator; value: Expression }[] = []
    for (;;) {
      const operator = this.#comparison()
      if (operator === null) break
      rest.push({ operator, value: this.#sum() })
    }
    return rest.length === 0 ? first : { kind: 'compare', first, rest, line }
  }

  #comparison(): CompareOperator | null {
    const operator = comparisons[this.stream.current.type]
    if (operator !== undefined) {
      this.stream.next()
      return operator
    }
    if (this.stream.skipIf('name:in')) return 'in'
    if (!this.stream.is('name:not') || !this.stream.is('name:in', this.stream.look())) return null
    this.stream.next()
    this.stream.next()
    return 'not in'
  }

  #sum(): Expression {
    return this.#binary(sums, () => this.#concat())
  }

  #concat(): Expression {
    const { line } = this.stream.current
    const parts = [this.#product()]
    while (this.stream.skipIf('tilde')) parts.push(this.#product())
    const [only] = parts
    return parts.length === 1 && only !== undefined ? only : { kind: 'concat', parts, line }
  }

  #product(): Expression {
    return this.#binary(products, () => this.#power())
  }

  #power(): Expression {
    return this.#binary({ pow: '**' }, () => this.#unary())
  }

  #binary(table: Readonly<Record<string, BinaryOperator>>, operand: () => Expression): Expression {
    const { line } = this.stream.current
    let left = operand()
    for (;;) {
      const operator = table[this.stream.current.type]
      if (operator === undefined) return left
      this.stream.next()
      left = { kind: 'binary', operator, left, right: operand(), line }
    }
  }

  #unary(withFilter = true): Expression {
    if (++this.#depth > mostDepth) this.fail('too many nested expressions')
    const { type, line } = this.stream.current
    const kind = type === 'sub' ? 'negative' : type === 'add' ? 'positive' : null
    if (kind !== null) this.stream.next()
    const node = this.#postfix(kind === null ? this.primary() : { kind, of: this.#unary(false), line })
    const found = withFilter ? this.#filterExpression(node) : node
    this.#depth--
    return found
  }

  primary(withNamespace = false): Expression {
    const token = this.stream.current
    const { line, value } = token
    switch (token.type) {
      case 'name': {
        this.stream.next()
        const constant = constants.get(value)
        if (constant !== undefined) return { kind: 'const', value: constant, line }
        if (withNamespace && this.stream.skipIf('dot'))
          return { kind: 'namespace-attribute', name: String(value), attribute: String(this.stream.expect('name').value), line }
        return { kind: 'name', name: String(value), line }
      }
      case 'string': {
        let text = ''
        while (this.stream.current.type === 'string') text += this.stream.next().value
        return { kind: 'const', value: text, line }
      }
      case 'integer':
      case 'float':
        this.stream.next()
        return { kind: 'const', value, line }
      case 'lparen': {
        this.stream.next()
        const inner = this.tuple({ explicit: true })
        this.stream.expect('rparen')
        return inner
      }
      case 'lbracket':
        return this.#list()
      case 'lbrace':
        return this.#dict()
      default:
        return this.fail(`unexpected ${pythonRepr(describeToken(token))}`, line)
    }
  }

  /** An expression, or a tuple of such when commas follow. */
  tuple({ simplified = false, withCondition = true, ends = [], explicit = false, withNamespace = false }: TupleOptions = {}): Expression {
    let { line } = this.stream.current
    const items: Expression[] = []
    let isTuple = false
    for (;;) {
      if (items.length > 0) this.stream.expect('comma')
      if (this.#endsTuple(ends)) break
      items.push(simplified ? this.primary(withNamespace) : this.expression(withCondition))
      if (this.stream.current.type !== 'comma') break
      isTuple = true
      line = this.stream.current.line
    }
    const [only] = items
    if (!isTuple && only !== undefined) return only
    if (!isTuple && !explicit) this.fail(`Expected an expression, got ${pythonRepr(describeToken(this.stream.current))}`)
    return { kind: 'tuple', items, line }
  }

  #endsTuple(ends: readonly string[]): boolean {
    return ['variable_end', 'block_end', 'rparen', ...ends].some((end) => this.stream.is(end))
  }

  /** What stands between brackets, comma-separated; a last comma may follow. */
  #elements<Element>(open: string, close: string, element: () => Element): { elements: Element[]; line: number } {
    const { line } = this.stream.expect(open)
    const elements: Element[] = []
    while (this.stream.current.type !== close) {
      if (elements.length > 0) this.stream.expect('comma')
      if (this.stream.current.type === close) break
      elements.push(element())
    }
    this.stream.expect(close)
    return { elements, line }
  }

  #list(): Expression {
    const { elements, line } = this.#elements('lbracket', 'rbracket', () => this.expression())
    return { kind: 'list', items: elements, line }
  }

  #dict(): Expression {
    const { elements, line } = this.#elements('lbrace', 'rbrace', (): [Expression, Expression] => {
      const key = this.expression()
      this.stream.expect('colon')
      return [key, this.expression()]
    })
    return { kind: 'dict', pairs: elements, line }
  }

  #postfix(start: Expression): Expression {
    let node = start
    for (;;) {
      const { type } = this.stream.current
      if (type === 'dot' || type === 'lbracket') node = this.#subscript(node)
      else if (type === 'lparen') node = this.#call(node)
      else return node
    }
  }

  #filterExpression(start: Expression): Expression {
    let node = start
    for (;;) {
      const { type } = this.stream.current
      if (type === 'pipe') node = this.filters(node) ?? node
      else if (this.stream.is('name:is')) node = this.#test(node)
      else if (type === 'lparen') node = this.#call(node)
      else return node
    }
  }

  #subscript(of: Expression): Expression {
    const { type, line } = this.stream.next()
    if (type === 'dot') {
      const key = this.stream.next()
      if (key.type === 'name') return { kind: 'attribute', of, name: String(key.value), line }
      if (key.type !== 'integer') this.fail('expected name or number', key.line)
      return { kind: 'item', of, key: { kind: 'const', value: key.value, line: key.line }, line }
    }
    const keys: Expression[] = []
    while (this.stream.current.type !== 'rbracket') {
      if (keys.length > 0) this.stream.expect('comma')
      keys.push(this.#subscribed())
    }
    this.stream.expect('rbracket')
    const [only] = keys
    return { kind: 'item', of, key: keys.length === 1 && only !== undefined ? only : { kind: 'tuple', items: keys, line }, line }
  }

  #subscribed(): Expression {
    const { line } = this.stream.current
    const parts: (Expression | null)[] = [null, null, null]
    if (!this.stream.is('colon')) {
      const first = this.expression()
      if (!this.stream.is('colon')) return first
      parts[0] = first
    }
    this.stream.next()
    if (!['colon', 'rbracket', 'comma'].includes(this.stream.current.type)) parts[1] = this.expression()
    if (this.stream.skipIf('colon') && !['rbracket', 'comma'].includes(this.stream.current.type)) parts[2] = this.expression()
    return { kind: 'slice', parts, line }
  }

  #call(of: Expression): Expression {
    const { line } = this.stream.current
    return { kind: 'call', of, ...this.#arguments(), line }
  }

  #arguments(): Arguments {
    const { line } = this.stream.expect('lparen')
    const found: Arguments = { positional: [], named: [], spread: null, spreadNamed: null }
    const ensure = (isRight: boolean): void => {
      if (!isRight) this.fail('invalid syntax for function call expression', line)
    }
    let needsComma = false
    while (this.stream.current.type !== 'rparen') {
      if (needsComma) {
        this.stream.expect('comma')
        if (this.stream.current.type === 'rparen') break
      }
      if (this.stream.current.type === 'mul') {
        ensure(found.spread === null && found.spreadNamed === null)
        this.stream.next()
        found.spread = this.expression()
      } else if (this.stream.current.type === 'pow') {
        ensure(found.spreadNamed === null)
        this.stream.next()
        found.spreadNamed = this.expression()
      } else if (this.stream.current.type === 'name' && this.stream.look().type === 'assign') {
        ensure(found.spreadNamed === null)
        const name = String(this.stream.next().value)
        this.stream.next()
        found.named.push({ name, value: this.expression() })
      } else {
        ensure(found.spread === null && found.spreadNamed === null && found.named.length === 0)
        found.positional.push(this.expression())
      }
      needsComma = true
    }
    this.stream.expect('rparen')
    return found
  }

  #optionalArguments(): Arguments {
    return this.stream.is('lparen') ? this.#arguments() : { positional: [], named: [], spread: null, spreadNamed: null }
  }

  #dottedName(): string {
    let name = String(this.stream.expect('name').value)
    while (this.stream.skipIf('dot')) name += `.${this.stream.expect('name').value}`
    return name
  }

  /** The filters that follow, around a value or (of a block) around nothing yet. */
  filters(of: Expression | null, startsInline = false): FilterCall | null {
    let found: FilterCall | null = null
    let isInline = startsInline
    while (isInline || this.stream.is('pipe')) {
      if (!isInline) this.stream.next()
      const { line } = this.stream.current
      found = { kind: 'filter', of: found ?? of, name: this.#dottedName(), ...this.#optionalArguments(), line }
      isInline = false
    }
    return found
  }

  #test(of: Expression): Expression {
    const { line } = this.stream.next()
    const isNegated = this.stream.skipIf('name:not')
    const name = this.#dottedName()
    let given: Arguments = { positional: [], named: [], spread: null, spreadNamed: null }
    if (this.stream.is('lparen')) given = this.#arguments()
    else if (argumentStarts.has(this.stream.current.type) && !['name:else', 'name:or', 'name:and'].some((end) => this.stream.is(end))) {
      if (this.stream.is('name:is')) this.fail('You cannot chain multiple tests with is')
      given = { ...given, positional: [this.#postfix(this.primary())] }
    }
    const node: Expression = { kind: 'test', of, name, ...given, line }
    return isNegated ? { kind: 'not', of: node, line } : node
  }
}
