/** Whatever somebody writes as a template: it is rendered, or refused in the ways that callers know. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Dict, Tuple } from '../../../src/events/templates/containers.ts'
import { filters } from '../../../src/events/templates/filters/index.ts'
import {
  renderTemplate,
  TemplateRenderError,
  TemplateSecurityError,
  TemplateSyntaxError,
  validateTemplate,
} from '../../../src/events/templates/index.ts'
import { tests } from '../../../src/events/templates/tests.ts'

const context = [
  ['n', 42n],
  ['f', -1.5],
  ['text', 'a <b> ü 🎉'],
  ['list', [3n, 'x', null, 1.5]],
  ['dict', new Dict([['a', 1n]])],
  ['pair', new Tuple([1n, 'two'])],
] as const

const atom = fc.constantFrom(
  'n',
  'f',
  'text',
  'list',
  'dict',
  'pair',
  'missing',
  'none',
  'true',
  '0',
  '-7',
  '2.5',
  '"s"',
  "''",
  '[]',
  '{}',
  '()',
  'range(3)',
  'dict',
  'loop',
)
const name = fc.constantFrom(...Object.keys(filters).filter((each) => each !== 'random'))
const testName = fc.constantFrom(...Object.keys(tests).filter((each) => /^\w+$/.test(each)))
const operator = fc.constantFrom('+', '-', '*', '/', '//', '%', '**', '~', '==', '<', '>=', 'in', 'not in', 'and', 'or')
const method = fc.constantFrom('upper', 'split', 'items', 'get', 'format', 'x', '__class__', 'append', 'center', 'zfill', 'index', 'real')
const expression = fc.letrec<{ any: string }>((tie) => ({
  any: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    atom,
    fc.tuple(tie('any'), operator, tie('any')).map(([left, symbol, right]) => `(${left}) ${symbol} (${right})`),
    fc.tuple(tie('any'), name).map(([value, filter]) => `(${value})|${filter}`),
    fc.tuple(tie('any'), name, tie('any'), tie('any')).map(([value, filter, one, two]) => `(${value})|${filter}(${one}, ${two})`),
    fc.tuple(tie('any'), testName, tie('any')).map(([value, test, one]) => `(${value}) is ${test}(${one})`),
    fc.tuple(tie('any'), method).map(([value, attribute]) => `(${value}).${attribute}`),
    fc.tuple(tie('any'), method, tie('any')).map(([value, attribute, one]) => `(${value}).${attribute}(${one})`),
    fc.tuple(tie('any'), tie('any'), tie('any')).map(([value, from, to]) => `(${value})[${from}:${to}]`),
    fc.tuple(tie('any'), tie('any')).map(([value, key]) => `(${value})[${key}]`),
  ),
})).any
const fragment = fc.oneof(
  expression.map((each) => `{{ ${each} }}`),
  expression.map((each) => `{% for x in ${each} %}{{ x }}{{ loop.index }}{% endfor %}`),
  fc.constantFrom(
    '{{',
    '}}',
    '{%',
    '%}',
    '{#',
    '#}',
    '{% if n %}',
    '{% endif %}',
    '{% set q = n %}',
    '{% raw %}',
    '{% endraw %}',
    ' - ',
    '"',
    '\\',
    '\n',
    '|',
    '(',
    ']',
  ),
)
const template = fc.array(fragment, { maxLength: 4 }).map((parts) => parts.join(''))

test('a template is rendered or refused', () => {
  fc.assert(
    fc.property(template, fc.boolean(), (text, isAsync) => {
      try {
        validateTemplate(text)
      } catch (error) {
        expect(error instanceof TemplateSyntaxError || error instanceof TemplateSecurityError, `${text}: ${error}`).toBe(true)
      }
      try {
        renderTemplate(text, context, { isAsync })
      } catch (error) {
        if (!(error instanceof TemplateRenderError)) throw error
      }
    }),
    { numRuns: 3000, seed: 20261128 },
  )
})

test('text without anything to render comes back as it is', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (text) => {
      fc.pre(!text.includes('{{') && !text.includes('{%'))
      expect(renderTemplate(text, [])).toBe(text)
    }),
  )
})
