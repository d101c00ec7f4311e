/**
 * Who of this pod's task workers gets the next background task run. What waits is in the database, where pods claim it one
 * by one; here is known who is idle. News wakes one idle worker for each run; since news may be lost and claims of pods that
 * died end silently, the database is asked now and then as well.
 */
import { log } from '../../logging/log.ts'
import type { Uuid } from '../../values/uuid.ts'
import type { StreamContext } from './stream.ts'

const tickMilliseconds = 5000

export interface TaskWorker {
  readonly id: Uuid
  readonly clientId: string
  readonly taskKeys: readonly string[]
  /** The claim on the run that it has not acknowledged yet. */
  readonly claim: Uuid | null
  /** Looks for a run, unless it has one. False when it has: somebody else should be asked. */
  wake(): boolean
}

export class TaskDeliveries {
  readonly #context: StreamContext
  readonly #workers = new Set<TaskWorker>()
  /** In turn: who was woken goes to the end. */
  readonly #byKey = new Map<string, Set<TaskWorker>>()
  #timer: NodeJS.Timeout | undefined

  constructor(context: StreamContext) {
    this.#context = context
  }

  async join(worker: TaskWorker): Promise<void> {
    this.#workers.add(worker)
    for (const key of worker.taskKeys) this.#ofKey(key).add(worker)
    this.#timer ??= setInterval(() => this.#tick(), tickMilliseconds)
    await this.#keep([worker])
  }

  async leave(worker: TaskWorker): Promise<void> {
    this.#workers.delete(worker)
    for (const key of worker.taskKeys) {
      const others = this.#ofKey(key)
      others.delete(worker)
      if (others.size === 0) this.#byKey.delete(key)
    }
    if (this.#workers.size === 0) {
      clearInterval(this.#timer)
      this.#timer = undefined
    }
    await this.#context.call('forget_task_workers', { ids: [worker.id] })
  }

  /** A run of this task waits. */
  wakeOne(key: string): void {
    const workers = this.#byKey.get(key)
    for (const worker of workers ?? []) {
      if (!worker.wake()) continue
      workers?.delete(worker)
      workers?.add(worker)
      return
    }
  }

  #ofKey(key: string): Set<TaskWorker> {
    const known = this.#byKey.get(key)
    if (known !== undefined) return known
    const made = new Set<TaskWorker>()
    this.#byKey.set(key, made)
    return made
  }

  #tick(): void {
    const look = async (): Promise<void> => {
      await this.#keep([...this.#workers])
      const waiting = await this.#context.call('read_waiting_keys', { keys: [...this.#byKey.keys()] })
      if (Array.isArray(waiting)) for (const key of waiting) this.wakeOne(String(key))
    }
    look().catch((error: unknown) => log.warn({ err: error }, 'task workers could not be kept; the next try is in 5 s'))
  }

  async #keep(workers: readonly TaskWorker[]): Promise<void> {
    await this.#context.call('keep_task_workers', {
      workers: workers.map(({ id, clientId, taskKeys }) => ({ id, client_id: clientId, task_keys: taskKeys })),
      claims: workers.flatMap(({ claim }) => claim ?? []),
    })
  }
}
