/** `value.name` and `value[key]` as the reference's sandbox allows them. */
import { characters, Dict, elementOf, Markup, Range, Tuple } from './containers.ts'
import { toIndex } from './converting.ts'
import { builtinAttribute, isMutator } from './methods.ts'
import { formatText, type Lookup } from './text-format.ts'
import { Undefined } from './undefined.ts'
import { Callable, isList, isObject, PythonError, PythonObject, typeError, typeName, type Value, valueError } from './values.ts'

/** The part of a sequence that `[start:stop:step]` names. */
export class Slice extends PythonObject {
  readonly typeName = 'slice'
  readonly parts: readonly [Value, Value, Value]
  constructor(parts: readonly [Value, Value, Value]) {
    super()
    this.parts = parts
  }
  override hashKey(): null {
    return null
  }
}

/** `value.name`: an attribute, else an item, else undefined. */
export function getAttribute(value: Value, name: string): Value {
  const found = attributeOf(value, name)
  if (found !== undefined) return found
  if (value instanceof Undefined) return value
  return itemOf(value, name) ?? Undefined.of(value, name)
}

/** `value[key]`: an item, else (for texts) an attribute, else undefined. */
export function getItem(value: Value, key: Value): Value {
  if (key instanceof Slice) return sliceOf(value, key)
  const item = itemOf(value, key)
  if (item !== undefined) return item
  const attribute = typeof key === 'string' ? attributeOf(value, key) : undefined
  return attribute ?? Undefined.of(value, key)
}

export const lookup: Lookup = { attribute: getAttribute, item: getItem }

/** The attribute, or what stands for one that is kept from templates. Undefined when there is none. */
export function attributeOf(value: Value, name: string): Value | undefined {
  if ((name === 'format' || name === 'format_map') && (typeof value === 'string' || value instanceof Markup))
    return formatMethod(value, name)
  const isHidden = name.startsWith('_') || isMutator(value, name)
  const found = isHidden && hasHidden(value, name) ? Undefined.unsafe(value, name) : rawAttribute(value, name)
  return found !== undefined && isHidden ? Undefined.unsafe(value, name) : found
}

function rawAttribute(value: Value, name: string): Value | undefined {
  if (value instanceof Undefined) return name.startsWith('__') && name.endsWith('__') ? undefined : value
  return builtinAttribute(value, name) ?? (isObject(value) ? value.attribute(name) : undefined)
}

/** Names that every Python object has, and the commonest of its classes. */
const hidden = new Set(
  `class delattr dir doc eq format ge getattribute getstate gt hash init init_subclass le lt ne new reduce reduce_ex repr setattr sizeof str subclasshook`
    .split(' ')
    .map((name) => `__${name}__`),
)
const functionNames = new Set(['call', 'name', 'qualname', 'self', 'module', 'text_signature'].map((name) => `__${name}__`))
const containerNames = new Set(
  ['len', 'iter', 'contains', 'getitem', 'add', 'mul', 'rmul', 'dict', 'bool', 'html'].map((name) => `__${name}__`),
)

function hasHidden(value: Value, name: string): boolean {
  if (hidden.has(name)) return true
  if (value instanceof Callable) return functionNames.has(name)
  if (value instanceof Undefined) return name.startsWith('_undefined_') || (containerNames.has(name) && name !== '__contains__')
  const isContainer = typeof value === 'string' || isList(value) || value instanceof Tuple || value instanceof Dict
  return isContainer && containerNames.has(name) && name !== '__dict__' && name !== '__bool__' && name !== '__html__'
}

function formatMethod(value: string | Markup, name: 'format' | 'format_map'): Callable {
  return new Callable(name, (positional, named) => {
    const format = value instanceof Markup ? value.text : value
    let [given, names] = [positional, named]
    if (name === 'format_map') {
      if (named.size > 0) throw typeError('format_map() takes no keyword arguments')
      if (positional.length !== 1) throw typeError(`format_map() takes exactly one argument (${positional.length} given)`)
      const [mapping] = positional
      names = mapping instanceof Dict ? new Map(mapping.entries.map(([key, each]) => [String(key), each])) : new Map()
      given = []
    }
    const text = formatText(format, given, names, lookup)
    return value instanceof Markup ? new Markup(text) : text
  })
}

/** The item; undefined where Python has a TypeError or a LookupError (which the reference passes over). */
function itemOf(value: Value, key: Value): Value | undefined {
  try {
    if (typeof value === 'string') return elementOf(characters(value), key, 'string')
    if (isList(value)) return elementOf(value, key, 'list')
    return isObject(value) ? value.item(key) : undefined
  } catch (error) {
    if (error instanceof PythonError && ['TypeError', 'KeyError', 'IndexError'].includes(error.type)) return undefined
    throw error
  }
}

function sliceOf(value: Value, { parts: [start, stop, step] }: Slice): Value {
  if (value instanceof Undefined) return value
  if (value instanceof Dict) throw typeError("unhashable type: 'slice'")
  if (value instanceof Range) return rangeOf(sliced(value.items, start, stop, step), value, step)
  const items =
    typeof value === 'string'
      ? characters(value)
      : value instanceof Markup
        ? characters(value.text)
        : isList(value)
          ? value
          : value instanceof Tuple || value instanceof Range
            ? value.items
            : null
  if (items === null) throw typeError(`'${typeName(value)}' object is not subscriptable`)
  const picked = sliced(items, start, stop, step)
  if (typeof value === 'string') return picked.join('')
  if (value instanceof Markup) return new Markup(picked.join(''))
  return value instanceof Tuple ? new Tuple(picked) : picked
}

function sliced(items: readonly Value[], start: Value, stop: Value, step: Value): Value[] {
  const stride = step === null ? 1 : sliceIndex(step)
  if (stride === 0) throw valueError('slice step cannot be zero')
  const { length } = items
  const clamp = (index: Value, fallback: number): number => {
    if (index === null) return fallback
    const at = sliceIndex(index)
    const positive = at < 0 ? at + length : at
    return stride > 0 ? Math.min(Math.max(positive, 0), length) : Math.min(Math.max(positive, -1), length - 1)
  }
  const from = clamp(start, stride > 0 ? 0 : length - 1)
  const to = clamp(stop, stride > 0 ? length : -1)
  const picked: Value[] = []
  for (let index = from; stride > 0 ? index < to : index > to; index += stride) picked.push(items[index] ?? null)
  return picked
}

function rangeOf(items: readonly Value[], { items: all }: Range, step: Value): Range {
  const [first = 0n, second] = all
  const stride = (second === undefined ? 1n : second - first) * BigInt(step === null ? 1 : sliceIndex(step))
  const [start] = items
  const from = typeof start === 'bigint' ? start : first
  return new Range(from, stride, items.length, from + stride * BigInt(items.length))
}

function sliceIndex(value: Value): number {
  if (typeof value !== 'bigint' && typeof value !== 'boolean')
    throw typeError('slice indices must be integers or None or have an __index__ method')
  return toIndex(value)
}

/** `value(…)`. */
export function callValue(value: Value, positional: readonly Value[], named: ReadonlyMap<string, Value>): Value {
  if (value instanceof Undefined) throw value.error()
  if (!isObject(value) || value.call === null) throw typeError(`'${typeName(value)}' object is not callable`)
  return value.call(positional, named)
}
