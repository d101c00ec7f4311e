/**
 * `/work_pools/{name}/workers/connect`: a worker's channel. It says hello and is told about its pool; then it sends
 * heartbeats and hears of every change of its pool, and of what it is to clean up. Runs are still polled over REST.
 *
 * Frames are answered one after the other. News of the pool are gathered for a moment, so that many changes make one snapshot.
 */
import { log } from '../../logging/log.ts'
import {
  type CleanupFrame,
  channelVersion,
  cleanupDelivery,
  type Hello,
  requiredCapabilities,
  WorkerFrame,
} from '../../resources/worker-channel/frames.ts'
import * as s from '../../schema/index.ts'
import { JsonProblem, JsonTooComplex, parsePythonJson } from '../../schema/python-json.ts'
import { isJsonObject, type Json, type JsonObject } from '../../values/json.ts'
import { Timestamp } from '../../values/timestamp.ts'
import { type Uuid, uuid7 } from '../../values/uuid.ts'
import { CallError } from '../companion-port.ts'
import { CleanupDispatcher, type CleanupWorker } from './cleanup-dispatcher.ts'
import type { Conversation, Stream, StreamContext, StreamSocket } from './stream.ts'

const gatherMilliseconds = 50
/** A worker that sends faster than it is answered has lost its senses. */
const mostWaiting = 1000

const closeCodes = {
  authorization_failed: 1008,
  unsupported_version: 1008,
  protocol_error: 1002,
  heartbeat_persistence_failed: 1011,
  transient_server_error: 1011,
}
type CloseReason = keyof typeof closeCodes

/** Ends the channel with this reason. */
class Close extends Error {
  readonly reason: CloseReason
  constructor(reason: CloseReason) {
    super(reason)
    this.reason = reason
  }
}

export const workerChannel: Stream = {
  path: '/work_pools/{work_pool_name}/workers/connect',
  requiresSubprotocol: true,
  authenticationFailedReason: 'authentication_failed',
  open: (socket, [name = ''], context) => new WorkerChannel(socket, name, context),
}

/** One for all channels of a pod. */
const dispatchers = new WeakMap<StreamContext, CleanupDispatcher>()

function dispatcherOf(context: StreamContext): CleanupDispatcher {
  const known = dispatchers.get(context)
  if (known !== undefined) return known
  const made = new CleanupDispatcher(context.call, (error) => log.error({ err: error }, 'cleanup work could not be handed out'))
  dispatchers.set(context, made)
  return made
}

/** What is known once the worker has said hello. */
interface Session {
  hello: Hello
  poolId: Uuid
  /** When the pool changed last, as the worker knows it. */
  updated: Json
  sequence: number
  cleanup: CleanupWorker | null
}

class WorkerChannel implements Conversation {
  readonly #socket: StreamSocket
  readonly #poolName: string
  readonly #context: StreamContext
  #session: Session | undefined
  #work: Promise<void> = Promise.resolve()
  #waiting = 0
  #open = true
  /** The last piece of news of each pool, until a snapshot tells of it; during the hello the pool is not known yet. */
  #news = new Map<Uuid, JsonObject>()
  #timer: NodeJS.Timeout | undefined

  constructor(socket: StreamSocket, poolName: string, context: StreamContext) {
    this.#socket = socket
    this.#poolName = poolName
    this.#context = context
  }

  message(text: string): void {
    this.#waiting += 1
    if (this.#waiting > mostWaiting) this.#close('protocol_error')
    this.#do(async () => {
      this.#waiting -= 1
      const frame = readFrame(text)
      if (this.#session !== undefined) return await this.#answer(this.#session, frame)
      if (frame.type !== 'worker.hello.v1') throw new Close('protocol_error')
      await this.#start(frame.payload)
    })
  }

  news(topic: string, payload: unknown): void {
    if (!this.#open || !isJsonObject(payload) || typeof payload.work_pool_id !== 'string') return
    const { work_pool_id: poolId } = payload
    if (topic === 'cleanup') dispatcherOf(this.#context).wake(poolId)
    if (topic !== 'work-pools' || (this.#session !== undefined && this.#session.poolId !== poolId)) return
    this.#news.set(poolId, payload)
    if (this.#session !== undefined) this.#gather()
  }

  closed(): void {
    this.#open = false
    clearTimeout(this.#timer)
    const cleanup = this.#session?.cleanup
    if (cleanup) dispatcherOf(this.#context).unregister(cleanup)
  }

  /** Does this after everything before it. */
  #do(work: () => Promise<void>): void {
    this.#work = this.#work.then(async () => {
      if (!this.#open) return
      try {
        await work()
      } catch (error) {
        if (error instanceof Close) return this.#close(error.reason)
        log.error({ err: error, work_pool: this.#poolName }, 'a worker channel failed')
        this.#close('transient_server_error')
      }
    })
  }

  #close(reason: CloseReason): void {
    if (!this.#open) return
    this.closed()
    this.#socket.close(closeCodes[reason], reason)
  }

  #send(type: string, payload: Record<string, unknown>): void {
    this.#socket.send({ type, id: uuid7(), sent_at: Timestamp.now(), payload })
  }

  async #start(hello: Hello): Promise<void> {
    if (!hello.supported_channel_versions.includes(channelVersion)) throw new Close('unsupported_version')
    const { work_pool: pool, work_queues: queues } = await this.#openChannel(hello)
    const cleansUp =
      hello.requested_capabilities.includes(cleanupDelivery) && hello.handled_cleanup_kinds.length > 0 && hello.max_cleanup_concurrency > 0
    const accepted = [...requiredCapabilities, ...(cleansUp ? [cleanupDelivery] : [])]
    const maxConcurrency = cleansUp ? hello.max_cleanup_concurrency : 0
    this.#send('worker.ready.v1', {
      consumer_id: hello.consumer_id,
      worker_id: null,
      selected_channel_version: channelVersion,
      effective_heartbeat_interval_seconds: hello.heartbeat_interval_seconds,
      accepted_capabilities: accepted,
      rejected_capabilities: [...new Set(hello.requested_capabilities)].filter((capability) => !accepted.includes(capability)),
      effective_max_cleanup_concurrency: maxConcurrency,
      resolved_work_queues: queues,
      initial_snapshot: { snapshot_sequence: 1, reason: 'initial', work_pool: pool },
    })
    const poolId = String(pool.id)
    const cleanup = cleansUp ? this.#cleanupWorker(hello, poolId, queues) : null
    if (!this.#open) return
    this.#session = { hello, poolId, updated: pool.updated ?? null, sequence: 2, cleanup }
    if (cleanup !== null) dispatcherOf(this.#context).register(cleanup)
    if (this.#news.has(poolId)) this.#gather()
  }

  async #openChannel(hello: Hello): Promise<{ work_pool: JsonObject; work_queues: Json[] }> {
    try {
      const { consumer_id: _, worker_metadata: __, ...wanted } = hello
      const reply = await this.#context.call('open_worker_channel', { work_pool_name: this.#poolName, ...wanted })
      if (!isJsonObject(reply) || !isJsonObject(reply.work_pool) || !Array.isArray(reply.work_queues)) throw new TypeError('no pool')
      return { work_pool: reply.work_pool, work_queues: reply.work_queues }
    } catch (error) {
      if (error instanceof CallError && error.status < 500) throw new Close(refusalOf(error.body))
      throw error
    }
  }

  #cleanupWorker(hello: Hello, poolId: Uuid, queues: readonly Json[]): CleanupWorker {
    return {
      poolId,
      key: JSON.stringify([poolId, hello.consumer_id, hello.worker_name]),
      kinds: hello.handled_cleanup_kinds,
      queueIds: queues.flatMap((queue) => (isJsonObject(queue) && typeof queue.id === 'string' ? [queue.id] : [])),
      maxConcurrency: hello.max_cleanup_concurrency,
      deliver: (reservation) => {
        if (this.#open) this.#send('cleanup.message.v1', { ...reservation, target: completeTarget(reservation) })
        return this.#open
      },
    }
  }

  async #answer(session: Session, frame: WorkerFrame): Promise<void> {
    if (frame.type === 'worker.hello.v1') throw new Close('protocol_error')
    if (frame.type !== 'worker.heartbeat.v1') return await this.#operate(session, frame)
    const { consumer_id, worker_name: name, heartbeat_interval_seconds } = frame.payload
    if (consumer_id !== session.hello.consumer_id || name !== session.hello.worker_name) throw new Close('protocol_error')
    const updated = await this.#heartbeat({ name, heartbeat_interval_seconds })
    if (updated === session.updated) return
    this.#news.set(session.poolId, { work_pool_id: session.poolId, reason: 'heartbeat_reconciliation' })
    this.#gather()
  }

  async #heartbeat(beat: Record<string, unknown>): Promise<Json> {
    try {
      const reply = await this.#context.call('worker_channel_heartbeat', beat, [this.#poolName])
      return isJsonObject(reply) ? (reply.updated ?? null) : null
    } catch (error) {
      log.error({ err: error, work_pool: this.#poolName }, 'the heartbeat of a worker could not be noted')
      throw new Close('heartbeat_persistence_failed')
    }
  }

  async #operate({ poolId, cleanup }: Session, { id, type, payload }: CleanupFrame): Promise<void> {
    const operation = type === 'cleanup.ack.v1' ? 'ack' : type === 'cleanup.release.v1' ? 'release' : 'renew'
    const { message_id, reservation_token } = payload
    const answer = (outcome: JsonObject): void => {
      const { status = 'error', reason = null, lease_expires_at = null } = outcome
      this.#send('cleanup.operation_result.v1', {
        ...{ request_frame_id: id, message_id, operation, status, lease_expires_at, reason, detail: null },
      })
    }
    if (cleanup === null) return answer({ status: 'unauthorized', reason: 'cleanup_delivery_not_accepted' })
    const outcome = await this.#operation({ operation, work_pool_id: poolId, ...payload })
    answer(outcome)
    const dispatcher = dispatcherOf(this.#context)
    if (outcome.status === 'error') return
    if (typeof outcome.lease_expires_at === 'string') {
      dispatcher.prolong(cleanup, reservation_token, Date.parse(outcome.lease_expires_at))
    } else dispatcher.forget(cleanup, reservation_token)
  }

  async #operation(wanted: Record<string, unknown>): Promise<JsonObject> {
    try {
      const outcome = await this.#context.call('operate_on_cleanup', wanted)
      if (isJsonObject(outcome)) return outcome
    } catch (error) {
      log.error({ err: error, work_pool: this.#poolName }, 'what a worker says of its cleanup work could not be noted')
    }
    return { status: 'error', reason: 'cleanup_queue_operation_failed' }
  }

  #gather(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined
      this.#do(() => this.#tell())
    }, gatherMilliseconds)
  }

  /** Tells the worker what became of its pool. */
  async #tell(): Promise<void> {
    const session = this.#session
    const news = session && this.#news.get(session.poolId)
    if (session === undefined || news === undefined) return
    this.#news.clear()
    const pool = news.work_pool_deleted === true ? null : await this.#context.call('read_work_pool_snapshot', null, [session.poolId])
    if (!isJsonObject(pool)) throw new Close('authorization_failed')
    session.updated = pool.updated ?? null
    this.#send('work_pool.snapshot.v1', { snapshot_sequence: session.sequence, reason: news.reason, work_pool: pool })
    session.sequence += 1
  }
}

function readFrame(text: string): WorkerFrame {
  try {
    return s.validate(WorkerFrame, parsePythonJson(text), [])
  } catch (error) {
    if (error instanceof s.InvalidInput || error instanceof JsonProblem || error instanceof JsonTooComplex) {
      throw new Close('protocol_error')
    }
    throw error
  }
}

/** The reason that the operation names; other refusals are the template's, so the worker's. */
function refusalOf(body: unknown): CloseReason {
  if (!isJsonObject(body)) return 'transient_server_error'
  if (body.close === 'authorization_failed' || body.close === 'transient_server_error') return body.close
  return 'detail' in body ? 'protocol_error' : 'transient_server_error'
}

/** The target with the fields that its kind has. */
function completeTarget({ kind, target }: JsonObject): JsonObject {
  const known = isJsonObject(target) ? target : {}
  return kind === 'pending_claim_teardown.v1'
    ? { execution_id: null, infrastructure_pid: null, ...known }
    : { infrastructure_pid: null, ...known }
}
