import { describe, expect, test } from 'vitest'
import { AutomationFilter } from '../../../src/resources/automations/filter.ts'
import { BlockDocumentFilter } from '../../../src/resources/block-documents/filter.ts'
import { DeploymentFilter } from '../../../src/resources/deployments/filter.ts'
import { whereRelated } from '../../../src/resources/filtering/related.ts'
import { FlowRunFilter } from '../../../src/resources/flow-runs/filter.ts'
import { FlowRunSort } from '../../../src/resources/flow-runs/sort.ts'
import { FlowFilter } from '../../../src/resources/flows/filter.ts'
import { LogFilter } from '../../../src/resources/logs/filter.ts'
import { TaskRunFilter } from '../../../src/resources/task-runs/filter.ts'
import { WorkQueueFilter } from '../../../src/resources/work-queues/filter.ts'
import { render, type Sql } from '../../../src/storage/sql.ts'
import { Timestamp } from '../../../src/values/timestamp.ts'

const noon = Timestamp.fromCanonical('2024-01-01T12:00:00.000001Z')
const everything = '(1 = 1)'

/** Parameters in their places, so that a case reads like SQL. */
function written(condition: Sql, dialect: 'sqlite' | 'postgres'): string {
  const { text, parameters } = render(condition, dialect)
  let next = 0
  return text
    .replaceAll('"', '')
    .replaceAll(/\s+/g, ' ')
    .replaceAll(dialect === 'sqlite' ? /\+\?/g : /\$\d+/g, () => JSON.stringify(parameters[next++]))
}

const cases: [string, Sql, { sqlite: string; postgres: string }][] = [
  ['nothing', FlowFilter.where(), { sqlite: everything, postgres: everything }],
  ['an empty filter', FlowFilter.where({}), { sqlite: everything, postgres: everything }],
  ['an empty field', FlowFilter.where({ name: {} }), { sqlite: everything, postgres: everything }],
  ['one of none', FlowFilter.where({ name: { any_: [] } }), { sqlite: '(1 = 0)', postgres: '(1 = 0)' }],
  ['none of none', FlowFilter.where({ id: { not_any_: [] } }), { sqlite: everything, postgres: everything }],
  ['one of one', FlowFilter.where({ name: { any_: ['a'] } }), { sqlite: 'flow.name = "a"', postgres: 'flow.name = "a"::text' }],
  [
    'one of two',
    FlowFilter.where({ name: { any_: ['a', 'b'] } }),
    { sqlite: 'flow.name IN (SELECT value FROM json_each("[\\"a\\",\\"b\\"]"))', postgres: 'flow.name = ANY(["a","b"]::text[])' },
  ],
  [
    'like, with the wildcards of the user',
    FlowFilter.where({ name: { like_: '5%_' } }),
    { sqlite: 'flow.name LIKE "%5%_%"', postgres: 'flow.name ILIKE "%5%_%"' },
  ],
  ['like nothing', FlowFilter.where({ name: { like_: '' } }), { sqlite: everything, postgres: everything }],
  [
    'both of two fields',
    FlowRunFilter.where({ flow_version: { any_: ['1'] }, end_time: { is_null_: true } }),
    {
      sqlite: '(flow_run.flow_version = "1" AND flow_run.end_time IS NULL)',
      postgres: '(flow_run.flow_version = "1"::text AND flow_run.end_time IS NULL)',
    },
  ],
  [
    'either of two fields',
    FlowRunFilter.where({ operator: 'or_', flow_version: { any_: ['1'] }, end_time: { is_null_: false } }),
    {
      sqlite: '(flow_run.flow_version = "1" OR flow_run.end_time IS NOT NULL)',
      postgres: '(flow_run.flow_version = "1"::text OR flow_run.end_time IS NOT NULL)',
    },
  ],
  [
    'either, one of which is everything',
    FlowRunFilter.where({ operator: 'or_', name: {}, flow_version: { any_: ['1'] } }),
    { sqlite: '((1 = 1) OR flow_run.flow_version = "1")', postgres: '((1 = 1) OR flow_run.flow_version = "1"::text)' },
  ],
  [
    'a start that may be the expected one',
    FlowRunFilter.where({ start_time: { before_: noon } }),
    {
      sqlite: 'coalesce(flow_run.start_time, flow_run.expected_start_time) <= "2024-01-01 12:00:00.000001"',
      postgres: 'coalesce(flow_run.start_time, flow_run.expected_start_time) <= "2024-01-01T12:00:00.000001Z"',
    },
  ],
  [
    'all tags',
    FlowRunFilter.where({ tags: { all_: ['a', 'b'] } }),
    {
      sqlite:
        'NOT EXISTS (SELECT 1 FROM json_each("[\\"a\\",\\"b\\"]") AS wanted WHERE wanted.value NOT IN (SELECT value FROM json_each(flow_run.tags)))',
      postgres: 'flow_run.tags ?& ["a","b"]::text[]',
    },
  ],
  [
    'no tags',
    FlowRunFilter.where({ tags: { is_null_: true } }),
    { sqlite: "flow_run.tags = '[]'", postgres: "flow_run.tags = '[]'::jsonb" },
  ],
  [
    'a state by type and name',
    TaskRunFilter.where({ state: { operator: 'or_', type: { any_: ['FAILED'] }, name: { any_: ['Late'] } } }),
    {
      sqlite: '(task_run.state_type = "FAILED" OR task_run.state_name = "Late")',
      postgres: '(task_run.state_type = "FAILED"::state_type OR task_run.state_name = "Late"::text)',
    },
  ],
  [
    'a state with and without types: as the reference, it asks for nothing',
    FlowRunFilter.where({ state: { type: { any_: ['FAILED'], not_any_: ['RUNNING'] } } }),
    { sqlite: everything, postgres: everything },
  ],
  [
    'task runs of flow runs',
    TaskRunFilter.where({ flow_run_id: {} }),
    { sqlite: 'task_run.flow_run_id IS NOT NULL', postgres: 'task_run.flow_run_id IS NOT NULL' },
  ],
  [
    'task runs without flow run, whatever the list says',
    TaskRunFilter.where({ flow_run_id: { any_: ['x'], is_null_: true } }),
    { sqlite: 'task_run.flow_run_id IS NULL', postgres: 'task_run.flow_run_id IS NULL' },
  ],
  [
    'task runs of any flow run or none',
    TaskRunFilter.where({ flow_run_id: { is_null_: null } }),
    { sqlite: everything, postgres: everything },
  ],
  [
    'no anonymous documents',
    BlockDocumentFilter.where(),
    { sqlite: 'block_document.is_anonymous = 0', postgres: 'block_document.is_anonymous = false' },
  ],
  ['all documents', BlockDocumentFilter.where({ is_anonymous: null }), { sqlite: everything, postgres: everything }],
  [
    'a deprecated field',
    DeploymentFilter.where({ operator: 'or_', concurrency_limit: { ge_: 1 }, paused: { eq_: true } }),
    { sqlite: 'deployment.paused = 1', postgres: 'deployment.paused = true' },
  ],
  [
    'names without beginnings count for nothing',
    WorkQueueFilter.where({ operator: 'or_', name: { startswith_: [] }, id: { any_: [] } }),
    { sqlite: '(1 = 0)', postgres: '(1 = 0)' },
  ],
  ['all of no tags', FlowFilter.where({ tags: { all_: [] } }), { sqlite: everything, postgres: everything }],
  [
    'all of no tags of an automation',
    AutomationFilter.where({ tags: { all_: [] } }),
    {
      sqlite:
        'NOT EXISTS (SELECT 1 FROM json_each("[]") AS wanted WHERE wanted.value NOT IN (SELECT value FROM json_each(automation.tags)))',
      postgres: 'automation.tags ?& []::text[]',
    },
  ],
  [
    'a search whose parts are alternatives too',
    LogFilter.where({ operator: 'or_', text: { query: 'A -b' } }),
    {
      sqlite: '(instr(lower(log.message || \' \' || log.name), "a") > 0 OR NOT (instr(lower(log.message || \' \' || log.name), "b") > 0))',
      postgres:
        '(strpos(lower(log.message || \' \' || log.name), "a") > 0 OR NOT (strpos(lower(log.message || \' \' || log.name), "b") > 0))',
    },
  ],
]

describe.each(['sqlite', 'postgres'] as const)('conditions on %s', (dialect) => {
  test.each(cases)('%s', (_name, condition, expected) => {
    expect(written(condition, dialect)).toBe(expected[dialect])
  })
})

describe('relatives', () => {
  const related: [string, Sql, string][] = [
    ['none', whereRelated('flow_runs', {}), everything],
    ['null is none', whereRelated('flow_runs', { flows: null, flow_runs: null }), everything],
    [
      'an empty filter asks for their existence',
      whereRelated('flows', { flow_runs: {} }),
      '((1 = 1) AND EXISTS (SELECT 1 FROM flow_run WHERE (flow_run.flow_id = flow.id AND (1 = 1))))',
    ],
    [
      'relatives of relatives',
      whereRelated('flows', { task_runs: { name: { any_: ['a'] } } }),
      '((1 = 1) AND EXISTS (SELECT 1 FROM flow_run WHERE (flow_run.flow_id = flow.id AND ' +
        'EXISTS (SELECT 1 FROM task_run WHERE (task_run.flow_run_id = flow_run.id AND task_run.name = "a")))))',
    ],
    [
      'certain relatives first',
      whereRelated('task_runs', { flows: { id: { any_: ['a'] } } }),
      '((1 = 1) AND task_run.flow_run_id IN (SELECT flow_run.id FROM flow_run WHERE ' +
        'flow_run.flow_id IN (SELECT flow.id FROM flow WHERE flow.id = "a")))',
    ],
    [
      'ids that are only an alternative name nobody',
      whereRelated('flow_runs', { flows: { operator: 'or_', id: { any_: ['a'] }, name: { any_: ['b'] } } }),
      '((1 = 1) AND EXISTS (SELECT 1 FROM flow WHERE (flow.id = flow_run.flow_id AND (flow.id = "a" OR flow.name = "b"))))',
    ],
    [
      'one queue for both its filters',
      whereRelated('flow_runs', { work_pool_queues: { name: { any_: ['q'] } }, work_pools: { name: { any_: ['p'] } } }),
      '((1 = 1) AND EXISTS (SELECT 1 FROM work_queue WHERE (work_queue.id = flow_run.work_queue_id AND work_queue.name = "q" AND ' +
        'EXISTS (SELECT 1 FROM work_pool WHERE (work_pool.id = work_queue.work_pool_id AND work_pool.name = "p")))))',
    ],
    ['documents are never anonymous unless asked', whereRelated('block_documents', {}), 'block_document.is_anonymous = 0'],
  ]
  test.each(related)('%s', (_name, condition, expected) => expect(written(condition, 'sqlite')).toBe(expected))
})

test('orders', () => {
  expect(FlowRunSort.words.map((word) => written(FlowRunSort.orderBy(word), 'postgres'))).toEqual([
    'flow_run.id DESC',
    'coalesce(flow_run.start_time, flow_run.expected_start_time) ASC',
    'coalesce(flow_run.start_time, flow_run.expected_start_time) DESC',
    'flow_run.expected_start_time ASC',
    'flow_run.expected_start_time DESC',
    'flow_run.name ASC',
    'flow_run.name DESC',
    'flow_run.next_scheduled_start_time ASC',
    'flow_run.end_time DESC',
  ])
})
