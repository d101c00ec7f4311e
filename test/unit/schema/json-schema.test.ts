import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import * as s from '../../../src/schema/index.ts'
import * as prefect from '../../../src/schema/prefect.ts'
import { Duration } from '../../../src/values/duration.ts'

/** From the reference's OpenAPI document, without descriptions and examples. */
const components: Record<string, unknown> = JSON.parse(readFileSync(new URL('components.json', import.meta.url), 'utf8'))

const forbid = { extra: 'forbid' } as const
const text = s.optional(s.nullable(s.string()), null)
const texts = s.optional(s.nullable(s.list(s.string())), null)
const id = s.optional(s.nullable(s.uuid()), null)
const time = s.optional(s.nullable(s.datetime()), null)
const flag = s.optional(s.nullable(s.boolean()), null)
const tags = s.optional(s.list(s.string()), () => [])

const Operator = s.optional(s.enumeration('Operator', ['and_', 'or_']), 'and_')
const FlowSort = s.enumeration('FlowSort', ['CREATED_DESC', 'UPDATED_DESC', 'NAME_ASC', 'NAME_DESC'])
const StateType = s.enumeration('StateType', [
  'SCHEDULED',
  'PENDING',
  'RUNNING',
  'COMPLETED',
  'FAILED',
  'CANCELLED',
  'CRASHED',
  'PAUSED',
  'CANCELLING',
])
const uuids = s.optional(s.nullable(s.list(s.uuid())), null)
const maybe = <Output>(schema: s.Schema<Output>): s.Schema<Output | null> => s.optional(s.nullable(schema), null)

const FlowUpdate = s.model('FlowUpdate', { tags }, forbid)
const FlowCreate = FlowUpdate.extend('FlowCreate', {
  name: prefect.Name,
  labels: s.optional(s.nullable(prefect.KeyValueLabels), () => ({})),
})
const FlowFilter = s.model(
  'FlowFilter',
  {
    operator: Operator,
    id: maybe(s.model('FlowFilterId', { any_: uuids, not_any_: uuids }, forbid)),
    deployment: maybe(s.model('FlowFilterDeployment', { operator: Operator, is_null_: flag }, forbid)),
    name: maybe(s.model('FlowFilterName', { any_: texts, like_: text }, forbid)),
    tags: maybe(s.model('FlowFilterTags', { operator: Operator, all_: texts, is_null_: flag }, forbid)),
  },
  forbid,
)
const FlowRunFilter = s.model('FlowRunFilter', {})
const TaskRunFilter = s.model('TaskRunFilter', {})
const DeploymentFilter = s.model('DeploymentFilter', {})
const WorkPoolFilter = s.model('WorkPoolFilter', {})
const WorkQueueFilter = s.model('WorkQueueFilter', {})

const VariableCreate = s.model('VariableCreate', { name: prefect.VariableName, value: prefect.StrictVariableValue, tags }, forbid)

const IntervalSchedule = s.model(
  'IntervalSchedule',
  { interval: prefect.PositiveInterval, anchor_date: s.optional(s.datetime(), null), timezone: text },
  forbid,
)
const CronSchedule = s.model('CronSchedule', { cron: s.string(), timezone: text, day_or: s.optional(s.boolean(), true) }, forbid)
const DeploymentScheduleCreate = s.model(
  'DeploymentScheduleCreate',
  {
    active: s.optional(s.boolean(), true),
    schedule: s.check(s.union(IntervalSchedule, CronSchedule, s.model('RRuleSchedule', {})), () => null),
    max_scheduled_runs: s.optional(s.nullable(prefect.PositiveInteger), null),
    parameters: s.optional(s.dict(), () => ({})),
    slug: text,
    replaces: text,
  },
  forbid,
)

const StateDetails = s.model('StateDetails', {
  flow_run_id: id,
  task_run_id: id,
  child_flow_run_id: id,
  scheduled_time: time,
  cache_key: text,
  cache_expiration: time,
  deferred: s.optional(s.nullable(s.boolean()), false),
  untrackable_result: s.optional(s.boolean(), false),
  pause_timeout: time,
  pause_reschedule: s.optional(s.boolean(), false),
  pause_key: text,
  run_input_keyset: s.optional(s.nullable(s.dict(s.string())), null),
  refresh_cache: flag,
  retriable: flag,
  transition_id: id,
  task_parameters_id: id,
  traceparent: text,
  deployment_concurrency_lease_id: id,
})
const StateCreate = s.model(
  'StateCreate',
  {
    type: StateType,
    name: text,
    message: text,
    data: s.optional(s.nullable(s.any()), null),
    state_details: s.after(
      s.optional(StateDetails, () => s.validate(StateDetails, {})),
      (details) => details,
    ),
  },
  forbid,
)

const ResourceSpecification = s.root('ResourceSpecification', s.dict(s.union(s.string(), s.list(s.string()))))
const resources = s.union(ResourceSpecification, s.dict(s.union(s.string(), s.list(s.string()))))
const names = s.optional(s.set(s.string()), () => [])
const newId = s.optional(s.uuid(), () => '')
const EventTrigger = s.model('EventTrigger', {
  type: s.optional(s.literal('event'), 'event'),
  id: newId,
  match: s.optional(resources, () => ({})),
  match_related: s.optional(s.union(ResourceSpecification, s.dict(s.union(s.string(), s.list(s.string()))), s.list(resources)), () => ({})),
  after: names,
  expect: names,
  for_each: names,
  posture: s.literal('Reactive', 'Proactive'),
  threshold: s.optional(s.integer(), 1),
  within: s.optional(s.timedelta(), Duration.zero),
})
const triggers: s.Schema<unknown[]> = s.list(
  s.union(
    EventTrigger,
    s.lazy((): s.Schema<unknown> => CompoundTrigger),
    s.lazy((): s.Schema<unknown> => SequenceTrigger),
  ),
)
const within = s.nullable(s.timedelta())
const CompoundTrigger = s.model('CompoundTrigger', {
  type: s.optional(s.literal('compound'), 'compound'),
  id: newId,
  triggers,
  within,
  require: s.union(s.integer(), s.literal('any', 'all')),
})
const SequenceTrigger = s.model('SequenceTrigger', { type: s.optional(s.literal('sequence'), 'sequence'), id: newId, triggers, within })

const Edge = s.model('Edge', { id: s.uuid() })
const GraphArtifact = s.model('GraphArtifact', {})
const Node = s.model('Node', {
  kind: s.literal('flow-run', 'task-run'),
  id: s.uuid(),
  label: s.string(),
  state_type: StateType,
  start_time: s.datetime(),
  end_time: s.nullable(s.datetime()),
  parents: s.list(Edge),
  children: s.list(Edge),
  encapsulating: s.list(Edge),
  artifacts: s.list(GraphArtifact),
})
const Graph = s.model('Graph', {
  start_time: s.nullable(s.datetime()),
  end_time: s.nullable(s.datetime()),
  root_node_ids: s.list(s.uuid()),
  nodes: s.list(s.tuple(s.uuid(), Node)),
  artifacts: s.list(GraphArtifact),
  states: s.list(s.model('GraphState', {})),
})

const schemaErrors: s.Schema<unknown[]> = s.list(
  s.union(
    s.string(),
    s.lazy((): s.Schema<unknown> => SchemaValuePropertyError),
    s.lazy((): s.Schema<unknown> => SchemaValueIndexError),
  ),
)
const SchemaValuePropertyError = s.model('SchemaValuePropertyError', { property: s.string(), errors: schemaErrors })
const SchemaValueIndexError = s.model('SchemaValueIndexError', { index: s.integer(), errors: schemaErrors })

const read: s.Schema<unknown>[] = [
  FlowCreate,
  FlowUpdate,
  FlowFilter,
  VariableCreate,
  DeploymentScheduleCreate,
  StateCreate,
  CompoundTrigger,
  s.root('Resource', s.dict(s.string())),
  s.model(
    'EventRelatedFilter',
    {
      id: texts,
      role: texts,
      resources_in_roles: s.optional(s.nullable(s.list(s.tuple(s.string(), s.string()))), null),
      labels: maybe(ResourceSpecification),
    },
    forbid,
  ),
  s.model('LogFilterTextSearch', { query: s.string({ maxLength: 200 }) }, forbid),
  s.model('LogFilterLevel', { ge_: maybe(s.integer()), le_: maybe(s.integer()) }, forbid),
  s.model('ConcurrencyOptions', {
    collision_strategy: s.enumeration('ConcurrencyLimitStrategy', ['ENQUEUE', 'CANCEL_NEW']),
    grace_period_seconds: maybe(s.integer({ ge: 60, le: 86_400 })),
  }),
  s.model(
    'BlockTypeCreate',
    {
      name: prefect.Name,
      slug: prefect.BlockTypeSlug,
      logo_url: text,
      documentation_url: text,
      description: text,
      code_example: text,
    },
    forbid,
  ),
  s.model('Constant', { input_type: s.optional(s.literal('constant'), 'constant'), type: s.string() }),
  s.model('Parameter', { input_type: s.optional(s.literal('parameter'), 'parameter'), name: s.string() }),
  s.model('CallWebhook', {
    type: s.optional(s.literal('call-webhook'), 'call-webhook'),
    block_document_id: s.uuid(),
    payload: s.optional(s.string(), ''),
  }),
]

const written: s.Schema<unknown>[] = [
  CompoundTrigger,
  Graph,
  s.model('CreatedBy', { id, type: text, display_value: text }),
  s.model('SimpleFlowRun', {
    id: s.uuid(),
    state_type: StateType,
    timestamp: s.datetime(),
    duration: s.timedelta(),
    lateness: s.timedelta(),
  }),
  s.model('SchemaValuesValidationResponse', { errors: schemaErrors, valid: s.boolean() }),
]

const bodies: Record<string, s.Schema<unknown>> = {
  Body_flow_run_history_flow_runs_history_post: s.parameters({
    history_start: s.datetime(),
    history_end: s.datetime(),
    history_interval_seconds: s.timedelta(),
    flows: maybe(FlowFilter),
    flow_runs: maybe(FlowRunFilter),
    task_runs: maybe(TaskRunFilter),
    deployments: maybe(DeploymentFilter),
    work_pools: maybe(WorkPoolFilter),
    work_queues: maybe(WorkQueueFilter),
  }),
  Body_read_flows_flows_filter_post: s.parameters({
    offset: s.optional(s.integer({ ge: 0 }), 0),
    flows: s.optional(FlowFilter, null),
    flow_runs: s.optional(FlowRunFilter, null),
    task_runs: s.optional(TaskRunFilter, null),
    deployments: s.optional(DeploymentFilter, null),
    work_pools: s.optional(WorkPoolFilter, null),
    sort: s.optional(FlowSort, 'NAME_ASC'),
    limit: s.optional(s.integer(), null),
  }),
  Body_resume_flow_run_flow_runs__id__resume_post: s.parameters({ run_input: maybe(s.dict()) }),
  Body_decrement_concurrency_limits_v1_concurrency_limits_decrement_post: s.parameters({
    names: s.list(s.string()),
    task_run_id: s.uuid(),
  }),
  Body_schedule_deployment_deployments__id__schedule_post: s.parameters({
    start_time: s.optional(s.datetime(), null),
    end_time: s.optional(s.datetime(), null),
    min_time: s.optional(s.timedelta(), null),
    min_runs: s.optional(s.integer(), null),
    max_runs: s.optional(s.integer(), null),
  }),
}

const schemas: Record<string, s.JsonSchema> = {}
for (const schema of read) s.jsonSchema(schema, 'validation', schemas)
for (const schema of written) s.jsonSchema(schema, 'serialization', schemas)
for (const [name, schema] of Object.entries(bodies)) schemas[name] = { ...s.jsonSchema(schema, 'validation', schemas), title: name }
const { components: settled } = s.settleNames({ components: { schemas } })

test.each(Object.keys(components))('%s is described as by the reference', (name) => {
  const described = JSON.parse(JSON.stringify(settled.schemas[name] ?? null))
  // `extend` puts new fields behind those of its model; the order of properties says nothing.
  expect(described).toEqual(components[name])
})

test('titles are those of Python', () => {
  expect(['is_null_', 'flow_id', 'any_', 'x', 'oauth2_url', 'HTTPStatus', '_private', "it's"].map(s.titleOf)).toEqual([
    'Is Null',
    'Flow Id',
    'Any',
    'X',
    'Oauth2 Url',
    'Httpstatus',
    'Private',
    "It'S",
  ])
})
