import { describe, expect, test } from 'vitest'
import * as s from '../../../src/schema/index.ts'
import { parseJson } from '../../../src/values/json.ts'
import { Timestamp } from '../../../src/values/timestamp.ts'

const Address = s.model('Address', { city: s.string(), zip: s.optional(s.nullable(s.string()), null) })
const Person = s.model('Person', {
  name: s.string(),
  tags: s.optional(s.list(s.string()), ['new']),
  meta: s.optional(s.dict(), {}),
  born: s.optional(s.nullable(s.datetime()), null),
  address: s.optional(s.nullable(Address), null),
  previous: s.optional(s.list(Address), () => []),
  homes: s.optional(s.dict(Address), () => ({})),
})

describe('what was sent', () => {
  test('is known field by field, null included, in models within models too', () => {
    const person = s.validate(Person, {
      born: null,
      name: 'Ada',
      unknown: 1,
      address: { city: 'London' },
      previous: [{ city: 'Paris', zip: null }],
      homes: { summer: { city: 'Bath' } },
    })
    expect([...s.sentFields(person)]).toEqual(['name', 'born', 'address', 'previous', 'homes'])
    expect(s.onlySent(person)).toEqual({
      name: 'Ada',
      born: null,
      address: { city: 'London' },
      previous: [{ city: 'Paris', zip: null }],
      homes: { summer: { city: 'Bath' } },
    })
  })

  test('keeps the classes of values', () => {
    const { born } = s.onlySent(s.validate(Person, { name: 'Ada', born: '1815-12-10' }))
    expect(born).toEqual(Timestamp.fromCanonical('1815-12-10T00:00:00.000000Z'))
  })

  test('is not visible in the value', () => {
    const value = s.validate(Address, { city: 'Rome' })
    expect(Reflect.ownKeys(value)).toEqual(['city', 'zip'])
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype)
  })

  test('outlives a validator that makes a new object', () => {
    const Upper = s.after(Address, (address) => ({ ...address, city: address.city.toUpperCase() }))
    const value = s.validate(Upper, { city: 'Rome' })
    expect(value).toEqual({ city: 'ROME', zip: null })
    expect([...s.sentFields(value)]).toEqual(['city'])
  })

  test('is not known of other objects', () => {
    expect(() => s.sentFields({ city: 'Rome' })).toThrow(TypeError)
  })

  test('includes the other keys when they are allowed', () => {
    const Open = s.model('Open', { a: s.optional(s.integer(), 1) }, { extra: 'allow' })
    const value = s.validate(Open, parseJson('{"b": 1.0, "__proto__": {"c": 1}}'))
    expect([...s.sentFields(value)]).toEqual(['b', '__proto__'])
    expect(JSON.stringify(value)).toBe('{"a":1,"b":1.0,"__proto__":{"c":1}}')
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype)
  })
})

describe('defaults', () => {
  test('are never shared', () => {
    const [first, second] = [s.validate(Person, { name: 'a' }), s.validate(Person, { name: 'b' })]
    first.tags.push('changed')
    first.meta['key'] = 1
    expect(second.tags).toEqual(['new'])
    expect(second.meta).toEqual({})
    expect(s.validate(Person, { name: 'c' }).tags).toEqual(['new'])
  })

  test('may be null for what takes no null', () => {
    const Page = s.parameters({ limit: s.optional(s.integer(), null) })
    expect(s.readBody(Page, '{"limit": null}')).toEqual({ limit: null })
    expect(s.readBody(Page, '{"limit": "5"}')).toEqual({ limit: 5 })
    const Strict = s.model('Strict', { limit: s.optional(s.integer(), null) })
    expect(s.validate(Strict, {})).toEqual({ limit: null })
    expect(() => s.validate(Strict, { limit: null })).toThrow('body.limit: Input should be a valid integer')
  })

  test('stay when a validator is put around them', () => {
    const Checked = s.model('Checked', { size: s.check(s.optional(s.integer(), 3), (size) => (size > 9 ? 'too large' : null)) })
    expect(s.validate(Checked, {})).toEqual({ size: 3 })
    expect(() => s.validate(Checked, { size: 10 })).toThrow('body.size: Value error, too large')
  })

  test('pass through the functions that come after them', () => {
    const Doubled = s.model('Doubled', { size: s.after(s.optional(s.integer(), 3), (size) => size * 2) })
    expect(s.validate(Doubled, {})).toEqual({ size: 6 })
  })
})

describe('models', () => {
  test('are extended: new fields, changed fields, changed options', () => {
    const Longer = Address.extend('Longer', { zip: s.integer(), country: s.string() }, { extra: 'forbid' })
    expect(s.validate(Longer, { city: 'Rome', zip: '1', country: 'IT' })).toEqual({ city: 'Rome', zip: 1, country: 'IT' })
    expect(() => s.validate(Longer, { city: 'Rome', zip: 1, country: 'IT', more: 1 })).toThrow('body.more: Extra inputs')
    expect(s.validate(Address, { city: 'Rome', more: 1 })).toEqual({ city: 'Rome', zip: null })
  })

  test('have no fields whose names every object knows', () => {
    expect(() => s.model('Odd', { constructor: s.string() })).toThrow('constructor')
    expect(() => s.parameters({ toString: s.string() })).toThrow('toString')
  })

  test('pass errors that are not ValueError on', () => {
    const Broken = s.after(s.string(), () => {
      throw new RangeError('a fault')
    })
    expect(() => s.validate(Broken, 'x')).toThrow(RangeError)
  })
})

test('users’ JSON passes through as it was written', () => {
  const text = '{"a":1.0,"b":[1e5,-0,12345678901234567890,0.1],"c":{"__proto__":1.50}}'
  expect(JSON.stringify(s.validate(s.any(), parseJson(text)))).toBe(text)
  expect(JSON.stringify(s.validate(s.dict(), parseJson(text)))).toBe(text)
})

test('collect appends issues below its place and leaves those that are there', () => {
  const issues: s.ValidationIssue[] = [{ type: 'x', loc: [], msg: 'x', input: null }]
  expect(s.collect(s.list(s.integer()), ['a', 1], ['query', 'ids'], issues)).toBe(s.invalid)
  expect(issues.map((issue) => issue.loc)).toEqual([[], ['query', 'ids', 0]])
})
