import { expect, test } from 'vitest'
import { changedFields } from '../../../src/resources/deployments/changes.ts'

const before: Parameters<typeof changedFields>[0] = {
  description: null,
  tags: ['a'],
  parameters: { x: 1, y: { z: [1] } },
  parameter_openapi_schema: {},
  enforce_parameter_schema: true,
  entrypoint: null,
  path: null,
  pull_steps: [],
  work_queue_id: null,
  infra_overrides: {},
  paused: false,
  labels: null,
  version: null,
  concurrency_limit_id: null,
  concurrency_options: null,
}

test('what is the same in another order is no change', () => {
  expect(changedFields(before, { ...before, parameters: { y: { z: [1] }, x: 1 } })).toEqual({})
})

test('every change is told, from what and to what', () => {
  const after = { ...before, tags: [], parameters: { x: 1, y: { z: [2] } }, paused: true }
  expect(changedFields(before, after)).toEqual({
    tags: { from: ['a'], to: [] },
    parameters: { from: before.parameters, to: after.parameters },
    paused: { from: false, to: true },
  })
})
