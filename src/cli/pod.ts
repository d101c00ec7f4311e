/**
 * A pod: everything that one process of the server is made of, started in the order in which the parts need each other and
 * stopped in reverse, so that nothing that was accepted is lost.
 */
import { randomUUID } from 'node:crypto'
import { Backlog } from '../actors/backlog.ts'
import { EventIngest } from '../actors/event-ingest.ts'
import type { NewsFrame } from '../actors/frames.ts'
import { Polls } from '../actors/polls.ts'
import { Services } from '../actors/services.ts'
import { StorageActors } from '../actors/storage-actors.ts'
import { streams } from '../actors/streams/index.ts'
import type { Broker } from '../broker/broker.ts'
import { openBroker } from '../broker/open.ts'
import type { Settings } from '../config/settings.ts'
import type { Server } from '../http/options.ts'
import { createServer } from '../http/server.ts'
import { log } from '../logging/log.ts'
import { operations } from '../resources/index.ts'
import { prepareDatabase } from '../storage/open.ts'
import { Directory, statusTopic } from './directory.ts'
import { documentationRoutes, withDocumentation } from './docs.ts'
import { mainRoutes, type PodView } from './main-routes.ts'
import { isForOthers } from './news.ts'
import { PodMetrics } from './pod-metrics.ts'
import { type PodStatus, podStatus } from './pod-status.ts'
import { registerBlocks } from './register-blocks.ts'
import { uiPages } from './ui/pages.ts'
import { eventsInRoute, StreamRoutes } from './websocket-routes.ts'

export interface PodOptions {
  settings: Settings
  host: string
  port: number
  /** Answer requests. */
  api: boolean
  /** Listen; a pod without the API answers probes alone. */
  listen: boolean
  /** Run the background services. */
  services: boolean
}

const companionStopMilliseconds = 3000
/** What the outbox and the threads get, once the requests under way are answered. */
const finishMilliseconds = 10_000

export class Pod {
  readonly #actors: StorageActors
  readonly #broker: Broker
  readonly #outbox: Backlog
  readonly #deletions: Backlog
  readonly #polls: Record<'polled-queues' | 'polled-deployments', Polls>
  readonly #ingest: EventIngest
  readonly #services: Services | undefined
  readonly #streams: StreamRoutes | undefined
  readonly #directory: Directory
  readonly #metrics: PodMetrics | undefined
  readonly #name = randomUUID()
  readonly #drainMilliseconds: number
  #stopping = false
  #server: Server | undefined

  private constructor(options: PodOptions) {
    const { settings, api, services } = options
    this.#drainMilliseconds = settings.get('PREFECT_SERVER_HTTP_SHUTDOWN_SECONDS') * 1000
    this.#broker = openBroker(settings, { onNews: (topic, payload) => this.#tellHere({ topic, payload }) })
    this.#directory = new Directory(this.#broker, () => this.#status(options))
    this.#metrics = settings.get('PREFECT_SERVER_METRICS_ENABLED') ? new PodMetrics() : undefined
    this.#actors = new StorageActors({
      settings,
      onNews: (news) => this.#tell(news),
      onGroup: this.#metrics?.observeGroup.bind(this.#metrics),
    })
    this.#outbox = new Backlog(this.#actors, 'expand_outbox')
    this.#deletions = new Backlog(this.#actors, 'delete_pending')
    this.#polls = {
      'polled-queues': new Polls(this.#actors, 'mark_queues_polled', 'queue_ids'),
      'polled-deployments': new Polls(this.#actors, 'mark_deployments_polled', 'deployment_ids'),
    }
    this.#ingest = new EventIngest(this.#actors)
    const data = { settings: settings.toData() }
    if (services) this.#services = new Services({ settings, dispatcher: this.#actors, onNews: (news) => this.#tell(news) })
    if (api) {
      // The streams actor has told its own conversations already.
      const onNews = (news: NewsFrame): void => {
        this.#services?.news(news)
        this.#broker.publish(news.topic, news.payload)
      }
      this.#streams = new StreamRoutes(streams, { data, dispatcher: this.#actors, onNews })
    }
  }

  /** Starts a pod; resolves when it serves. */
  static async start(options: PodOptions): Promise<Pod> {
    await prepareDatabase(options.settings)
    const pod = new Pod(options)
    await registerBlocks(options.settings, pod.#actors)
    if (options.listen) await pod.#listen(options)
    return pod
  }

  /** The port that it listens on; 0 when it serves no API. */
  get port(): number {
    return this.#server?.port ?? 0
  }

  /**
   * Is not ready any more, lets another pod lead, answers what is under way, empties the outbox, and ends the threads. When
   * that takes too long (the database does not answer) it gives up: what is left is in the database.
   */
  async stop(): Promise<void> {
    this.#stopping = true
    const milliseconds = this.#drainMilliseconds + finishMilliseconds
    const { promise: late, resolve } = Promise.withResolvers<void>()
    const deadline = setTimeout(() => {
      log.error({ milliseconds }, 'the server could not finish what was under way, and stops all the same')
      resolve()
    }, milliseconds)
    await Promise.race([this.#finish(), late])
    clearTimeout(deadline)
  }

  async #finish(): Promise<void> {
    await Promise.all([this.#services?.close(), this.#server?.close(this.#drainMilliseconds)])
    await this.#ingest.drained()
    await Promise.all(Object.values(this.#polls).map((polls) => polls.close()))
    await Promise.all([this.#outbox.close(), this.#deletions.close()])
    await this.#streams?.close(companionStopMilliseconds)
    await this.#actors.close()
    this.#directory.close()
    await this.#broker.close()
  }

  async #listen(options: PodOptions): Promise<void> {
    const { settings, host, port, api } = options
    this.#server = await createServer({
      host,
      port,
      apiBasePath: settings.get('PREFECT_SERVER_API_BASE_PATH') ?? '/api',
      authString: settings.get('PREFECT_SERVER_API_AUTH_STRING') ?? undefined,
      cors: {
        allowedOrigins: settings.get('PREFECT_SERVER_API_CORS_ALLOWED_ORIGINS'),
        allowedMethods: settings.get('PREFECT_SERVER_API_CORS_ALLOWED_METHODS'),
        allowedHeaders: settings.get('PREFECT_SERVER_API_CORS_ALLOWED_HEADERS'),
      },
      routes: api ? operations : [],
      dispatcher: this.#actors,
      mainRoutes: [...mainRoutes(settings, this.#actors, this.#view(options)), ...(api ? documentationRoutes(settings) : [])],
      onRequest: this.#metrics?.observeRequest.bind(this.#metrics),
      fallback: api ? withDocumentation(uiPages(settings)) : undefined,
      webSocketRoutes: api ? [eventsInRoute(this.#ingest), ...(this.#streams?.routes ?? [])] : [],
    })
  }

  #view(options: PodOptions): PodView {
    const pod = this
    return {
      get serving() {
        return !pod.#stopping
      },
      get pods() {
        return pod.#directory.pods
      },
      get metrics() {
        const backlogs = { events: pod.#outbox.lag, deletions: pod.#deletions.lag }
        return pod.#metrics?.text(pod.#status(options), { mailboxes: pod.#actors.mailboxes, backlogs })
      },
    }
  }

  #status({ settings, api: servesApi }: PodOptions): PodStatus {
    const api = servesApi &&
      this.#server && { ready: !this.#stopping, requests: this.#server.requestsInFlight, websockets: this.#server.webSockets }
    return podStatus(
      {
        pod: this.#name,
        api: api || null,
        services: this.#services?.status,
        broker: { backend: settings.get('PREFECT_BROKER_BACKEND'), ...this.#broker.status },
        database: { backend: settings.databaseBackend, ...this.#actors.load },
      },
      Date.now(),
    )
  }

  /** News of this pod's own transactions. */
  #tell(news: NewsFrame): void {
    if (isForOthers(news.topic)) this.#broker.publish(news.topic, news.payload)
    this.#tellHere(news)
  }

  #tellHere(news: NewsFrame): void {
    if (news.topic === statusTopic) this.#directory.hear(news.payload)
    else if (news.topic === 'outbox') this.#outbox.notify()
    else if (news.topic === 'pending-deletions') this.#deletions.notify()
    else if (news.topic === 'polled-queues' || news.topic === 'polled-deployments')
      this.#polls[news.topic].add(JSON.parse(Buffer.from(news.payload).toString()) as string[])
    else {
      this.#services?.news(news)
      this.#streams?.news(news)
    }
  }
}
