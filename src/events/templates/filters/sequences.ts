/** Filters of sequences and dicts. */
import { attributeOf, getAttribute } from '../access.ts'
import { binary } from '../arithmetic.ts'
import { equals, hashKey, order, sorted } from '../comparing.ts'
import { characters, Dict, Group, isAsynchronous, iterate, lengthOf, listOf, Markup, PythonIterator, Tuple } from '../containers.ts'
import { isTrue, toIndex } from '../converting.ts'
import { attributeGetter, type Environment, type Filter, filter, generated, ignoreCase, valuesOf } from '../environment.ts'
import { escapeHtml } from '../html.ts'
import { repr, str } from '../printing.ts'
import { Undefined } from '../undefined.ts'
import { isList, PythonError, PythonObject, typeError, typeName, type Value } from '../values.ts'
import { filterArgumentError, noAttribute } from './texts.ts'

const none: Value = null
const folding = (isCaseSensitive: Value): ((value: Value) => Value) => (isTrue(isCaseSensitive) ? (value) => value : ignoreCase)
const emptyProblem = (what: string): Undefined => new Undefined(() => what)

const fallback: Filter = filter(
  'do_default',
  ['value', ['default_value', ''], ['boolean', false]],
  ([value = none, other = none, isBoolean = none]) => (value instanceof Undefined || (isTrue(isBoolean) && !isTrue(value)) ? other : value),
)
const length: Filter = filter('len', ['obj'], ([value = none]) => BigInt(lengthOf(value)))

export const sequenceFilters: Readonly<Record<string, Filter>> = {
  attr: filter(
    'do_attr',
    ['obj', 'name'],
    ([value = none, name = none]) => {
      if (typeof name !== 'string') throw typeError(`attribute name must be string, not '${typeName(name)}'`)
      return attributeOf(value, name) === undefined ? Undefined.of(value, name) : getAttribute(value, name)
    },
    1,
  ),
  batch: filter('do_batch', ['value', 'linecount', ['fill_with', null]], ([value = none, count = none, fill = none]) =>
    generated(batches(iterate(value), count, fill), false),
  ),
  count: length,
  d: fallback,
  default: fallback,
  dictsort: filter(
    'do_dictsort',
    ['value', ['case_sensitive', false], ['by', 'key'], ['reverse', false]],
    ([value = none, isCaseSensitive = none, by = none, reverse = none]) => {
      if (by !== 'key' && by !== 'value') throw filterArgumentError('You can only sort by either "key" or "value"')
      if (!(value instanceof Dict)) throw noAttribute(value, 'items')
      const fold = folding(isCaseSensitive)
      const pairs = value.entries.map((entry) => new Tuple(entry))
      return sorted(pairs, (pair) => fold(pair instanceof Tuple ? (pair.items[by === 'key' ? 0 : 1] ?? null) : pair), isTrue(reverse))
    },
  ),
  first: filter(
    'do_first',
    ['seq'],
    ([value = none], environment) => {
      for (const each of valuesOrAny(value, environment)) return each
      return emptyProblem('No first item, sequence was empty.')
    },
    1,
  ),
  groupby: filter('do_groupby', ['value', 'attribute', ['default', null], ['case_sensitive', false]], groupBy, 1),
  items: filter('do_items', ['value'], ([value = none]) => {
    if (value instanceof Undefined) return generated([], false)
    if (!(value instanceof Dict))
      return generated(
        lazily((): readonly Value[] => {
          throw typeError('Can only get item pairs from a mapping.')
        }),
        false,
      )
    return generated(
      value.entries.map((entry) => new Tuple(entry)),
      false,
    )
  }),
  join: filter(
    'do_join',
    ['value', ['d', ''], ['attribute', null]],
    ([value = none, by = none, attribute = none], environment) => {
      const values = valuesOf(value, environment).map(attribute === null ? (each) => each : attributeGetter(attribute))
      if (environment.escapes && (by instanceof Markup || values.some((each) => each instanceof Markup)))
        return new Markup(values.map(escapeHtml).join(escapeHtml(by)))
      return values.map(str).join(str(by))
    },
    1,
  ),
  last: filter(
    'do_last',
    ['seq'],
    ([value = none]) => {
      const values = reversible(value)
      if (values === null) throw typeError(`'${typeName(value)}' object is not reversible`)
      return values.at(-1) ?? emptyProblem('No last item, sequence was empty.')
    },
    1,
  ),
  length,
  list: filter('do_list', ['value'], ([value = none], environment) => [...valuesOf(value, environment)]),
  map: ([value = none, ...positional], named, environment) => {
    const values = lazily(() => mapped(value, positional, named, environment))
    return generated(values, environment.isAsync)
  },
  max: extreme('do_max', 1),
  min: extreme('do_min', -1),
  random: filter(
    'do_random',
    ['seq'],
    ([value = none]) => {
      const values = typeof value === 'string' ? characters(value) : reversible(value)
      if (values === null) throw typeError(`object of type '${typeName(value)}' has no len()`)
      return values[Math.floor(Math.random() * values.length)] ?? emptyProblem('No random item, sequence was empty.')
    },
    1,
  ),
  reject: selecting((isSelected) => !isSelected, false),
  rejectattr: selecting((isSelected) => !isSelected, true),
  reverse: filter('do_reverse', ['value'], ([value = none]) => {
    if (typeof value === 'string') return characters(value).reverse().join('')
    if (value instanceof Markup) return new Markup(characters(value.text).reverse().join(''))
    const values = reversible(value)
    if (values !== null) return new PythonIterator(isList(value) ? 'list_reverseiterator' : 'reversed', [...values].reverse())
    if (!(value instanceof PythonObject) || value.iterate() === null || isAsynchronous(value))
      throw filterArgumentError('argument must be iterable')
    return [...listOf(value)].reverse()
  }),
  select: selecting((isSelected) => isSelected, false),
  selectattr: selecting((isSelected) => isSelected, true),
  slice: filter('do_slice', ['value', 'slices', ['fill_with', null]], ([value = none, slices = none, fill = none], environment) =>
    generated(slicesOf(valuesOf(value, environment), slices, fill), false),
  ),
  sort: filter(
    'do_sort',
    ['value', ['reverse', false], ['case_sensitive', false], ['attribute', null]],
    ([value = none, reverse = none, isCaseSensitive = none, attribute = none]) => {
      const fold = folding(isCaseSensitive)
      const getters = (typeof attribute === 'string' ? attribute.split(',') : [attribute]).map((each) => attributeGetter(each))
      return sorted(listOf(value), (item) => getters.map((getter) => fold(getter(item))), isTrue(reverse))
    },
    1,
  ),
  sum: filter(
    'do_sum',
    ['iterable', ['attribute', null], ['start', 0n]],
    ([value = none, attribute = none, start = none], environment) => {
      const getter = attribute === null ? (each: Value): Value => each : attributeGetter(attribute)
      if (!environment.isAsync && typeof start === 'string') throw typeError("sum() can't sum strings [use ''.join(seq) instead]")
      return valuesOf(value, environment).reduce((sum: Value, each) => plus(sum, getter(each), environment), start)
    },
    1,
  ),
  unique: filter(
    'do_unique',
    ['value', ['case_sensitive', false], ['attribute', null]],
    ([value = none, isCaseSensitive = none, attribute = none], environment) => {
      const [fold, getter] = [folding(isCaseSensitive), attributeGetter(attribute)]
      const seen = new Set<string>()
      const values = valuesOf(value, environment)
      return generated(
        lazily(() =>
          values.filter((each) => {
            const key = hashKey(fold(getter(each)))
            if (key === null) throw typeError(`unhashable type: '${typeName(fold(getter(each)))}'`)
            return !seen.has(key) && seen.add(key)
          }),
        ),
        false,
      )
    },
    1,
  ),
}

/** The values are made when the first is asked for, as a generator's are. */
function* lazily(values: () => Iterable<Value>): Generator<Value> {
  yield* values()
}

/** The reference adds in place where it renders asynchronously, and says so when it cannot. */
function plus(left: Value, right: Value, { isAsync }: Environment): Value {
  try {
    return binary('+', left, right)
  } catch (error) {
    if (isAsync && error instanceof PythonError) throw new PythonError(error.type, error.message.replace('for +:', 'for +=:'))
    throw error
  }
}

function valuesOrAny(value: Value, environment: Environment): Iterable<Value> {
  if (environment.isAsync && value instanceof PythonIterator) return value.iterate()
  return iterate(value)
}

/** Elements that `reversed` can go through, or null. */
function reversible(value: Value): readonly Value[] | null {
  if (typeof value === 'string') return characters(value)
  if (isList(value)) return value
  if (!(value instanceof PythonObject) || value instanceof PythonIterator || value instanceof Undefined)
    return value instanceof Undefined ? [] : null
  return value.length() === null ? null : listOf(value)
}

function* batches(values: Iterable<Value>, count: Value, fill: Value): Generator<Value> {
  let batch: Value[] = []
  for (const value of values) {
    if (equals(BigInt(batch.length), count)) {
      yield batch
      batch = []
    }
    batch.push(value)
  }
  if (batch.length === 0) return
  while (fill !== null && order(BigInt(batch.length), count, '<') < 0) batch.push(fill)
  yield batch
}

function* slicesOf(values: readonly Value[], slices: Value, fill: Value): Generator<Value> {
  const [each, extra] = [binary('//', BigInt(values.length), slices), binary('%', BigInt(values.length), slices)]
  const [size, longer] = [toIndex(each), toIndex(extra)]
  let start = 0
  for (let index = 0; index < toIndex(slices); index++) {
    const end = start + size + (index < longer ? 1 : 0)
    const slice = values.slice(start, end)
    yield fill !== null && index >= longer ? [...slice, fill] : slice
    start = end
  }
}

function groupBy(
  [value = none, attribute = none, otherwise = none, isCaseSensitive = none]: readonly Value[],
  environment: Environment,
): Value {
  const [fold, getter] = [folding(isCaseSensitive), attributeGetter(attribute, otherwise)]
  const key = (each: Value): Value => fold(getter(each))
  const groups: { key: Value; values: Value[] }[] = []
  for (const each of sorted(valuesOf(value, environment), key, false)) {
    const last = groups.at(-1)
    if (last !== undefined && equals(last.key, key(each))) last.values.push(each)
    else groups.push({ key: key(each), values: [each] })
  }
  return groups.map(({ values }) => new Group([getter(values[0] ?? null), values]))
}

function extreme(name: string, sign: 1 | -1): Filter {
  return filter(
    name,
    ['value', ['case_sensitive', false], ['attribute', null]],
    ([value = none, isCaseSensitive = none, attribute = none]) => {
      const [fold, getter] = [folding(isCaseSensitive), attributeGetter(attribute)]
      const values = listOf(value)
      const [first] = values
      if (first === undefined) return emptyProblem('No aggregated item, sequence was empty.')
      return values.slice(1).reduce((best: Value, each) => {
        const difference = order(fold(getter(each)), fold(getter(best)), sign > 0 ? '>' : '<')
        return difference * sign > 0 ? each : best
      }, first)
    },
    1,
  )
}

function* mapped(
  value: Value,
  positional: readonly Value[],
  named: ReadonlyMap<string, Value>,
  environment: Environment,
): Generator<Value> {
  if (!isTrue(value)) return
  const apply = mapping(positional, named, environment)
  for (const each of valuesOrAny(value, environment)) yield apply(each)
}

function mapping([name, ...rest]: readonly Value[], named: ReadonlyMap<string, Value>, environment: Environment): (value: Value) => Value {
  const attribute = named.get('attribute')
  if (name === undefined && attribute !== undefined) {
    const unexpected = [...named.keys()].find((key) => key !== 'attribute' && key !== 'default')
    if (unexpected !== undefined) throw filterArgumentError(`Unexpected keyword argument ${repr(unexpected)}`)
    return attributeGetter(attribute, named.get('default') ?? null)
  }
  if (name === undefined) throw filterArgumentError('map requires a filter argument')
  return (value) => environment.filter(str(name), value, rest, named)
}

function selecting(decide: (isSelected: boolean) => boolean, byAttribute: boolean): Filter {
  return ([value = none, ...positional], named, environment) => {
    function* selected(): Generator<Value> {
      if (!isTrue(value)) return
      const [attribute] = positional
      if (byAttribute && attribute === undefined) throw filterArgumentError('Missing parameter for attribute name')
      const getter = byAttribute ? attributeGetter(attribute ?? null) : (each: Value): Value => each
      const [name, ...rest] = byAttribute ? positional.slice(1) : positional
      for (const each of valuesOrAny(value, environment)) {
        const examined = getter(each)
        if (decide(name === undefined ? isTrue(examined) : environment.test(str(name), examined, rest, named))) yield each
      }
    }
    return generated(selected(), environment.isAsync)
  }
}
