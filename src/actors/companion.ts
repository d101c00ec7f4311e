/**
 * A worker thread beside the storage actors: the services of a pod, or its streams. It lives in an event loop of its own,
 * so that a slow pass never delays a request, and asks storage actors like anybody else, through the main thread.
 */
import { Worker } from 'node:worker_threads'
import { log } from '../logging/log.ts'
import { operations } from '../resources/index.ts'
import { termOverStatus } from '../resources/leadership/fence.ts'
import type { FromCompanion, ToCompanion } from './companion-protocol.ts'
import type { Dispatch, Dispatcher } from './dispatcher.ts'
import type { NewsFrame } from './frames.ts'
import { workerFile } from './worker-file.ts'

const restartDelay = 1000

export interface CompanionOptions {
  file: string
  data: unknown
  dispatcher: Dispatcher
  onMessage: (message: FromCompanion) => void
  /** The thread died and was started anew: what it held in memory is gone. */
  onRestart?: () => void
  /** Where its requests wait, when it is not with those of clients. */
  lane?: Dispatch['lane']
  /** A request was refused because the term it belongs to is over. */
  onTermOver?: (term: number) => void
}

export class Companion {
  readonly #options: CompanionOptions
  readonly #indexes = new Map(
    operations.flatMap(({ name, method, path }, index) => [name, `${method} ${path}`].map((key) => [key, index] as const)),
  )
  #worker: Worker
  #closing = false

  constructor(options: CompanionOptions) {
    this.#options = options
    this.#worker = this.#start()
  }

  post(message: ToCompanion): void {
    this.#worker.postMessage(message)
  }

  news(frame: NewsFrame): void {
    this.post({ type: 'news', topic: frame.topic, payload: Buffer.from(frame.payload).toString() })
  }

  /** Ends the thread, which does not do as it is told; another takes its place. */
  replace(): void {
    void this.#worker.terminate()
  }

  /** Asks the thread to stop and waits for it, at most `timeout` milliseconds. */
  async close(timeout: number): Promise<void> {
    this.#closing = true
    const ended = new Promise<void>((resolve) => this.#worker.once('exit', () => resolve()))
    this.post({ type: 'stop' })
    const timer = setTimeout(() => void this.#worker.terminate(), timeout)
    await ended
    clearTimeout(timer)
  }

  #start(): Worker {
    const worker = new Worker(workerFile(this.#options.file), { workerData: this.#options.data })
    worker.on('message', (message: FromCompanion) => this.#receive(worker, message))
    worker.on('error', (error) => log.error({ err: error, file: this.#options.file }, 'a companion thread failed'))
    worker.on('exit', () => {
      if (this.#closing) return
      setTimeout(() => {
        if (this.#closing) return
        this.#worker = this.#start()
        this.#options.onRestart?.()
      }, restartDelay)
    })
    return worker
  }

  #receive(worker: Worker, message: FromCompanion): void {
    if (message.type === 'call') this.#call(worker, message)
    else if (message.type === 'stopped') void worker.terminate()
    else this.#options.onMessage(message)
  }

  #call(worker: Worker, { id, operation, params, query = '', headers = {}, body, term }: Extract<FromCompanion, { type: 'call' }>): void {
    const reply = (status: number, text: string): void =>
      worker.postMessage({ type: 'reply', id, status, body: text } satisfies ToCompanion)
    const index = this.#indexes.get(operation)
    if (index === undefined) throw new RangeError(`no operation ${operation}`)
    const { dispatcher, lane, onTermOver } = this.#options
    const request = {
      operation: index,
      params,
      query,
      headers,
      body: Buffer.from(body),
      ...(lane !== undefined && { lane }),
      ...(term !== undefined && { term }),
    }
    const pending = dispatcher.submit(request, (frame) => {
      if (term !== undefined && frame.status === termOverStatus) onTermOver?.(term)
      reply(frame.status, Buffer.from(frame.body).toString())
    })
    if (pending === undefined) reply(503, '')
  }
}
