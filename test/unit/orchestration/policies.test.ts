import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { flowPolicies, globalFlowPolicy, globalTaskPolicy, rulesFor, taskPolicies } from '../../../src/orchestration/policies.ts'
import { type StateType, stateTypes } from '../../../src/orchestration/states.ts'
import type { Rule } from '../../../src/orchestration/transition.ts'

const reference = readFileSync(new URL('../../contract/orchestration.tsv', import.meta.url), 'utf8')
const rows = reference
  .trimEnd()
  .split('\n')
  .slice(1)
  .map((line) => line.split('\t'))

const policies = new Map<string, readonly Rule<never>[]>(Object.entries({ ...flowPolicies, ...taskPolicies }))
const typeIn = (text: string | undefined): StateType | null => stateTypes.find((type) => type === text) ?? null

describe('policies', () => {
  test('are those of the reference for every pair of state types', () => {
    expect(rows).toHaveLength(630)
    const ours = rows.map(([policy = '', from, to]) => {
      const rules = rulesFor(policies.get(policy) ?? [], typeIn(from), typeIn(to))
      return [policy, from, to, rules.map((rule) => rule.name).join(' > ')]
    })
    expect(ours).toEqual(rows.map((row) => [...row, ''].slice(0, 4)))
  })

  test('are all there', () => {
    expect([...policies.keys()].toSorted()).toEqual([...new Set(rows.map(([policy]) => policy))].toSorted())
  })

  test('have the global policy inside', () => {
    expect(globalFlowPolicy.map((rule) => rule.name).join(' > ')).toBe(
      'EnsureFlowRunStateTimestampIsUnique > SetRunStateType > SetRunStateName > SetRunStateTimestamp > SetStartTime > SetEndTime > ' +
        'IncrementRunTime > SetExpectedStartTime > SetNextScheduledStartTime > UpdateStateDetails > UpdateSubflowParentTask > ' +
        'UpdateSubflowStateDetails > IncrementFlowRunCount > RemoveResumingIndicator',
    )
    expect(globalTaskPolicy.map((rule) => rule.name).join(' > ')).toBe(
      'SetRunStateType > SetRunStateName > SetRunStateTimestamp > SetStartTime > SetEndTime > IncrementRunTime > ' +
        'SetExpectedStartTime > SetNextScheduledStartTime > UpdateStateDetails > IncrementTaskRunCount',
    )
  })
})
