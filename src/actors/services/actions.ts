/**
 * Performs the actions of automations that have fired. An action leaves the queue in the transaction that tells what became
 * of it; when the pod dies in between it is performed again (at least once). What waits for somebody outside waits beside
 * the others, so many at once; the actions of one automation that are ours alone keep their order.
 */
import { outcomeEvents } from '../../events/actions/outcome.ts'
import { TriggeredAction } from '../../events/automations/firing.ts'
import { log } from '../../logging/log.ts'
import * as s from '../../schema/index.ts'
import { isJsonObject, type Json } from '../../values/json.ts'
import { Timestamp } from '../../values/timestamp.ts'
import { ApiUnavailable } from '../actions/api.ts'
import { isOutside, outsideTypes, perform } from '../actions/perform.ts'
import type { Service, ServiceContext } from './service.ts'

const mostOutside = 64
const mostInside = 16
/** Actions that are looked at in one pass, beside those that are being performed. */
const pageSize = 500

interface Running {
  outside: boolean
  automation: string
}

/** Actions that are being performed, by their place in the queue. */
const running = new Map<number, Running>()
/** A place is free, or an action of the same automation is done: there may be more to do. */
let waiter: (() => void) | undefined

export const actions: Service = {
  name: 'actions',
  enabled: (settings) => settings.get('PREFECT_SERVER_SERVICES_TRIGGERS_ENABLED'),
  interval: () => 1,
  wakesOn: 'triggered-actions',
  async run(context) {
    for (;;) {
      const isBusy = await startActions(context)
      if (!isBusy || context.stopping) return
      await someEnds()
    }
  },
}

/** Starts what may start now. True when inside actions were left waiting for one that will soon be done. */
async function startActions(context: ServiceContext): Promise<boolean> {
  const isFull = [...running.values()].filter(({ outside }) => outside).length >= mostOutside
  const page = { limit: pageSize, except: [...running.keys()], without: isFull ? outsideTypes : [] }
  const rows = await context.call('read_triggered_actions', page)
  let isBusy = false
  for (const row of Array.isArray(rows) ? (rows as Json[]) : []) {
    if (context.stopping) return false
    if (!isJsonObject(row) || typeof row.id !== 'number') continue
    const triggered = read(row.action ?? null)
    if (triggered === null) await context.call('fail_triggered_action', { id: row.id, error: 'the action cannot be read' })
    else if (mayStart(triggered)) start(context, row.id, triggered)
    else isBusy ||= !isOutside(triggered.action)
  }
  return isBusy
}

function read(json: Json): TriggeredAction | null {
  try {
    return s.validate(TriggeredAction, json)
  } catch (error) {
    log.error({ err: error }, 'a triggered action cannot be read')
    return null
  }
}

function mayStart({ action, automation }: TriggeredAction): boolean {
  const outside = isOutside(action)
  const alike = [...running.values()].filter((each) => each.outside === outside)
  if (outside) return alike.length < mostOutside
  return alike.length < mostInside && !alike.some((each) => each.automation === automation.id)
}

function start(context: ServiceContext, id: number, triggered: TriggeredAction): void {
  running.set(id, { outside: isOutside(triggered.action), automation: triggered.automation.id })
  void performAndFinish(context, id, triggered).finally(() => {
    running.delete(id)
    waiter?.()
  })
}

async function performAndFinish(context: ServiceContext, id: number, triggered: TriggeredAction): Promise<void> {
  try {
    const { outcome, events } = await perform(context, triggered, Timestamp.now)
    if (outcome.failure !== null) log.warn({ automation: triggered.automation.id, reason: outcome.failure }, 'an action failed')
    await context.call('finish_triggered_action', { id, events: [...events, ...outcomeEvents(triggered, outcome, Timestamp.now())] })
  } catch (error) {
    await putBack(context, id, error)
  }
}

/** It is tried again, but not for ever when the fault may be its own. */
async function putBack(context: ServiceContext, id: number, error: unknown): Promise<void> {
  if (context.stopping) return
  log.error({ err: error, id }, 'an action could not be performed; it is tried again')
  if (error instanceof ApiUnavailable) return
  try {
    await context.call('fail_triggered_action', { id, error: error instanceof Error ? error.message : String(error) })
  } catch (again) {
    log.error({ err: again, id }, 'a failed attempt could not be noted')
  }
}

async function someEnds(): Promise<void> {
  await new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, 1000)
    waiter = () => {
      clearTimeout(timer)
      resolve()
    }
  })
  waiter = undefined
}
