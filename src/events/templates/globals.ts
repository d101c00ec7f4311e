/** What every template can name: range, dict, cycler, joiner, namespace, lipsum. */
import { Dict, iterate, lengthOf, listOf, Markup, Range, refuseNamed } from './containers.ts'
import { toIndex } from './converting.ts'
import { repr } from './printing.ts'
import { bind } from './signature.ts'
import { Callable, type Named, PythonError, PythonObject, typeError, type Value, valueError } from './values.ts'

/** Longer ranges are refused. */
const longestRange = 100

function range(given: readonly Value[], named: Named): Value {
  refuseNamed('range', named)
  if (given.length === 0) throw typeError('range expected at least 1 argument, got 0')
  if (given.length > 3) throw typeError(`range expected at most 3 arguments, got ${given.length}`)
  const integers = given.map((value) => {
    toIndex(value)
    return typeof value === 'bigint' ? value : BigInt(toIndex(value))
  })
  const [start, stop, step] =
    integers.length === 1 ? [0n, integers[0] ?? 0n, 1n] : [integers[0] ?? 0n, integers[1] ?? 0n, integers[2] ?? 1n]
  if (step === 0n) throw valueError('range() arg 3 must not be zero')
  const distance = step > 0n ? stop - start : start - stop
  const stride = step > 0n ? step : -step
  const length = distance <= 0n ? 0n : (distance + stride - 1n) / stride
  if (length > BigInt(longestRange))
    throw new PythonError('OverflowError', `Range too big. The sandbox blocks ranges larger than MAX_TEMPLATE_RANGE=${longestRange}.`)
  return new Range(start, step, Number(length), stop)
}

function dict(given: readonly Value[], named: Named): Value {
  if (given.length > 1) throw typeError(`dict expected at most 1 argument, got ${given.length}`)
  const [source] = given
  return new Dict([...entriesOf(source), ...named])
}

function entriesOf(source: Value | undefined): readonly (readonly [Value, Value])[] {
  if (source === undefined) return []
  if (source instanceof Dict) return source.entries
  return [...iterate(source)].map((pair, index) => {
    const parts = typeof pair === 'bigint' || typeof pair === 'number' || pair === null ? null : listOf(pair)
    if (parts === null) throw typeError(`cannot convert dictionary update sequence element #${index} to a sequence`)
    const [key, value] = parts
    if (key === undefined || value === undefined || parts.length !== 2)
      throw valueError(`dictionary update sequence element #${index} has length ${lengthOf(pair)}; 2 is required`)
    return [key, value]
  })
}

/** The only object that templates can change. */
export class Namespace extends PythonObject {
  readonly typeName = 'Namespace'
  readonly #attributes: Map<string, Value>
  constructor(given: readonly Value[], named: Named) {
    super()
    const entries = given.length === 0 ? [] : entriesOf(given[0])
    this.#attributes = new Map([...entries.map(([key, value]): [string, Value] => [String(key), value]), ...named])
  }
  set(name: string, value: Value): void {
    this.#attributes.set(name, value)
  }
  override attribute(name: string): Value | undefined {
    return this.#attributes.get(name)
  }
  override repr(): string {
    return `<Namespace ${repr(new Dict(this.#attributes))}>`
  }
}

class Cycler extends PythonObject {
  readonly typeName = 'Cycler'
  readonly #items: readonly Value[]
  #position = 0
  constructor(items: readonly Value[]) {
    super()
    if (items.length === 0) throw new PythonError('RuntimeError', 'at least one item has to be provided')
    this.#items = items
  }
  get #current(): Value {
    return this.#items[this.#position] ?? null
  }
  override attribute(name: string): Value | undefined {
    switch (name) {
      case 'current':
        return this.#current
      case 'pos':
        return BigInt(this.#position)
      case 'next':
        return new Callable(name, () => {
          const value = this.#current
          this.#position = (this.#position + 1) % this.#items.length
          return value
        })
      case 'reset':
        return new Callable(name, () => {
          this.#position = 0
          return null
        })
      default:
        return undefined
    }
  }
}

class Joiner extends PythonObject {
  readonly typeName = 'Joiner'
  #isUsed = false
  override readonly call: () => Value
  constructor(separator: Value) {
    super()
    this.call = () => {
      const text = this.#isUsed ? separator : ''
      this.#isUsed = true
      return text
    }
  }
}

const words =
  'a ac accumsan adipiscing aenean aliquam amet ante arcu at augue bibendum commodo consectetuer cras curabitur dapibus diam dolor donec egestas elit enim erat eros est et euismod felis fermentum'.split(
    ' ',
  )

/** Text that means nothing. */
function lipsum(given: readonly Value[], named: Named): Value {
  const [count = 5n, isHtml = true, least = 20n, most = 100n] = bind(
    {
      name: 'generate_lorem_ipsum',
      parameters: [
        ['n', 5n],
        ['html', true],
        ['min', 20n],
        ['max', 100n],
      ],
    },
    given,
    named,
  )
  const paragraphs = Array.from({ length: Math.min(100, toIndex(count)) }, () => {
    const length = toIndex(least) + Math.floor(Math.random() * Math.max(1, Math.min(10_000, toIndex(most)) - toIndex(least)))
    const text = Array.from({ length }, () => words[Math.floor(Math.random() * words.length)] ?? '').join(' ')
    return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`
  })
  return isHtml === false ? paragraphs.join('\n\n') : new Markup(paragraphs.map((paragraph) => `<p>${paragraph}</p>`).join('\n'))
}

export const globals: ReadonlyMap<string, Value> = new Map<string, Value>([
  ['range', new Callable('_check_template_range', range, 'function')],
  ['dict', new Callable('dict', dict, 'type')],
  ['lipsum', new Callable('generate_lorem_ipsum', lipsum, 'function')],
  ['cycler', new Callable('jinja2.utils.Cycler', (given) => new Cycler(given), 'type')],
  [
    'joiner',
    new Callable(
      'jinja2.utils.Joiner',
      (given, named) => new Joiner(bind({ name: 'Joiner.__init__', parameters: [['sep', ', ']] }, given, named)[0] ?? null),
      'type',
    ),
  ],
  ['namespace', new Callable('jinja2.utils.Namespace', (given, named) => new Namespace(given, named), 'type')],
])
