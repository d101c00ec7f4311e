/** Puts something into every table that the API can reach. `mark` keeps the names of two fillings apart. */
import { randomUUID } from 'node:crypto'
import type { Json, Session } from './session.ts'

export interface Filled {
  flow: Json
  deployment: Json
  pool: Json
  runs: Json[]
  taskRun: Json
  document: Json
  variable: Json
  limit: Json
  automation: Json
  artifact: Json
  savedSearch: Json
}

export async function fill(server: Session, mark: string): Promise<Filled> {
  const pool = await server.post('/work_pools/', {
    name: `pool-${mark}`,
    type: 'process',
    description: 'ünï',
    base_job_template: {
      job_configuration: { image: '{{ image }}' },
      variables: { type: 'object', properties: { image: { type: 'string' } } },
    },
    concurrency_limit: 3,
  })
  await server.post(`/work_pools/${pool['name']}/queues`, { name: 'urgent', priority: 1, concurrency_limit: 2 })
  await server.post(`/work_pools/${pool['name']}/workers/heartbeat`, { name: `worker-${mark}`, heartbeat_interval_seconds: 30 })
  await server.post('/work_queues/', { name: `queue-${mark}` })
  const flow = await server.post('/flows/', { name: `flow-${mark}`, tags: ['a', 'b'], labels: { team: 'x', size: 2 } })
  const deployment = await server.post('/deployments/', {
    name: `deployment-${mark}`,
    flow_id: flow.id,
    work_pool_name: pool['name'],
    work_queue_name: 'urgent',
    tags: ['served'],
    parameters: { n: 1, nested: { list: [1.5, null, 'é'] } },
    parameter_openapi_schema: { type: 'object', properties: { n: { type: 'integer' }, nested: {} } },
    concurrency_limit: 2,
    concurrency_options: { collision_strategy: 'CANCEL_NEW' },
    schedules: [
      { schedule: { cron: '0 3 * * *', timezone: 'Europe/Berlin' }, active: false, slug: 'nightly' },
      { schedule: { interval: 3600, anchor_date: '2026-01-01T00:00:00Z' }, active: false, max_scheduled_runs: 3 },
      { schedule: { rrule: 'FREQ=WEEKLY;BYDAY=MO' }, active: false, parameters: { n: 5 } },
    ],
    job_variables: { image: 'x' },
    description: 'a deployment',
    version: '1.2',
  })
  const document = await fillBlocks(server, mark)
  const variable = await server.post('/variables/', { name: `variable_${mark}`, value: { a: [1, 2.5, null] }, tags: ['v'] })
  await server.post('/concurrency_limits/', { tag: `tag-${mark}`, concurrency_limit: 4 })
  const limit = await server.post('/v2/concurrency_limits/', { name: `limit-${mark}`, limit: 5, slot_decay_per_second: 0.5 })
  await server.post('/v2/concurrency_limits/increment', { names: [`limit-${mark}`], slots: 2, mode: 'concurrency' })
  const automation = await server.post('/automations/', {
    name: `automation-${mark}`,
    description: 'waits',
    trigger: { type: 'event', posture: 'Reactive', expect: [`never.${mark}`], for_each: ['prefect.resource.id'], threshold: 2, within: 60 },
    actions: [{ type: 'do-nothing' }],
  })
  const savedSearch = await server.put('/saved_searches/', {
    name: `search-${mark}`,
    filters: [{ object: 'flow', property: 'name', type: 'string', operation: 'equals', value: 'x' }],
  })
  const runs = await fillRuns(server, mark, flow, deployment)
  const run = runs[0] as Json
  const taskRun = await fillTaskRuns(server, mark, run)
  const artifact = await server.post('/artifacts/', {
    key: `report-${mark}`,
    type: 'markdown',
    data: '# ünï',
    flow_run_id: run.id,
    task_run_id: taskRun.id,
  })
  await server.post('/artifacts/', { key: `report-${mark}`, type: 'table', data: [{ a: 1 }], description: 'second', flow_run_id: run.id })
  return { flow, deployment, pool, runs, taskRun, document, variable, limit, automation, artifact, savedSearch }
}

async function fillBlocks(server: Session, mark: string): Promise<Json> {
  const type = await server.post('/block_types/', { name: `Type ${mark}`, slug: `type-${mark}`, description: 'd' })
  const fields = {
    title: 'T',
    type: 'object',
    properties: { user: { type: 'string' }, password: { type: 'string', format: 'password', writeOnly: true } },
    secret_fields: ['password'],
  }
  const schema = await server.post('/block_schemas/', { block_type_id: type.id, fields, capabilities: ['read', 'write'], version: '1.0' })
  return server.post('/block_documents/', {
    name: `document-${mark}`,
    block_type_id: type.id,
    block_schema_id: schema.id,
    data: { user: 'ada', password: `secret of ${mark}` },
  })
}

async function fillRuns(server: Session, mark: string, flow: Json, deployment: Json): Promise<Json[]> {
  const runs: Json[] = []
  for (const [index, states] of [
    ['PENDING', 'RUNNING', 'COMPLETED'],
    ['PENDING', 'RUNNING', 'FAILED'],
    ['SCHEDULED'],
    ['PENDING', 'RUNNING'],
    [],
  ].entries()) {
    const run = await server.post('/flow_runs/', {
      flow_id: flow.id,
      name: `run-${mark}-${index}`,
      tags: ['r', `t${index}`],
      parameters: { number: 12_345_678_901, float: 1.0, text: '日本' },
      context: { c: true },
      idempotency_key: `key-${mark}-${index}`,
      labels: { run: index },
    })
    for (const type of states) {
      await server.post(`/flow_runs/${run.id}/set_state`, { state: { type, message: `is ${type}`, data: { any: ['thing'] } }, force: true })
    }
    runs.push(run)
  }
  runs.push(await server.post(`/deployments/${deployment.id}/create_flow_run`, { name: `deployed-${mark}`, parameters: { n: 2 } }))
  const run = runs[0] as Json
  await server.post(`/flow_runs/${run.id}/input`, { key: `input-${mark}`, value: '{"x": 1}', sender: 'me' })
  const line = (level: number, message: string): Record<string, unknown> => ({
    name: 'test',
    level,
    message,
    timestamp: '2026-01-01T00:00:00.123456Z',
    flow_run_id: run.id,
  })
  await server.post('/logs/', [
    line(20, 'first'),
    line(40, 'second\nline é'),
    { ...line(10, 'no fraction'), timestamp: '2026-01-01T00:00:01Z' },
  ])
  await server.post('/events', [
    {
      id: randomUUID(),
      event: `custom.${mark}`,
      occurred: new Date().toISOString(),
      resource: { 'prefect.resource.id': `thing.${mark}`, color: 'red' },
      related: [{ 'prefect.resource.id': `prefect.flow-run.${run.id}`, 'prefect.resource.role': 'flow-run' }],
      payload: { deep: { list: [1, 2.5, 'é'] } },
    },
  ])
  return runs
}

async function fillTaskRuns(server: Session, mark: string, run: Json): Promise<Json> {
  const first = await server.post('/task_runs/', {
    flow_run_id: run.id,
    name: 'first',
    task_key: `k-${mark}`,
    dynamic_key: '0',
    tags: ['t'],
    labels: { l: 1 },
  })
  for (const type of ['PENDING', 'RUNNING', 'COMPLETED']) {
    await server.post(`/task_runs/${first.id}/set_state`, { state: { type, data: { x: 1 } }, force: true })
  }
  await server.post('/task_runs/', {
    flow_run_id: run.id,
    name: 'second',
    task_key: `k-${mark}`,
    dynamic_key: '1',
    cache_key: `cache-${mark}`,
    empirical_policy: { retries: 2, retry_delay: [1, 2] },
    task_inputs: { x: [{ input_type: 'task_run', id: first.id }], y: [{ input_type: 'constant', type: 'int' }] },
    state: { type: 'RUNNING', name: 'Busy' },
  })
  return first
}

/** What a user then does with them: changes, further states, deletions. */
export async function change(server: Session, filled: Filled): Promise<void> {
  const [completed, failed, scheduled, running, stateless] = filled.runs as [Json, Json, Json, Json, Json]
  await server.patch(`/flows/${filled.flow.id}`, { tags: ['changed'] })
  await server.patch(`/flow_runs/${completed.id}`, { name: 'renamed', tags: ['n'] })
  await server.patch(`/flow_runs/${completed.id}/labels`, { added: 'label' })
  await server.post(`/flow_runs/${failed.id}/set_state`, { state: { type: 'SCHEDULED', name: 'AwaitingRetry' }, force: true })
  await server.post(`/flow_runs/${scheduled.id}/set_state`, { state: { type: 'PENDING' } })
  await server.post(`/flow_runs/${running.id}/set_state`, { state: { type: 'COMPLETED', data: { r: 1 } } })
  await server.delete(`/flow_runs/${stateless.id}`)
  await server.patch(`/task_runs/${filled.taskRun.id}`, { name: 'renamed task' })
  await server.patch(`/deployments/${filled.deployment.id}`, { description: 'changed', parameters: { n: 9 }, concurrency_limit: 4 })
  await server.post(`/deployments/${filled.deployment.id}/schedules`, [{ schedule: { cron: '1 1 1 1 *' }, active: false }])
  await server.post(`/deployments/${filled.deployment.id}/pause_deployment`)
  await server.patch(`/work_pools/${filled.pool['name']}`, { is_paused: true, concurrency_limit: 7 })
  await server.patch(`/block_documents/${filled.document.id}`, { data: { user: 'grace', password: 'changed secret' } })
  await server.patch(`/variables/${filled.variable.id}`, { value: 'text now' })
  await server.post('/v2/concurrency_limits/decrement', { names: [filled.limit['name']], slots: 1 })
  await server.patch(`/v2/concurrency_limits/${filled.limit.id}`, { limit: 9 })
  await server.patch(`/automations/${filled.automation.id}`, { enabled: false })
  await server.patch(`/artifacts/${filled.artifact.id}`, { description: 'changed' })
  await server.delete(`/saved_searches/${filled.savedSearch.id}`)
}
