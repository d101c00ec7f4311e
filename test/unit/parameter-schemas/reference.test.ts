/** Hydration and validation, case by case as the reference says (reference.py wrote the cases). */
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { HydrationError, hydrate } from '../../../src/events/hydration.ts'
import { errorTree } from '../../../src/resources/parameter-schemas/error-tree.ts'
import { checkSchema, collectIssues, UnusableSchema, validateValues } from '../../../src/resources/parameter-schemas/validation.ts'
import { type JsonObject, parseJson } from '../../../src/values/json.ts'

interface Case {
  kind: 'values' | 'schema' | 'hydrate'
  values: JsonObject
  schema: JsonObject
  answer: unknown
}

const text = readFileSync(new URL('cases.jsonl', import.meta.url), 'utf8')
const cases = text
  .trimEnd()
  .split('\n')
  .map((line) => parseJson(line) as unknown as Case)

const context = {
  variables: new Map([['v', '7']]),
  checkTemplate: () => null,
  renderTemplate: (template: string) => ({ text: template }),
}

function said(work: () => unknown): unknown {
  try {
    return work()
  } catch (error) {
    if (!(error instanceof UnusableSchema)) throw error
    return error.message.includes('circular') ? 'circular' : error.message.replace('Invalid schema: ', '')
  }
}

function answer({ kind, values, schema }: Case): unknown {
  if (kind === 'schema') return checkSchema(schema)
  if (kind === 'hydrate') {
    try {
      return { values: hydrate(values, context) }
    } catch (error) {
      if (!(error instanceof HydrationError)) throw error
      return { problem: error.message }
    }
  }
  return {
    best: said(() => validateValues(values, schema)),
    lenient: said(() => validateValues(values, schema, { ignoreRequired: true, allowNoneWithDefault: true })),
    tree: said(() => errorTree(collectIssues(values, schema))),
  }
}

describe('parameter schemas', () => {
  it.each(cases.map((each, index) => [index, each] as const))('case %i is as the reference says', (_, each) => {
    const written = (value: unknown): unknown => JSON.parse(JSON.stringify(value))
    expect(written(answer(each)), JSON.stringify(each)).toEqual(written(each.answer))
  })
})
