/** A database in which every service finds something to do, and something beside it that it must leave alone. */
import { createHash } from 'node:crypto'
import type { Json, JsonObject } from '../../src/values/json.ts'
import { Timestamp } from '../../src/values/timestamp.ts'

/** Before summer time ends in Berlin. */
export const start = Timestamp.fromCanonical('2031-10-23T10:07:11.250000Z')

type Row = Record<string, Json>

/** An id by what it stands for. */
export function id(name: string): string {
  const hex = createHash('sha256').update(name).digest('hex')
  return [hex.slice(0, 8), hex.slice(8, 12), `4${hex.slice(13, 16)}`, `8${hex.slice(17, 20)}`, hex.slice(20, 32)].join('-')
}

const at = (seconds: number): string => start.addSeconds(seconds).text
const minute = 60
const hour = 3600
const day = 86_400

export function makeRows(): Record<string, Row[]> {
  const tables: Record<string, Row[]> = {}
  const old = { created: at(-200 * day), updated: at(-200 * day) }
  const add = (table: string, name: string, row: Row): string => {
    tables[table] ??= []
    tables[table].push({ id: id(name), ...old, ...row })
    return id(name)
  }

  const flow = add('flow', 'flow', { name: 'flow', tags: ['of-flow'], labels: { team: 'a', 'prefect.flow.id': 'other' } })

  // Pools, queues, workers
  const pool = (name: string, type: string, status: string, more: Row = {}): string =>
    add('work_pool', name, { name, type, status, base_job_template: {}, storage_configuration: {}, ...more })
  const queue = (name: string, workPool: string, status: string, polled: number | null): string =>
    add('work_queue', name, { name, work_pool_id: workPool, status, priority: 1, last_polled: polled === null ? null : at(polled) })
  const worker = (name: string, workPool: string, status: string, beat: string, interval: number | null): string =>
    add('worker', name, { name, work_pool_id: workPool, status, last_heartbeat_time: beat, heartbeat_interval_seconds: interval })
  // The reference asks the database for the time when it looks at heartbeats.
  const silent = '2020-01-01T00:00:00+00:00'
  const alive = '2040-01-01T00:00:00+00:00'
  const served = pool('served', 'process', 'READY')
  const silentPool = pool('silent', 'docker', 'READY', { last_transitioned_status_at: at(-5 * minute), last_status_event_id: id('event') })
  const emptyPool = pool('empty', 'kubernetes', 'READY', {
    last_transitioned_status_at: at(-50 * minute),
    last_status_event_id: id('event'),
  })
  pool('paused', 'process', 'PAUSED', { is_paused: true })
  pool('waiting', 'process', 'NOT_READY')
  const push = pool('push', 'ecs:push', 'NOT_READY')
  worker('beats', served, 'ONLINE', alive, 30)
  worker('stopped', served, 'ONLINE', silent, 10)
  worker('silent', silentPool, 'ONLINE', silent, null)
  worker('gone', silentPool, 'OFFLINE', silent, 30)
  const polled = queue('polled', served, 'READY', -10)
  const unpolled = queue('unpolled', served, 'READY', -90)
  queue('never polled', served, 'NOT_READY', null)
  queue('ready, never polled', emptyPool, 'READY', null)
  queue('paused and unpolled', silentPool, 'PAUSED', -900)
  queue('not ready', silentPool, 'NOT_READY', -900)
  const pushQueue = queue('of push', push, 'NOT_READY', null)

  // Deployments and their schedules
  const deployment = (name: string, more: Row = {}): string =>
    add('deployment', name, { name, flow_id: flow, status: 'NOT_READY', tags: [], parameters: {}, labels: {}, ...more })
  const schedule = (name: string, deploymentId: string, what: JsonObject, more: Row = {}): string =>
    add('deployment_schedule', name, { deployment_id: deploymentId, schedule: what, active: true, parameters: {}, ...more })
  const berlin = 'Europe/Berlin'
  const full = deployment('full', {
    version: 'v7',
    tags: ['nightly', 'b'],
    parameters: { x: 1, y: { z: [1, null] } },
    labels: { owner: 'me' },
    work_queue_id: polled,
    work_queue_name: 'polled',
    updated: at(-2),
  })
  schedule(
    'twice a day',
    full,
    { cron: '30 2,14 * * *', timezone: berlin, day_or: true },
    { parameters: { x: 2 }, slug: 'twice', max_scheduled_runs: 5 },
  )
  schedule(
    'every ninety minutes',
    full,
    { interval: 5400, anchor_date: '2031-10-01T00:00:00+00:00', timezone: berlin },
    { updated: at(-10 * day) },
  )
  schedule('inactive', full, { cron: '* * * * *', timezone: 'UTC', day_or: true }, { active: false })
  const often = deployment('often')
  schedule('every minute', often, { cron: '* * * * *', timezone: 'UTC', day_or: true })
  schedule(
    'every ten seconds',
    often,
    { interval: 10, anchor_date: '2031-10-23T00:00:03+00:00', timezone: 'UTC' },
    { updated: at(-3 * day) },
  )
  const rules = deployment('rules', { work_queue_id: unpolled, work_queue_name: 'unpolled' })
  schedule('mondays', rules, { rrule: 'DTSTART:20310106T021500\nRRULE:FREQ=WEEKLY;BYDAY=MO,SU', timezone: berlin })
  schedule(
    'ended',
    rules,
    { rrule: 'DTSTART:20300106T021500\nRRULE:FREQ=DAILY;UNTIL=20300301T000000', timezone: 'UTC' },
    { updated: at(-3 * day) },
  )
  const hourly = deployment('hourly in new york')
  schedule('hourly', hourly, { cron: '17 * * * *', timezone: 'America/New_York', day_or: true })
  schedule('yearly', hourly, { cron: '0 0 29 2 *', timezone: berlin, day_or: true }, { updated: at(-3 * day) })
  const paused = deployment('paused', { paused: true, updated: at(-1) })
  schedule('of a paused one', paused, { cron: '* * * * *', timezone: 'UTC', day_or: true })
  deployment('without schedules', { updated: at(-1) })
  const enough = deployment('enough')
  const enoughSchedule = schedule('enough', enough, { cron: '0 * * * *', timezone: 'UTC', day_or: true })
  const resting = deployment('ready, polled long ago', { status: 'READY', last_polled: at(-70), work_queue_id: unpolled })
  deployment('ready, its queue was polled', { status: 'READY', last_polled: at(-70), work_queue_id: polled })
  deployment('ready, polled', { status: 'READY', last_polled: at(-20) })
  deployment('ready, never polled', { status: 'READY', last_polled: null })
  deployment('ready, without a queue', { status: 'READY', last_polled: at(-700) })
  const limit = add('concurrency_limit_v2', 'limit', {
    name: 'deployment:limited',
    active: true,
    limit: 1,
    active_slots: 1,
    denied_slots: 0,
    slot_decay_per_second: 0,
    avg_slot_occupancy_seconds: 2,
  })
  const refusing = deployment('limited', { concurrency_limit_id: limit, concurrency_options: { collision_strategy: 'CANCEL_NEW' } })
  const queueing = deployment('limited, queueing', { concurrency_limit_id: limit, concurrency_options: { collision_strategy: 'ENQUEUE' } })

  // Runs and their states
  const state = (
    table: 'flow_run' | 'task_run',
    name: string,
    type: string,
    stateName: string,
    seconds: number,
    details: JsonObject,
  ): Row => {
    const stateId = add(`${table}_state`, `state of ${name}`, {
      [`${table}_id`]: id(name),
      type,
      name: stateName,
      timestamp: at(seconds),
      message: null,
      state_details: details,
    })
    return { state_id: stateId, state_type: type, state_name: stateName, state_timestamp: at(seconds) }
  }
  const flowRun = (name: string, type: string, seconds: number, more: Row = {}, details: JsonObject = {}, stateName?: string): string =>
    add('flow_run', name, {
      name,
      flow_id: flow,
      parameters: {},
      context: {},
      tags: [],
      labels: {},
      empirical_policy: {},
      job_variables: {},
      ...state('flow_run', name, type, stateName ?? type.charAt(0) + type.slice(1).toLowerCase(), seconds, details),
      ...more,
    })
  const taskRun = (name: string, type: string | null, flowRunId: string | null, more: Row = {}): string =>
    add('task_run', name, {
      name,
      flow_run_id: flowRunId,
      task_key: 'task',
      dynamic_key: name,
      empirical_policy: {},
      task_inputs: {},
      tags: [],
      labels: {},
      ...(type === null ? {} : state('task_run', name, type, type.charAt(0) + type.slice(1).toLowerCase(), -hour, {})),
      ...more,
    })

  const scheduledFor = (name: string, seconds: number, more: Row = {}, stateName = 'Scheduled'): string =>
    flowRun(
      name,
      'SCHEDULED',
      -hour,
      { expected_start_time: at(seconds), next_scheduled_start_time: at(seconds), ...more },
      { scheduled_time: at(seconds) },
      stateName,
    )
  scheduledFor('late', -60, { deployment_id: resting, work_queue_id: unpolled, work_queue_name: 'unpolled', tags: ['t'] })
  scheduledFor('late, by itself', -16)
  scheduledFor('not late yet', -14)
  scheduledFor('late already', -600, {}, 'Late')
  scheduledFor('awaits retry', -600, { run_count: 1 }, 'AwaitingRetry')
  scheduledFor('late and refused', -60, { deployment_id: refusing })
  scheduledFor('late and queued', -60, { deployment_id: queueing })
  for (const [index, seconds] of [53 * minute, 113 * minute, 173 * minute].entries()) {
    scheduledFor(`enough ${index}`, seconds, {
      deployment_id: enough,
      auto_scheduled: true,
      created_by: { id: enoughSchedule, type: 'SCHEDULE', display_value: 'CronSchedule' },
    })
  }

  const pausedUntil = (name: string, seconds: number | null, more: Row = {}): string =>
    flowRun(name, 'PAUSED', -hour, more, seconds === null ? {} : { pause_timeout: at(seconds), pause_reschedule: true, pause_key: 'k' })
  pausedUntil('pause ran out', -1, { start_time: at(-2 * hour), run_count: 1, deployment_id: full })
  pausedUntil('pause goes on', 60)
  pausedUntil('pause without end', null)

  const cancelled = flowRun('cancelled', 'CANCELLED', -minute, { start_time: at(-hour), end_time: at(-minute), run_count: 1 })
  const cancelledLongAgo = flowRun('cancelled long ago', 'CANCELLED', -2 * day, { end_time: at(-2 * day) })
  const running = flowRun('running', 'RUNNING', -hour, { start_time: at(-hour), run_count: 1 })
  for (const type of ['PENDING', 'SCHEDULED', 'RUNNING', 'PAUSED', 'CANCELLING', 'COMPLETED', 'FAILED'])
    taskRun(`cancelled ${type}`, type, cancelled)
  taskRun('cancelled, without a state', null, cancelled)
  taskRun('of one that was cancelled long ago', 'RUNNING', cancelledLongAgo)
  taskRun('of one that runs', 'RUNNING', running)
  const below = (name: string, parent: string, type: string, more: Row = {}): string => {
    const taskId = taskRun(`parent of ${name}`, type, parent)
    return flowRun(name, type, -minute, { parent_task_run_id: taskId, start_time: at(-minute), ...more })
  }
  below('subflow', cancelled, 'RUNNING')
  below('subflow of a deployment', cancelled, 'RUNNING', { deployment_id: full, infrastructure_pid: 'host:7' })
  below('subflow of a deployment, not started', cancelled, 'PENDING', { deployment_id: full })
  below('subflow that is cancelling', cancelled, 'CANCELLING', { deployment_id: full })
  below('subflow that is cancelling by itself', cancelled, 'CANCELLING')
  below('subflow that has ended', cancelled, 'COMPLETED')
  below('subflow of one that runs', running, 'RUNNING')

  const cancelling = (name: string, seconds: number, more: Row = {}): string =>
    flowRun(name, 'CANCELLING', seconds, { start_time: at(-hour), run_count: 1, ...more })
  cancelling('cancelling for long', -301, {
    work_queue_id: polled,
    work_queue_name: 'polled',
    infrastructure_pid: 'host:1',
    deployment_id: full,
  })
  cancelling('cancelling for long in a push pool', -400, { work_queue_id: pushQueue, infrastructure_pid: 'host:2' })
  cancelling('cancelling for long, nowhere', -500, { infrastructure_pid: 'host:3' })
  cancelling('cancelling', -299, { work_queue_id: polled, infrastructure_pid: 'host:4' })

  // What is old
  const ended = (name: string, days: number, more: Row = {}): string =>
    flowRun(name, 'COMPLETED', -days * day, { start_time: at(-days * day - 9), end_time: at(-days * day), ...more })
  const outdated = ended('old', 91)
  ended('old, not old enough', 89)
  const outdatedTask = taskRun('of an old one', 'COMPLETED', outdated)
  ended('old subflow', 95, { parent_task_run_id: outdatedTask })
  ended('old subflow of one that runs', 95, { parent_task_run_id: taskRun('old parent', 'COMPLETED', running) })
  flowRun('old, never ended', 'RUNNING', -120 * day, { start_time: at(-120 * day) })
  const log = (name: string, flowRunId: string | null): string =>
    add('log', `log ${name}`, { name, level: 20, message: name, timestamp: at(-91 * day), flow_run_id: flowRunId, task_run_id: null })
  const artifact = (name: string, key: string | null, flowRunId: string | null, days: number): string =>
    add('artifact', `artifact ${name}`, {
      key,
      type: 'markdown',
      data: name,
      description: name,
      flow_run_id: flowRunId,
      created: at(-days * day),
    })
  for (const [name, owner] of [
    ['of old', outdated],
    ['of running', running],
    ['of nobody', null],
    ['of one that is gone', id('gone')],
    ['of another that is gone', id('gone too')],
  ] as const) {
    log(name, owner)
    artifact(name, name.startsWith('of o') ? 'report' : null, owner, 5)
  }
  const kept = artifact('kept', 'report', running, 7)
  artifact('older', 'report', running, 9)
  const collection = (name: string, key: string, latest: string): string =>
    add('artifact_collection', `collection ${name}`, { key, latest_id: latest, type: 'table', data: 'stale', description: 'stale' })
  collection('stale', 'report', id('artifact of old'))
  collection('without artifacts', 'lost', id('an artifact that is gone'))
  artifact('fresh', 'fresh', running, 1)
  collection('fresh', 'fresh', id('artifact fresh'))
  collection('kept', 'kept', kept)

  const event = (name: string, days: number): void => {
    const eventId = add('events', `${name} ${days}`, {
      event: name,
      occurred: at(-days * day),
      received: at(-days * day),
      recorded: at(-days * day),
      resource_id: 'thing',
      resource: { 'prefect.resource.id': 'thing' },
      related_resource_ids: [],
      related: [],
      payload: {},
      follows: null,
    })
    add('event_resources', `resource of ${name} ${days}`, {
      event_id: eventId,
      occurred: at(-days * day),
      resource_id: 'thing',
      resource_role: '',
      resource: { 'prefect.resource.id': 'thing' },
    })
  }
  for (const days of [8, 7.001, 6.999, 1, 0.5]) for (const name of ['ping', 'pong', 'prefect.flow-run.heartbeat']) event(name, days)
  for (const days of [9, 2]) {
    add('event_resources', `stray ${days}`, {
      event_id: id(`no event ${days}`),
      occurred: at(-days * day),
      resource_id: 'stray',
      resource_role: '',
      resource: { 'prefect.resource.id': 'stray' },
    })
  }
  return tables
}
