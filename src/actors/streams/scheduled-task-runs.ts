/**
 * `/task_runs/subscriptions/scheduled`: a task worker names its tasks and gets their background runs, one at a time; it
 * acknowledges each before it gets the next. A run that is not acknowledged goes to somebody else.
 */
import { log } from '../../logging/log.ts'
import { isJsonObject, type Json, parseJson } from '../../values/json.ts'
import { type Uuid, uuid7 } from '../../values/uuid.ts'
import type { Conversation, Stream, StreamContext, StreamSocket } from './stream.ts'
import { TaskDeliveries, type TaskWorker } from './task-deliveries.ts'

const deliveries = new WeakMap<StreamContext, TaskDeliveries>()

function deliveriesOf(context: StreamContext): TaskDeliveries {
  const known = deliveries.get(context) ?? new TaskDeliveries(context)
  deliveries.set(context, known)
  return known
}

export const scheduledTaskRuns: Stream = {
  path: '/task_runs/subscriptions/scheduled',
  open: (socket, _params, context) => new ScheduledTaskRuns(socket, context),
  news(topic, payload, context) {
    if (topic === 'scheduled-task-runs' && hasTaskKey(payload)) deliveriesOf(context).wakeOne(payload.task_key)
  },
}

const hasTaskKey = (payload: unknown): payload is { task_key: string } =>
  typeof payload === 'object' && payload !== null && 'task_key' in payload && typeof payload.task_key === 'string'

const protocolViolation = 4001
const normalClosure = 1000

class ScheduledTaskRuns implements Conversation, TaskWorker {
  readonly id = uuid7()
  readonly #socket: StreamSocket
  readonly #context: StreamContext
  readonly #deliveries: TaskDeliveries
  clientId = ''
  taskKeys: readonly string[] = []
  claim: Uuid | null = null
  #state: 'new' | 'idle' | 'looking' | 'delivering' | 'closed' = 'new'
  /** News came while it was looking. */
  #lookAgain = false

  constructor(socket: StreamSocket, context: StreamContext) {
    this.#socket = socket
    this.#context = context
    this.#deliveries = deliveriesOf(context)
  }

  async message(text: string): Promise<void> {
    const message = parseJson(text)
    if (!isJsonObject(message)) throw new TypeError('a message that is no object')
    if (this.#state === 'new') await this.#subscribe(message)
    else if (this.#state === 'delivering') await this.#answered(message.type)
    else if (message.type === 'quit') this.#close(normalClosure, '')
  }

  wake(): boolean {
    if (this.#state === 'looking') this.#lookAgain = true
    if (this.#state !== 'idle') return false
    this.#look()
    return true
  }

  async closed(): Promise<void> {
    const subscribed = this.#state !== 'new'
    this.#state = 'closed'
    if (!subscribed) return
    await this.#settle(false)
    await this.#deliveries.leave(this)
  }

  async #subscribe(message: { [key: string]: Json }): Promise<void> {
    const { type, keys, client_id: clientId } = message
    const expect = (what: string): void => this.#close(protocolViolation, `Protocol violation: expected ${what}`)
    if (type !== 'subscribe') return expect("'subscribe' message")
    if (!Array.isArray(keys) || keys.length === 0) return expect("'keys' in subscribe message")
    if (!clientId) return expect("'client_id' in subscribe message")
    this.taskKeys = [...new Set(keys.map(String))]
    this.clientId = String(clientId)
    this.#state = 'idle'
    await this.#deliveries.join(this)
    this.#look()
  }

  async #answered(type: Json | undefined): Promise<void> {
    await this.#settle(type === 'ack')
    if (this.#state !== 'delivering') return
    if (type === 'quit') return this.#close(normalClosure, '')
    if (type !== 'ack') return this.#close(protocolViolation, "Protocol violation: expected 'ack' message")
    this.#state = 'idle'
    this.#look()
  }

  #look(): void {
    if (this.#state !== 'idle') return
    this.#state = 'looking'
    this.#lookAgain = false
    this.#context.call('claim_task_run', { keys: this.taskKeys }).then(
      (found) => this.#found(found),
      (error: unknown) => {
        log.warn({ err: error }, 'a task worker could not look for task runs')
        if (this.#state === 'looking') this.#state = 'idle'
      },
    )
  }

  #found(found: unknown): void {
    if (!isClaimed(found)) {
      if (this.#state !== 'looking') return
      this.#state = 'idle'
      if (this.#lookAgain) this.#look()
      return
    }
    this.claim = found.claim
    if (this.#state === 'looking') {
      this.#state = 'delivering'
      this.#socket.send(found.task_run)
    } else void this.#settle(false)
  }

  /** Gives the claim up. When that fails it ends by itself, and the run is handed out again. */
  async #settle(acknowledged: boolean): Promise<void> {
    const { claim } = this
    if (claim === null) return
    this.claim = null
    try {
      await this.#context.call('settle_task_run', { claim, acknowledged })
    } catch (error) {
      log.warn({ err: error }, 'a claim on a task run could not be settled')
    }
  }

  #close(code: number, reason: string): void {
    this.#socket.close(code, reason)
  }
}

const isClaimed = (found: unknown): found is { claim: Uuid; task_run: unknown } =>
  typeof found === 'object' && found !== null && 'claim' in found && typeof found.claim === 'string' && 'task_run' in found
