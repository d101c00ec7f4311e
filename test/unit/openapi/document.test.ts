import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { documentationPages, serverDocumentation } from '../../../src/http/docs/pages.ts'
import { openApi } from '../../../src/openapi/document.ts'
import { mainOperations } from '../../../src/openapi/main-operations.ts'
import { replies } from '../../../src/openapi/replies.ts'
import { operations } from '../../../src/resources/index.ts'

type Json = { [key: string]: unknown }

/** The reference's document without descriptions and examples, as test/conformance/oracle/contract.py writes it. */
const reference = JSON.parse(gunzipSync(readFileSync(new URL('../../contract/openapi.json.gz', import.meta.url))).toString())
const ours = JSON.parse(JSON.stringify(await openApi({ title: 'Prefect REST API', version: '3.8.8' })))

function operationsOf(document: { paths: Record<string, Json> }): string[] {
  return Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
  )
}

test('every operation of the contract is served, and no other is described', () => {
  expect(operationsOf(ours).sort()).toEqual(operationsOf(reference).sort())
})

test('every reply in the table belongs to an operation', () => {
  const keys = new Set([...mainOperations, ...operations].map(({ method, path }) => `${method} ${path}`))
  expect(Object.keys(replies).filter((key) => !keys.has(key))).toEqual([])
})

test.each(Object.keys(reference.paths))('%s is described as by the reference', (path) => {
  expect(sorted(ours.paths[path])).toEqual(sorted(reference.paths[path]))
})

test('the components are those of the reference', () => {
  expect(Object.keys(ours.components.schemas).sort()).toEqual(Object.keys(reference.components.schemas).sort())
})

test.each(Object.keys(reference.components.schemas))('component %s is described as by the reference', (name) => {
  expect(sorted(ours.components.schemas[name])).toEqual(sorted(reference.components.schemas[name]))
})

test('the pages name the document', async () => {
  const pages = documentationPages(serverDocumentation('1.2.3'), async (info) => ({ info }))
  const text = async (path: string): Promise<string> => Buffer.from((await pages.get(path)?.())?.body ?? '').toString()
  for (const path of ['/docs', '/redoc']) expect(await text(path)).toContain('/openapi.json')
  expect(JSON.parse(await text('/openapi.json')).info.version).toBe('1.2.3')
})

/** Descriptions are not compared; the order of required properties says nothing, nor does an empty list of them. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted)
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).filter(
    ([key, each]) =>
      !(key === 'required' && Array.isArray(each) && each.length === 0) && !(key === 'description' && typeof each === 'string'),
  )
  return Object.fromEntries(
    entries.map(([key, each]) => [key, key === 'required' && Array.isArray(each) ? [...each].sort() : sorted(each)]),
  )
}
