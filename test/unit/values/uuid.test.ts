import { expect, test } from 'vitest'
import { isUuid, uuid7 } from '../../../src/values/uuid.ts'

test('ids of version 7 grow, never repeat, and carry version and variant', () => {
  const ids = Array.from({ length: 20_000 }, () => uuid7())
  expect(new Set(ids).size).toBe(ids.length)
  expect(ids.toSorted()).toEqual(ids)
  for (const id of ids.slice(0, 2000)) {
    expect(isUuid(id)).toBe(true)
    expect(id[14]).toBe('7')
    expect('89ab').toContain(id[19])
  }
})

test('only canonical text is an id', () => {
  expect(isUuid('0190A7E0-0000-7000-8000-000000000000')).toBe(false)
  expect(isUuid('0190a7e000007000800000000000000a')).toBe(false)
})
