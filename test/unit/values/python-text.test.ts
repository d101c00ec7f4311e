import { expect, test } from 'vitest'
import { pythonRepr } from '../../../src/values/python-text.ts'

// What Python 3.11 prints for repr() of the same text.
test.each([
  ['plain', "'plain'"],
  ["it's", '"it\'s"'],
  ['say "hi"', '\'say "hi"\''],
  ['both \' and "', "'both \\' and \"'"],
  ['line\nbreak\t\\', "'line\\nbreak\\t\\\\'"],
  ['\u0000\u007f\u00a0', "'\\x00\\x7f\\xa0'"],
  ['ünïcode 🎉', "'ünïcode 🎉'"],
  ['\u2028', "'\\u2028'"],
])('repr of %j', (text, written) => expect(pythonRepr(text)).toBe(written))
