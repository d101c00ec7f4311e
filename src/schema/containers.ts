/** Lists, sets, tuples, dictionaries, and JSON that passes through. */
import { isRawNumber, type Json, type JsonObject, toNumber } from '../values/json.ts'
import { type Infer, type Invalid, invalid, type Reading, type Schema } from './reading.ts'
import { count } from './text.ts'

/** Any JSON, untouched. */
export function any(): Schema<Json> {
  return {
    label: () => 'any',
    hasOwnTitle: () => false,
    read(input, reading) {
      reading.strict()
      return input ?? null
    },
    describe: () => ({}),
  }
}

export interface Lengths {
  minLength?: number
  maxLength?: number
}

/** A list of items. */
export function list<Item>(item: Schema<Item>, { minLength, maxLength }: Lengths = {}): Schema<Item[]> {
  return {
    label: () => `list[${item.label()}]`,
    hasOwnTitle: () => false,
    takesMany: true,
    read(input, reading) {
      if (!Array.isArray(input)) return reading.fail('list_type', 'Input should be a valid list', input)
      if (maxLength !== undefined && input.length > maxLength) return tooLong('List', maxLength, input.length, input, reading)
      const items = readItems(item, input, reading)
      if (items === invalid) return invalid
      if (minLength !== undefined && items.length < minLength) return tooShort('List', minLength, items.length, input, reading)
      return items
    },
    describe: (description) => ({
      type: 'array',
      items: item.describe(description),
      ...(minLength === undefined ? {} : { minItems: minLength }),
      ...(maxLength === undefined ? {} : { maxItems: maxLength }),
    }),
  }
}

/** A list where the reference asks for any sequence: other refusals. */
export function sequence<Item>(item: Schema<Item>): Schema<Item[]> {
  return {
    label: () => `sequence[${item.label()}]`,
    hasOwnTitle: () => false,
    read(input, reading) {
      if (Array.isArray(input)) return readItems(item, input, reading)
      if (typeof input === 'string') {
        return reading.fail('sequence_str', "'str' instances are not allowed as a Sequence value", input, { type_name: 'str' })
      }
      return reading.fail('is_instance_of', 'Input should be an instance of Sequence', input, { class: 'Sequence' })
    },
    describe: (description) => ({ type: 'array', items: item.describe(description) }),
  }
}

function readItems<Item>(item: Schema<Item>, input: readonly Json[], reading: Reading): Item[] | Invalid {
  const items: Item[] = []
  let valid = true
  for (let index = 0; index < input.length; index++) {
    const mark = reading.issues.length
    const value = item.read(input[index], reading)
    if (value !== invalid) items.push(value)
    else {
      reading.within(index, mark)
      valid = false
    }
  }
  return valid ? items : invalid
}

/** A set, written as a list. */
export function set<Item>(item: Schema<Item>): Schema<Item[]> {
  return {
    label: () => `set[${item.label()}]`,
    hasOwnTitle: () => false,
    takesMany: true,
    read(input, reading) {
      if (!Array.isArray(input)) return reading.fail('set_type', 'Input should be a valid set', input)
      reading.lax()
      const items = readItems(item, input, reading)
      if (items === invalid) return invalid
      const unique = new Map<unknown, Item>()
      for (const each of items) if (!unique.has(identity(each))) unique.set(identity(each), each)
      return [...unique.values()]
    },
    describe: (description) => ({ type: 'array', uniqueItems: true, items: item.describe(description) }),
  }
}

/** What makes two items of a set the same. */
function identity(item: unknown): unknown {
  if (isRawNumber(item)) return toNumber(item)
  return typeof item === 'object' && item !== null ? JSON.stringify(item) : item
}

/** A list with a schema for each of its items. */
export function tuple<const Items extends readonly Schema<unknown>[]>(
  ...items: Items
): Schema<{ -readonly [Index in keyof Items]: Infer<Items[Index]> }> {
  function read(input: Json | undefined, reading: Reading): unknown[] | Invalid {
    if (!Array.isArray(input)) return reading.fail('tuple_type', 'Input should be a valid tuple', input)
    reading.lax()
    if (input.length > items.length) return tooLong('Tuple', items.length, input.length, input, reading)
    const values = items.map((item, index) => {
      if (index >= input.length) return missing(index, input, reading)
      const mark = reading.issues.length
      const value = item.read(input[index], reading)
      return value === invalid ? reading.within(index, mark) : value
    })
    return values.includes(invalid) ? invalid : values
  }
  return {
    label: () => `tuple[${items.map((item) => item.label()).join(', ')}]`,
    hasOwnTitle: () => false,
    takesMany: true,
    // Each value was read by its own schema: that is its type.
    read: read as Schema<{ -readonly [Index in keyof Items]: Infer<Items[Index]> }>['read'],
    describe: (description) => ({
      type: 'array',
      prefixItems: items.map((item) => item.describe(description)),
      minItems: items.length,
      maxItems: items.length,
    }),
  }
}

/** Adds the issue of a part that is required. */
export function missing(key: string | number, input: Json | undefined, reading: Reading): Invalid {
  const mark = reading.issues.length
  reading.fail('missing', 'Field required', input)
  return reading.within(key, mark)
}

/** A dictionary whose keys are texts. */
export function dict(): Schema<JsonObject>
export function dict<Value>(value: Schema<Value>): Schema<Record<string, Value>>
export function dict(value: Schema<unknown> = any()): Schema<Record<string, unknown>> {
  return {
    label: () => `dict[str,${value.label()}]`,
    hasOwnTitle: () => false,
    read: (input, reading) =>
      isRecord(input) ? readValues(value, input, reading) : reading.fail('dict_type', 'Input should be a valid dictionary', input),
    describe(description) {
      const values = value.describe(description)
      return { type: 'object', additionalProperties: Object.keys(values).length === 0 ? true : values }
    },
  }
}

/** Plain JSON objects; a RawNumber is an object too. */
export function isRecord(input: Json | undefined): input is JsonObject {
  if (typeof input !== 'object' || input === null || Array.isArray(input)) return false
  return input['rawJSON'] === undefined || !isRawNumber(input)
}

function readValues<Value>(value: Schema<Value>, input: JsonObject, reading: Reading): Record<string, Value> | Invalid {
  const values: Record<string, Value> = {}
  let valid = true
  for (const key of Object.keys(input)) {
    const mark = reading.issues.length
    const read = value.read(input[key], reading)
    if (read !== invalid) setOwn(values, key, read)
    else {
      reading.within(key, mark)
      valid = false
    }
  }
  return valid ? values : invalid
}

/** Sets a key that users chose: `__proto__` is a key like any other in JSON. */
export function setOwn(target: Record<string, unknown>, key: string, value: unknown): void {
  if (key === '__proto__') Object.defineProperty(target, key, { value, enumerable: true, configurable: true, writable: true })
  else target[key] = value
}

function tooShort(kind: string, minimum: number, actual: number, input: Json, reading: Reading): Invalid {
  const msg = `${kind} should have at least ${count(minimum, 'item')} after validation, not ${actual}`
  return reading.fail('too_short', msg, input, { field_type: kind, min_length: minimum, actual_length: actual })
}

export function tooLong(kind: string, maximum: number, actual: number, input: Json, reading: Reading): Invalid {
  const msg = `${kind} should have at most ${count(maximum, 'item')} after validation, not ${actual}`
  return reading.fail('too_long', msg, input, { field_type: kind, max_length: maximum, actual_length: actual })
}
