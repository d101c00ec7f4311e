/** Lists, sets, dictionaries, and JSON that passes through. */
import { isJsonObject, isRawNumber, type Json, type JsonObject, toNumber } from '../values/json.ts'
import type { JsonSchema } from './json-schema.ts'
import { type Invalid, invalid, type Reading, type Schema } from './reading.ts'
import { count } from './text.ts'

/** Any JSON, untouched. */
export function any(): Schema<Json> {
  return {
    label: 'any',
    hasOwnTitle: false,
    read(input, reading) {
      reading.lax()
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
    label: `list[${item.label}]`,
    hasOwnTitle: false,
    takesMany: true,
    read(input, reading) {
      if (!Array.isArray(input)) return reading.fail('list_type', 'Input should be a valid list', input)
      if (maxLength !== undefined && input.length > maxLength) return tooLong('List', maxLength, input.length, input, reading)
      const items = readItems(item, input, reading)
      if (items === invalid) return invalid
      if (minLength !== undefined && items.length < minLength) return tooShort('List', minLength, items.length, input, reading)
      return items
    },
    describe: (description) => ({ type: 'array', items: item.describe(description), ...describeLengths('Items', { minLength, maxLength }) }),
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
export function set<Item>(item: Schema<Item>, { minLength, maxLength }: Lengths = {}): Schema<Item[]> {
  return {
    label: `set[${item.label}]`,
    hasOwnTitle: false,
    takesMany: true,
    read(input, reading) {
      if (!Array.isArray(input)) return reading.fail('set_type', 'Input should be a valid set', input)
      reading.lax()
      const items = readItems(item, input, reading)
      if (items === invalid) return invalid
      const unique = [...new Map(items.map((each) => [identity(each), each])).values()]
      if (maxLength !== undefined && unique.length > maxLength) return tooLong('Set', maxLength, unique.length, input, reading)
      if (minLength !== undefined && unique.length < minLength) return tooShort('Set', minLength, unique.length, input, reading)
      return unique
    },
    describe: (description) => ({
      type: 'array',
      uniqueItems: true,
      items: item.describe(description),
      ...describeLengths('Items', { minLength, maxLength }),
    }),
  }
}

/** What makes two items of a set the same. */
function identity(item: unknown): unknown {
  if (isRawNumber(item)) return toNumber(item)
  return typeof item === 'object' && item !== null ? JSON.stringify(item) : item
}

/** A dictionary whose keys are texts. */
export function dict(): Schema<JsonObject>
export function dict<Value>(value: Schema<Value>, lengths?: Lengths): Schema<Record<string, Value>>
export function dict(value?: Schema<unknown>, lengths: Lengths = {}): Schema<Record<string, unknown>> {
  const { minLength, maxLength } = lengths
  return {
    label: `dict[str,${value?.label ?? 'any'}]`,
    hasOwnTitle: false,
    read(input, reading) {
      if (!isJsonObject(input)) return reading.fail('dict_type', 'Input should be a valid dictionary', input)
      if (value === undefined) reading.lax()
      const values = value === undefined ? input : readValues(value, input, reading)
      if (values === invalid || (minLength === undefined && maxLength === undefined)) return values
      const length = Object.keys(values).length
      if (minLength !== undefined && length < minLength) return tooShort('Dictionary', minLength, length, input, reading)
      if (maxLength !== undefined && length > maxLength) return tooLong('Dictionary', maxLength, length, input, reading)
      return values
    },
    describe(description) {
      const values = value?.describe(description) ?? {}
      const additionalProperties: JsonSchema | true = Object.keys(values).length === 0 ? true : values
      return { type: 'object', additionalProperties, ...describeLengths('Properties', lengths) }
    },
  }
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

function describeLengths(noun: string, lengths: { minLength?: number | undefined; maxLength?: number | undefined }): JsonSchema {
  return {
    ...(lengths.minLength === undefined ? {} : { [`min${noun}`]: lengths.minLength }),
    ...(lengths.maxLength === undefined ? {} : { [`max${noun}`]: lengths.maxLength }),
  }
}
