/** What the pages have to show: one of each thing, made through the API, with names that occur nowhere else. */

export interface Seed {
  api: Api
  flow: string
  deployment: string
  /** A run that has finished, with a task run, logs and an artifact. */
  finished: string
  /** A run that is under way; of a deployment, else the UI does not offer to cancel it. */
  running: string
  taskRun: string
  artifact: string
  automation: string
  block: string
  /** The limit of a tag. */
  tagLimit: string
}

/** Asks the API; throws when it refuses. */
export class Api {
  readonly #url: string

  constructor(url: string) {
    this.#url = url
  }

  async ask<Answer = { id: string }>(method: string, path: string, body?: unknown): Promise<Answer> {
    const response = await fetch(`${this.#url}${path}`, {
      method,
      headers: { 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    const text = await response.text()
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`)
    return (text === '' ? null : JSON.parse(text)) as Answer
  }
}

export async function seed(url: string): Promise<Seed> {
  const api = new Api(url)
  const make = async (path: string, body: unknown): Promise<string> => (await api.ask('POST', path, body)).id
  const flow = await make('/flows/', { name: 'harvest-flow', tags: ['seeded'] })
  await api.ask('POST', '/work_pools/', { name: 'orchard-pool', type: 'process', base_job_template: {} })
  await api.ask('POST', '/work_pools/orchard-pool/queues', { name: 'ladder-queue', priority: 2 })
  const deployment = await make('/deployments/', {
    name: 'autumn-deployment',
    flow_id: flow,
    work_pool_name: 'orchard-pool',
    schedules: [{ schedule: { interval: 86_400 }, active: true }],
    parameters: {},
    parameter_openapi_schema: { type: 'object', properties: {} },
    enforce_parameter_schema: false,
  })
  const finished = await make('/flow_runs/', {
    name: 'picking-run',
    flow_id: flow,
    deployment_id: deployment,
    state: { type: 'SCHEDULED' },
  })
  const taskRun = await make('/task_runs/', {
    name: 'apple-task',
    flow_run_id: finished,
    task_key: 'apple',
    dynamic_key: '0',
    state: { type: 'PENDING' },
  })
  for (const type of ['PENDING', 'RUNNING']) await api.ask('POST', `/flow_runs/${finished}/set_state`, { state: { type } })
  for (const type of ['RUNNING', 'COMPLETED']) await api.ask('POST', `/task_runs/${taskRun}/set_state`, { state: { type }, force: true })
  await api.ask('POST', `/flow_runs/${finished}/set_state`, { state: { type: 'COMPLETED' } })
  const running = await make('/flow_runs/', { name: 'sorting-run', flow_id: flow, deployment_id: deployment, state: { type: 'SCHEDULED' } })
  for (const type of ['PENDING', 'RUNNING']) await api.ask('POST', `/flow_runs/${running}/set_state`, { state: { type } })
  await writeLog(api, finished, 'the basket is full')
  const artifact = await make('/artifacts/', {
    key: 'weight-table',
    type: 'markdown',
    data: '# Forty kilograms',
    description: 'of apples',
    flow_run_id: finished,
    // Without it v2 asks for the task run null, and is refused.
    task_run_id: taskRun,
  })
  // An hour old: the feed of v2 ends at a whole minute, and what has just happened is not in it yet.
  const resource = { 'prefect.resource.id': 'orchard.gauge', 'prefect.resource.name': 'rain-gauge' }
  const occurred = new Date(Date.now() - 3_600_000).toISOString()
  await api.ask('POST', '/events', [{ event: 'weather.drizzle', occurred, resource, id: crypto.randomUUID() }])
  const automation = await make('/automations/', {
    name: 'rain-automation',
    trigger: { type: 'event', posture: 'Reactive', expect: ['weather.rain'], threshold: 1, within: 0 },
    actions: [{ type: 'do-nothing' }],
  })
  await api.ask('POST', '/variables/', { name: 'season_variable', value: 'autumn' })
  await api.ask('POST', '/v2/concurrency_limits/', { name: 'ladder-limit', limit: 3 })
  const tagLimit = await make('/concurrency_limits/', { tag: 'basket-tag', concurrency_limit: 2 })
  return { api, flow, deployment, finished, running, taskRun, artifact, automation, tagLimit, block: await makeBlock(api) }
}

export async function writeLog(api: Api, run: string, message: string): Promise<void> {
  await api.ask('POST', '/logs/', [
    { name: 'prefect.flow_runs', level: 20, message, timestamp: new Date().toISOString(), flow_run_id: run },
  ])
}

/** A block of a type that every server registers. */
async function makeBlock(api: Api): Promise<string> {
  const type = await api.ask('GET', '/block_types/slug/webhook')
  const [schema] = await api.ask<{ id: string }[]>('POST', '/block_schemas/filter', {
    block_schemas: { block_type_id: { any_: [type.id] } },
  })
  const data = { method: 'POST', url: 'http://127.0.0.1:9/orchard' }
  const body = { name: 'gate-block', data, block_type_id: type.id, block_schema_id: schema?.id }
  return (await api.ask('POST', '/block_documents/', body)).id
}
