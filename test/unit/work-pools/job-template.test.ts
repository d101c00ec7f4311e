import { describe, expect, it } from 'vitest'
import { JobTemplate } from '../../../src/resources/work-pools/parts.ts'
import * as s from '../../../src/schema/index.ts'
import type { Json } from '../../../src/values/json.ts'

function problem(template: Json): string | null {
  try {
    s.validate(JobTemplate, template, [])
    return null
  } catch (error) {
    if (error instanceof s.InvalidInput) return error.issues[0]?.msg ?? ''
    throw error
  }
}

const variables = { type: 'object', properties: { image: { type: 'string' }, 'a.b': {}, env: {} } }
const undeclared = (names: string): string =>
  'Value error, The variables specified in the job configuration template must be present as properties in the variables schema. ' +
  `Your job configuration uses the following undeclared variable(s): ${names}.`
const incomplete = 'Value error, The `base_job_template` must contain both a `job_configuration` key and a `variables` key.'

describe('base job templates', () => {
  it.each<[string, Json, string | null]>([
    ['empty', {}, null],
    ['without variables', { job_configuration: { a: 1 } }, incomplete],
    ['with an empty job', { job_configuration: {}, variables }, incomplete],
    ['with a job that is no object', { job_configuration: [1], variables }, incomplete],
    ['all declared', { job_configuration: { a: '{{ image }}', b: ['{{a.b}}', { c: 'x {{ env }} y' }] }, variables }, null],
    ['one undeclared', { job_configuration: { a: '{{ image }}', b: { c: '{{ other }}' } }, variables }, undeclared('other')],
    ['an undeclared key', { job_configuration: { a: { '{{ key }}': 1 } }, variables }, undeclared('key')],
    ['single braces and odd names are no placeholders', { job_configuration: { a: '{image} {{ a b }} {{ ä }}' }, variables }, null],
    ['inherited names are not declared', { job_configuration: { a: '{{ constructor }}' }, variables }, undeclared('constructor')],
  ])('%s', (_title, template, expected) => {
    expect(problem(template)).toBe(expected)
  })
})
