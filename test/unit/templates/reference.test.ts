/** Templates rendered by the reference and by us, with the same context: same texts, same errors. */
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { Dict } from '../../../src/events/templates/containers.ts'
import { apiObjects, automationModel, eventModel, firingModel, fromJson, labelDiver } from '../../../src/events/templates/context.ts'
import {
  renderTemplate,
  TemplateRenderError,
  TemplateSecurityError,
  TemplateSyntaxError,
  validateTemplate,
} from '../../../src/events/templates/index.ts'
import type { Value } from '../../../src/events/templates/values.ts'
import { isJsonObject, type Json, type JsonObject, parseJson } from '../../../src/values/json.ts'

interface Rendered {
  text?: string
  error?: string
}
interface Answer extends Rendered {
  template: string
  invalid?: [type: string, line: number, message: string]
  sync?: Rendered
}

const read = (name: string): string => readFileSync(new URL(name, import.meta.url), 'utf8')
const answers = JSON.parse(read('answers.json')) as Answer[]
const uiUrl = 'http://ui.example:4200/base'

function context(): Map<string, Value> {
  const given = objectOf(parseJson(read('context.json')))
  const models = objectOf(parseJson(read('models.json')))
  const labels = fromJson(objectOf(given.models ?? null).labels ?? null)
  const listOf = (json: Json | undefined, reader: (each: Json) => Value): Value => (Array.isArray(json) ? json.map(reader) : null)
  return new Map<string, Value>([
    ...Object.entries(objectOf(given.plain ?? null)).map(([key, value]) => [key, fromJson(value)] as const),
    ['event', eventModel(uiUrl)(models.event ?? null)],
    ['automation', automationModel(models.automation ?? null)],
    ['firing', firingModel(uiUrl)(models.firing ?? null)],
    ['firings', listOf(models.firings, firingModel(uiUrl))],
    ['events', listOf(models.events, eventModel(uiUrl))],
    ['labels', labels instanceof Dict ? labelDiver(labels) : null],
    ...(['flow_run', 'flow', 'deployment', 'work_pool'] as const).map((name) => [name, apiObjects[name](models[name] ?? null)] as const),
  ])
}

function objectOf(json: Json): JsonObject {
  if (!isJsonObject(json)) throw new Error('not an object')
  return json
}

function render(template: string, isAsync: boolean): Rendered {
  try {
    return { text: renderTemplate(template, context(), { uiUrl, isAsync }) }
  } catch (error) {
    if (error instanceof TemplateRenderError) return { error: error.error }
    throw error
  }
}

/** Where objects lie in memory is nobody's business. */
function withoutAddresses({ text, error }: Rendered): Rendered {
  const mask = (value: string): string => value.replaceAll(/<[^<>]*(?:object|method|function)[^<>]*>/g, '<object>')
  return { ...(text === undefined ? {} : { text: mask(text) }), ...(error === undefined ? {} : { error: mask(error) }) }
}

describe('templates as the reference renders them', () => {
  it.each(answers)('$template', ({ template, invalid, sync, ...rendered }) => {
    expect(withoutAddresses(render(template, true))).toEqual(withoutAddresses(rendered))
    expect(withoutAddresses(render(template, false))).toEqual(withoutAddresses(sync ?? rendered))
    let problem: unknown
    try {
      validateTemplate(template)
    } catch (error) {
      if (!(error instanceof TemplateSyntaxError || error instanceof TemplateSecurityError)) throw error
      problem = [error instanceof TemplateSyntaxError ? error.type : 'TemplateSecurityError', error.line, error.message]
    }
    expect(problem).toEqual(invalid)
  })
})
