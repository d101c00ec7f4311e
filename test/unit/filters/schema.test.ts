import { describe, expect, test } from 'vitest'
import { AutomationFilter } from '../../../src/resources/automations/filter.ts'
import { BlockDocumentFilter } from '../../../src/resources/block-documents/filter.ts'
import { BlockTypeFilter } from '../../../src/resources/block-types/filter.ts'
import { DeploymentFilter } from '../../../src/resources/deployments/filter.ts'
import type { Filter } from '../../../src/resources/filtering/filter.ts'
import { FlowRunFilter } from '../../../src/resources/flow-runs/filter.ts'
import { FlowFilter } from '../../../src/resources/flows/filter.ts'
import { LogFilter } from '../../../src/resources/logs/filter.ts'
import { TaskRunFilter } from '../../../src/resources/task-runs/filter.ts'
import { WorkerFilter } from '../../../src/resources/workers/filter.ts'
import { collect, type ValidationIssue, validate } from '../../../src/schema/index.ts'
import type { Json } from '../../../src/values/json.ts'

const wrong: [string, Filter<unknown>, Json, [string, string][]][] = [
  ['no object', FlowFilter, 5, [['', 'model_attributes_type']]],
  ['a list', FlowFilter, [], [['', 'model_attributes_type']]],
  ['an unknown field', FlowFilter, { nope: 1 }, [['nope', 'extra_forbidden']]],
  ['an unknown word', FlowFilter, { name: { nope_: 1 } }, [['name.nope_', 'extra_forbidden']]],
  ['a word of another field', FlowFilter, { tags: { any_: ['a'] } }, [['tags.any_', 'extra_forbidden']]],
  ['an operator where there is none', FlowFilter, { name: { operator: 'or_' } }, [['name.operator', 'extra_forbidden']]],
  ['an operator where no filter has one', BlockTypeFilter, { operator: 'and_' }, [['operator', 'extra_forbidden']]],
  ['an unknown operator', FlowFilter, { operator: 'xor_' }, [['operator', 'enum']]],
  ['no operator', FlowFilter, { operator: null }, [['operator', 'enum']]],
  ['an operator of a field', FlowRunFilter, { tags: { operator: 'OR' } }, [['tags.operator', 'enum']]],
  ['a text for a list', FlowFilter, { name: { any_: 'a' } }, [['name.any_', 'list_type']]],
  ['null in a list', FlowFilter, { name: { any_: ['a', null] } }, [['name.any_.1', 'string_type']]],
  ['no id', FlowFilter, { id: { any_: ['x'] } }, [['id.any_.0', 'uuid_parsing']]],
  ['a number for a text', FlowFilter, { name: { like_: 5 } }, [['name.like_', 'string_type']]],
  ['no truth value', FlowFilter, { tags: { is_null_: 'perhaps' } }, [['tags.is_null_', 'bool_parsing']]],
  ['no state type', FlowRunFilter, { state: { type: { any_: ['running'] } } }, [['state.type.any_.0', 'enum']]],
  ['no worker status', WorkerFilter, { status: { not_any_: ['BUSY'] } }, [['status.not_any_.0', 'enum']]],
  ['no time', FlowRunFilter, { start_time: { before_: 'soon' } }, [['start_time.before_', 'value_error']]],
  ['not_any_ where there is none', TaskRunFilter, { id: { not_any_: [] } }, [['id.not_any_', 'extra_forbidden']]],
  ['no level', LogFilter, { level: { ge_: 1.5 } }, [['level.ge_', 'int_from_float']]],
  ['a search without query', LogFilter, { text: {} }, [['text.query', 'missing']]],
  ['a long search', LogFilter, { text: { query: 'x'.repeat(201) } }, [['text.query', 'string_too_long']]],
  ['created after', AutomationFilter, { created: { after_: '2024-01-01' } }, [['created.after_', 'extra_forbidden']]],
  ['a deprecated word, badly', DeploymentFilter, { concurrency_limit: { ge_: 'x' } }, [['concurrency_limit.ge_', 'int_parsing']]],
  [
    'several things',
    FlowFilter,
    { id: [], name: { any_: [1, 'a', 2] }, nope: 1 },
    [
      ['id', 'model_attributes_type'],
      ['name.any_.0', 'string_type'],
      ['name.any_.2', 'string_type'],
      ['nope', 'extra_forbidden'],
    ],
  ],
]

describe('what is wrong', () => {
  test.each(wrong)('%s', (_name, filter, value, expected) => {
    const issues: ValidationIssue[] = []
    collect(filter.schema, value, [], issues)
    expect(issues.map(({ loc, type }) => [loc.join('.'), type])).toEqual(expected)
  })
})

describe('what is read', () => {
  test('everything may be left out', () => {
    expect(validate(FlowFilter.schema, {})).toEqual({ operator: 'and_', id: null, deployment: null, name: null, tags: null })
  })

  test('null asks for nothing', () => {
    expect(validate(FlowFilter.schema, { id: null, name: { any_: null } })).toMatchObject({ id: null, name: { any_: null, like_: null } })
  })

  test('ids are read in any spelling', () => {
    const id = { any_: ['urn:uuid:0F4E8A5C-3B1D-4C6E-9F2A-7D8B6C5E4F3A'] }
    expect(validate(FlowFilter.schema, { id })).toMatchObject({ id: { any_: ['0f4e8a5c-3b1d-4c6e-9f2a-7d8b6c5e4f3a'] } })
  })

  test('the defaults that are not null', () => {
    expect(validate(BlockDocumentFilter.schema, {})).toMatchObject({ is_anonymous: { eq_: false } })
    expect(validate(TaskRunFilter.schema, { flow_run_id: {} })).toMatchObject({ flow_run_id: { is_null_: false, operator: 'and_' } })
  })
})
