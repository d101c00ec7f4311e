/** The metrics of a pod. Requests and groups are counted as they happen; all else is looked up when somebody asks. */
import { type IntervalHistogram, monitorEventLoopDelay } from 'node:perf_hooks'
import { type Histogram, Metrics, type Value } from '../metrics/metrics.ts'
import { operations } from '../resources/index.ts'
import type { PodStatus } from './pod-status.ts'

const seconds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]
/** Milliseconds between two looks at the clock, which the delay contains. */
const delayResolution = 20
const sizes = [1, 2, 4, 8, 16, 32, 64]

/** What is not in the status of a pod. */
export interface Gauges {
  mailboxes: readonly { mailbox: string; waiting: number; running: number }[]
  /** Seconds since the oldest news of work that is not worked off. */
  backlogs: Readonly<Record<string, number>>
}

export class PodMetrics {
  readonly #metrics = new Metrics()
  readonly #delay: IntervalHistogram
  readonly #requests = this.#metrics.counter('prefect_server_requests_total', 'Requests by route and status.', [
    'method',
    'route',
    'status',
  ])
  readonly #latency = this.#metrics.histogram(
    'prefect_server_request_seconds',
    'From the head of a request to the end of its reply.',
    seconds,
    ['route'],
  )
  readonly #groupSize = this.#metrics.histogram('prefect_server_group_requests', 'Requests that went to an actor together.', sizes, [
    'mailbox',
  ])
  readonly #groupTime = this.#metrics.histogram(
    'prefect_server_group_seconds',
    'From handing a group over to its replies, the commit included.',
    seconds,
    ['mailbox'],
  )
  readonly #info = this.#metrics.gauge('prefect_server_info', 'Who this is; always 1.', ['pod', 'version'])
  readonly #inFlight = this.#metrics.gauge('prefect_server_requests_in_flight', 'Requests without their reply.')
  readonly #webSockets = this.#metrics.gauge('prefect_server_websockets', 'Open websockets.')
  readonly #waiting = this.#metrics.gauge('prefect_server_mailbox_waiting', 'Requests that wait for an actor.', ['mailbox'])
  readonly #running = this.#metrics.gauge('prefect_server_mailbox_running', 'Groups that actors work on.', ['mailbox'])
  readonly #backlog = this.#metrics.gauge(
    'prefect_server_backlog_lag_seconds',
    'Age of the oldest work that is not done: events to expand, logs to delete.',
    ['backlog'],
  )
  readonly #leader = this.#metrics.gauge('prefect_server_is_leader', '1 on the pod that runs the services.')
  readonly #term = this.#metrics.gauge('prefect_server_term', 'The term that this pod leads; 0 when it does not.')
  readonly #transitions = this.#metrics.counter('prefect_server_leadership_transitions_total', 'How often this pod began to lead.')
  readonly #lockTime = this.#metrics.gauge('prefect_server_lock_seconds', 'What the last request to the lock of the leader took.')
  readonly #loopAge = this.#metrics.gauge('prefect_server_loop_age_seconds', 'Since the last pass of a service ended.', ['loop'])
  readonly #loopPasses = this.#metrics.counter('prefect_server_loop_passes_total', 'Passes of a service in this term.', ['loop'])
  readonly #loopFailures = this.#metrics.counter('prefect_server_loop_failures_total', 'Passes that failed.', ['loop'])
  readonly #connected = this.#metrics.gauge('prefect_server_broker_connected', '1 while the broker can be reached.', ['broker'])
  readonly #news = this.#metrics.counter('prefect_server_news_total', 'News to and from other pods.', ['what'])
  readonly #memory = this.#metrics.gauge('process_resident_memory_bytes', 'Memory of the process.')
  readonly #cpu = this.#metrics.counter('process_cpu_seconds_total', 'Time on processors.')
  readonly #lag = this.#metrics.gauge('prefect_server_event_loop_lag_seconds', 'Delay of the main thread since the last look.', [
    'quantile',
  ])
  /** By operation, then by status: found once. */
  readonly #byOperation: { latency: Histogram; statuses: Map<number, Value> }[] = []

  constructor() {
    this.#delay = monitorEventLoopDelay({ resolution: delayResolution })
    this.#delay.enable()
  }

  /** A request is over. */
  observeRequest(operation: number | undefined, status: number, microseconds: number): void {
    const place = operation ?? operations.length
    let known = this.#byOperation[place]
    if (known === undefined) {
      known = { latency: this.#latency.of(operations[place]?.path ?? ''), statuses: new Map() }
      this.#byOperation[place] = known
    }
    let count = known.statuses.get(status)
    if (count === undefined) {
      const { method = '', path = '' } = operations[place] ?? {}
      count = this.#requests.of(method, path, String(status))
      known.statuses.set(status, count)
    }
    count.add()
    known.latency.observe(microseconds / 1e6)
  }

  observeGroup(mailbox: string, size: number, milliseconds: number): void {
    this.#groupSize.of(mailbox).observe(size)
    this.#groupTime.of(mailbox).observe(milliseconds / 1000)
  }

  /** Prometheus's text. */
  text(pod: PodStatus, { mailboxes, backlogs }: Gauges): string {
    this.#info.of(pod.pod, pod.version).set(1)
    this.#inFlight.of().set(pod.api?.requests ?? 0)
    this.#webSockets.of().set(pod.api?.websockets ?? 0)
    for (const { mailbox, waiting, running } of mailboxes) {
      this.#waiting.of(mailbox).set(waiting)
      this.#running.of(mailbox).set(running)
    }
    for (const [name, age] of Object.entries(backlogs)) this.#backlog.of(name).set(age)
    this.#setServices(pod)
    this.#connected.of(pod.broker.backend).set(pod.broker.connected ? 1 : 0)
    for (const what of ['published', 'received', 'dropped'] as const) this.#news.of(what).set(pod.broker[what])
    this.#memory.of().set(pod.memory_bytes)
    const { user, system } = process.cpuUsage()
    this.#cpu.of().set((user + system) / 1e6)
    for (const quantile of [50, 99])
      this.#lag.of(String(quantile / 100)).set(Math.max(0, this.#delay.percentile(quantile) / 1e9 - delayResolution / 1000))
    this.#delay.reset()
    return this.#metrics.text()
  }

  #setServices({ services }: PodStatus): void {
    for (const family of [this.#loopAge, this.#loopPasses, this.#loopFailures]) family.clear()
    this.#leader.of().set(services?.role === 'leading' ? 1 : 0)
    this.#term.of().set(services?.term ?? 0)
    this.#transitions.of().set(services?.transitions ?? 0)
    if (services?.lock_milliseconds != null) this.#lockTime.of().set(services.lock_milliseconds / 1000)
    for (const loop of services?.loops ?? []) {
      if (loop.age_seconds !== null) this.#loopAge.of(loop.name).set(loop.age_seconds)
      this.#loopPasses.of(loop.name).set(loop.passes)
      this.#loopFailures.of(loop.name).set(loop.failures)
    }
  }
}
