import { afterEach, describe, expect, test } from 'vitest'
import { ApiError } from '../../../src/resources/errors.ts'
import { limit, offset, offsetOf, page, pageOf, setDefaultLimit } from '../../../src/resources/filtering/pagination.ts'
import { InvalidInput, jsonSchema, parameters, readBody } from '../../../src/schema/index.ts'

const List = parameters({ limit, offset })
const Pages = parameters({ limit, page })

afterEach(() => setDefaultLimit(200))

describe('limit', () => {
  const allowed: [string, number][] = [
    ['{}', 200],
    ['{"limit": null}', 200],
    ['{"limit": 0}', 0],
    ['{"limit": 200}', 200],
    ['{"limit": "7"}', 7],
    ['{"limit": 7.0}', 7],
    ['', 200],
  ]
  test.each(allowed)('%s is %i', (body, expected) => expect(readBody(List, body).limit).toBe(expected))

  const refused: [string, string][] = [
    ['{"limit": 201}', 'Invalid limit: must be less than or equal to 200.'],
    ['{"limit": -1}', 'Invalid limit: must be greater than or equal to 0.'],
    ['{"limit": 201, "offset": -1}', 'Invalid limit: must be less than or equal to 200.'],
  ]
  test.each(refused)('%s is refused before all else', (body, detail) => {
    expect(() => readBody(List, body)).toThrow(expect.objectContaining({ status: 422, body: { detail } }))
    expect(() => readBody(List, body)).toThrow(ApiError)
  })

  test('the settings say how many', () => {
    setDefaultLimit(1000)
    expect(readBody(List, '{}').limit).toBe(1000)
    expect(readBody(List, '{"limit": 1000}').limit).toBe(1000)
    expect(() => readBody(List, '{"limit": 1001}')).toThrow(expect.objectContaining({ body: { detail: expect.stringContaining('1000') } }))
  })

  test('no number is an issue like any other', () => {
    const issues = (body: string): unknown => {
      try {
        return readBody(List, body)
      } catch (error) {
        return error instanceof InvalidInput ? error.issues.map(({ loc, type }) => [loc.join('.'), type]) : error
      }
    }
    expect(issues('{"limit": "x", "offset": -1}')).toEqual([
      ['body.limit', 'int_parsing'],
      ['body.offset', 'greater_than_equal'],
    ])
  })

  test('has no default in the document', () => {
    expect(jsonSchema(List, 'validation', {})).toEqual({
      type: 'object',
      properties: {
        limit: { type: 'integer', title: 'Limit' },
        offset: { type: 'integer', minimum: 0, title: 'Offset', default: 0 },
      },
    })
  })
})

describe('offset and page', () => {
  test('what is absent or null is the beginning', () => {
    expect(readBody(List, '{"offset": null}').offset).toBe(0)
    expect(readBody(Pages, '{}').page).toBe(1)
  })

  test('page 0 is refused', () => {
    expect(() => readBody(Pages, '{"page": 0}')).toThrow(InvalidInput)
  })

  test('what no database can count is still a number for it', () => {
    expect(readBody(List, '{"offset": 9223372036854775808}').offset).toBe(Number.MAX_SAFE_INTEGER)
    expect(offsetOf({ page: 2 ** 60, limit: 200 })).toBe(Number.MAX_SAFE_INTEGER)
    expect(offsetOf({ page: 3, limit: 20 })).toBe(40)
  })
})

describe('the reply', () => {
  const pages: [number, number, number][] = [
    [0, 10, 0],
    [1, 10, 1],
    [10, 10, 1],
    [11, 10, 2],
    [11, 0, 0],
  ]
  test.each(pages)('%i objects by %i are %i pages', (count, each, expected) => {
    expect(pageOf(['a'], count, { limit: each, page: 2 })).toEqual({ results: ['a'], count, limit: each, pages: expected, page: 2 })
  })
})
