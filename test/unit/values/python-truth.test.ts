import { expect, test } from 'vitest'
import { parseJson } from '../../../src/values/json.ts'
import { isTruthy } from '../../../src/values/python-truth.ts'

test.each(['null', 'false', '0', '0.0', '-0.0', '""', '[]', '{}'])('%s is nothing', (json) => expect(isTruthy(parseJson(json))).toBe(false))
test.each(['true', '1', '0.5', '1e5', '"0"', '[0]', '{"a": null}'])('%s is something', (json) =>
  expect(isTruthy(parseJson(json))).toBe(true),
)
