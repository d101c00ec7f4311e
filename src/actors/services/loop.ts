/**
 * The loop around a service: a pass, then a wait until the interval since the pass began is over. An error is logged and
 * counted and never ends the loop; a pass that takes longer than its interval is followed by the next at once.
 */
import type { Settings } from '../../config/settings.ts'
import { log } from '../../logging/log.ts'
import { Timestamp } from '../../values/timestamp.ts'
import type { Service, ServiceContext } from './service.ts'

export interface LoopReport {
  name: string
  passes: number
  failures: number
  /** Milliseconds since 1970 of the last pass's end; null before the first. */
  lastPass: number | null
  lastError: string | null
}

/** The ways to storage actors. */
export type Ask = Pick<ServiceContext, 'call' | 'request'>

export class Loop {
  readonly report: LoopReport
  readonly #service: Service
  readonly #settings: Settings
  readonly #ask: Ask
  #stopping = false
  /** News came since the pass began. */
  #told = false
  #wake: () => void = () => {}
  #ended: Promise<void> = Promise.resolve()

  constructor(service: Service, settings: Settings, ask: Ask) {
    this.#service = service
    this.#settings = settings
    this.#ask = ask
    this.report = { name: service.name, passes: 0, failures: 0, lastPass: null, lastError: null }
  }

  start(): void {
    this.#stopping = false
    this.#ended = this.#turn()
  }

  /** News came: whoever waits for it need not wait for the clock. */
  tell(topic: string): void {
    if (topic !== this.#service.wakesOn) return
    this.#told = true
    this.#wake()
  }

  /** Resolves when the pass in progress has come to its next chunk and ended. */
  async stop(): Promise<void> {
    this.#stopping = true
    this.#wake()
    await this.#ended
  }

  async #turn(): Promise<void> {
    while (!this.#stopping) {
      const began = performance.now()
      this.#told = false
      await this.#pass()
      if (this.#told) continue
      const rest = this.#service.interval(this.#settings) * 1000 - (performance.now() - began)
      if (rest > 0 && !this.#stopping) await this.#sleep(rest)
    }
  }

  async #pass(): Promise<void> {
    const loop = this
    const context: ServiceContext = {
      settings: this.#settings,
      now: Timestamp.now(),
      ...this.#ask,
      get stopping() {
        return loop.#stopping
      },
    }
    try {
      await this.#service.run(context)
      this.report.lastError = null
    } catch (error) {
      // What was cut short because the loop is to stop has not failed.
      if (this.#stopping) return
      this.report.failures += 1
      this.report.lastError = error instanceof Error ? error.message : String(error)
      log.error({ service: this.#service.name, err: error }, 'a pass of a service failed')
    }
    this.report.passes += 1
    this.report.lastPass = Date.now()
  }

  #sleep(milliseconds: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, milliseconds)
      this.#wake = () => {
        clearTimeout(timer)
        resolve()
      }
    })
  }
}
