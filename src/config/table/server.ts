/** Settings of the server. */
import { Duration } from '../../values/duration.ts'
import { derived, section, setting } from '../definition.ts'
import { boolean, duration, integer, logLevel, nullable, number, path, text } from '../kinds.ts'

const seconds = (amount: number): Duration => Duration.fromSeconds(amount)
const always = 'block types are registered in one pass at start'
const inDatabase = 'it lives in the database'

export const serverSections = {
  root: section('', 'server', {
    PREFECT_HOME: setting(path, derived('~/.prefect'), 'Folder of the database, profiles and results.'),
    PREFECT_PROFILES_PATH: setting(path, derived('$PREFECT_HOME/profiles.toml'), 'File of the profiles; may begin with $PREFECT_HOME.'),
    PREFECT_DEBUG_MODE: setting(boolean, false, 'Logs in more detail.'),
    PREFECT_UI_URL: setting(
      nullable(text),
      derived('PREFECT_API_URL without /api'),
      'Where people find the UI; used in links of notifications.',
    ),
    PREFECT_SILENCE_API_URL_MISCONFIGURATION: setting(boolean, false, 'Clients do not warn of a doubtful PREFECT_API_URL.', {
      use: 'client',
    }),
  }),
  server: section('server', 'server', {
    PREFECT_SERVER_LOGGING_LEVEL: setting(logLevel, 'WARNING', 'Level of the log of the server.', { also: 'PREFECT_LOGGING_SERVER_LEVEL' }),
    PREFECT_SERVER_ANALYTICS_ENABLED: setting(boolean, false, 'Usage statistics for the makers of Prefect.', {
      instead: 'this server sends nothing to anybody',
    }),
    PREFECT_SERVER_METRICS_ENABLED: setting(boolean, false, 'Offers Prometheus metrics at /metrics.', {
      also: 'PREFECT_API_ENABLE_METRICS',
    }),
    PREFECT_SERVER_LOG_RETRYABLE_ERRORS: setting(boolean, false, 'Logs errors after which clients repeat.', {
      also: 'PREFECT_API_LOG_RETRYABLE_ERRORS',
    }),
    PREFECT_SERVER_REGISTER_BLOCKS_ON_START: setting(boolean, true, 'Registers the built-in block types at start.', {
      also: 'PREFECT_API_BLOCKS_REGISTER_ON_START',
    }),
    PREFECT_SERVER_MEMOIZE_BLOCK_AUTO_REGISTRATION: setting(boolean, true, 'Remembers on disk which blocks were registered.', {
      also: 'PREFECT_MEMOIZE_BLOCK_AUTO_REGISTRATION',
      instead: always,
    }),
    PREFECT_SERVER_MEMO_STORE_PATH: setting(path, derived('$PREFECT_HOME/memo_store.toml'), 'The file it remembers that in.', {
      also: 'PREFECT_MEMO_STORE_PATH',
      instead: always,
    }),
    PREFECT_SERVER_DEPLOYMENT_SCHEDULE_MAX_SCHEDULED_RUNS: setting(integer(), 50, 'Largest max_scheduled_runs of a schedule.', {
      also: 'PREFECT_DEPLOYMENT_SCHEDULE_MAX_SCHEDULED_RUNS',
    }),
  }),
  concurrency: section('server.concurrency', 'server', {
    PREFECT_SERVER_CONCURRENCY_LEASE_STORAGE: setting(
      text,
      'prefect.server.concurrency.lease_storage.memory',
      'Where leases of limits are kept.',
      {
        instead: inDatabase,
      },
    ),
    PREFECT_SERVER_CONCURRENCY_INITIAL_DEPLOYMENT_LEASE_DURATION: setting(
      number({ ge: 30, le: 3600 }),
      300,
      "Seconds that a deployment's slot is held until the run starts.",
    ),
    PREFECT_SERVER_CONCURRENCY_MAXIMUM_CONCURRENCY_SLOT_WAIT_SECONDS: setting(
      number({ ge: 0 }),
      30,
      'Longest wait told to a client that finds no slot.',
    ),
  }),
  deployments: section('server.deployments', 'server', {
    PREFECT_SERVER_DEPLOYMENTS_CONCURRENCY_SLOT_WAIT_SECONDS: setting(
      number({ ge: 0 }),
      30,
      'Seconds a run waits for a slot of its deployment.',
      {
        also: 'PREFECT_DEPLOYMENT_CONCURRENCY_SLOT_WAIT_SECONDS',
      },
    ),
  }),
  docket: section('server.docket', 'inert', {
    PREFECT_SERVER_DOCKET_NAME: setting(text, 'prefect-server', 'Name of the task queue of the services.', {
      instead: 'services run in threads of the server; PREFECT_BROKER_BACKEND=redis joins several servers',
    }),
    PREFECT_SERVER_DOCKET_URL: setting(text, 'memory://', 'Where that queue is; a redis:// URL means PREFECT_BROKER_BACKEND=redis.', {
      use: 'server',
    }),
  }),
  ephemeral: section('server.ephemeral', 'client', {
    PREFECT_SERVER_EPHEMERAL_ENABLED: setting(boolean, false, 'Clients without PREFECT_API_URL start a server of their own.', {
      also: 'PREFECT_SERVER_ALLOW_EPHEMERAL_MODE',
    }),
    PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS: setting(integer(), 20, 'Seconds they give it to start.'),
  }),
  events: section('server.events', 'server', {
    PREFECT_SERVER_EVENTS_STREAM_OUT_ENABLED: setting(boolean, true, 'Clients may follow events.', {
      also: 'PREFECT_API_EVENTS_STREAM_OUT_ENABLED',
    }),
    PREFECT_SERVER_EVENTS_RELATED_RESOURCE_CACHE_TTL: setting(duration, seconds(300), 'How long related resources are remembered.', {
      also: 'PREFECT_API_EVENTS_RELATED_RESOURCE_CACHE_TTL',
      instead: 'related resources are read with the run',
    }),
    PREFECT_SERVER_EVENTS_MAXIMUM_LABELS_PER_RESOURCE: setting(integer(), 500, 'Most labels of a resource.', {
      also: 'PREFECT_EVENTS_MAXIMUM_LABELS_PER_RESOURCE',
    }),
    PREFECT_SERVER_EVENTS_MAXIMUM_RELATED_RESOURCES: setting(integer(), 100, 'Most related resources of an event.', {
      also: 'PREFECT_EVENTS_MAXIMUM_RELATED_RESOURCES',
    }),
    PREFECT_SERVER_EVENTS_MAXIMUM_SIZE_BYTES: setting(integer(), 1_500_000, 'Largest event.', {
      also: 'PREFECT_EVENTS_MAXIMUM_SIZE_BYTES',
    }),
    PREFECT_SERVER_EVENTS_EXPIRED_BUCKET_BUFFER: setting(duration, seconds(60), 'How long buckets of a trigger outlive their end.', {
      also: 'PREFECT_EVENTS_EXPIRED_BUCKET_BUFFER',
    }),
    PREFECT_SERVER_EVENTS_PROACTIVE_GRANULARITY: setting(duration, seconds(5), 'How often proactive triggers are looked at.', {
      also: 'PREFECT_EVENTS_PROACTIVE_GRANULARITY',
    }),
    PREFECT_SERVER_EVENTS_RETENTION_PERIOD: setting(duration, seconds(604_800), 'How long events are kept.', {
      also: 'PREFECT_EVENTS_RETENTION_PERIOD',
    }),
    PREFECT_SERVER_EVENTS_MAXIMUM_WEBSOCKET_BACKFILL: setting(duration, seconds(900), 'How far back a stream of events may begin.', {
      also: 'PREFECT_EVENTS_MAXIMUM_WEBSOCKET_BACKFILL',
    }),
    PREFECT_SERVER_EVENTS_WEBSOCKET_BACKFILL_PAGE_SIZE: setting(integer({ gt: 0 }), 250, 'Past events that a stream reads at once.', {
      also: 'PREFECT_EVENTS_WEBSOCKET_BACKFILL_PAGE_SIZE',
    }),
    PREFECT_SERVER_EVENTS_MESSAGING_BROKER: setting(
      text,
      'prefect.server.utilities.messaging.memory',
      'Python module of the broker; prefect_redis.messaging means PREFECT_BROKER_BACKEND=redis.',
      { also: 'PREFECT_MESSAGING_BROKER' },
    ),
    PREFECT_SERVER_EVENTS_MESSAGING_CACHE: setting(
      text,
      'prefect.server.utilities.messaging.memory',
      'Python module that finds repeated messages.',
      {
        also: 'PREFECT_MESSAGING_CACHE',
        instead: 'the database refuses repeated events',
      },
    ),
    PREFECT_SERVER_EVENTS_CAUSAL_ORDERING: setting(text, 'prefect.server.events.ordering.memory', 'Python module that orders events.', {
      instead: inDatabase,
    }),
    PREFECT_SERVER_EVENTS_MAXIMUM_EVENT_NAME_LENGTH: setting(integer({ gt: 0 }), 1024, 'Longest name of an event.'),
  }),
  flowRunGraph: section('server.flow_run_graph', 'server', {
    PREFECT_SERVER_FLOW_RUN_GRAPH_MAX_NODES: setting(integer(), 10_000, 'Most nodes of a run graph.', {
      also: 'PREFECT_API_MAX_FLOW_RUN_GRAPH_NODES',
    }),
    PREFECT_SERVER_FLOW_RUN_GRAPH_MAX_ARTIFACTS: setting(integer(), 10_000, 'Most artifacts of a run graph.', {
      also: 'PREFECT_API_MAX_FLOW_RUN_GRAPH_ARTIFACTS',
    }),
  }),
  logs: section('server.logs', 'server', {
    PREFECT_SERVER_LOGS_STREAM_OUT_ENABLED: setting(boolean, false, 'Clients may follow logs.'),
    PREFECT_SERVER_LOGS_STREAM_PUBLISHING_ENABLED: setting(boolean, false, 'Logs that arrive are given to those who follow.'),
  }),
  tasks: section('server.tasks', 'server', {
    PREFECT_SERVER_TASKS_TAG_CONCURRENCY_SLOT_WAIT_SECONDS: setting(
      number({ ge: 0 }),
      10,
      'Seconds a task run waits for a slot of its tag.',
      {
        also: 'PREFECT_TASK_RUN_TAG_CONCURRENCY_SLOT_WAIT_SECONDS',
      },
    ),
    PREFECT_SERVER_TASKS_MAX_CACHE_KEY_LENGTH: setting(integer(), 2000, 'Longest cache key.', {
      also: 'PREFECT_API_TASK_CACHE_KEY_MAX_LENGTH',
    }),
  }),
  tasksScheduling: section('server.tasks.scheduling', 'server', {
    PREFECT_SERVER_TASKS_SCHEDULING_MAX_SCHEDULED_QUEUE_SIZE: setting(integer(), 1000, 'Background tasks of a key that wait in memory.', {
      also: 'PREFECT_TASK_SCHEDULING_MAX_SCHEDULED_QUEUE_SIZE',
    }),
    PREFECT_SERVER_TASKS_SCHEDULING_MAX_RETRY_QUEUE_SIZE: setting(integer(), 100, 'Of those, ones that a worker gave back.', {
      also: 'PREFECT_TASK_SCHEDULING_MAX_RETRY_QUEUE_SIZE',
    }),
    PREFECT_SERVER_TASKS_SCHEDULING_PENDING_TASK_TIMEOUT: setting(
      duration,
      Duration.zero,
      'A background task pending for longer is offered again; 0 never.',
      {
        also: 'PREFECT_TASK_SCHEDULING_PENDING_TASK_TIMEOUT',
      },
    ),
  }),
  ui: section('server.ui', 'server', {
    PREFECT_SERVER_UI_ENABLED: setting(boolean, true, 'Serves the UI.', { also: 'PREFECT_UI_ENABLED' }),
    PREFECT_SERVER_UI_V2_ENABLED: setting(boolean, true, 'The second UI is what a browser without a preference gets.'),
    PREFECT_SERVER_UI_API_URL: setting(
      nullable(text),
      derived('PREFECT_API_URL, or made of host and port'),
      'Where the UI finds the API.',
      {
        also: 'PREFECT_UI_API_URL',
      },
    ),
    PREFECT_SERVER_UI_SERVE_BASE: setting(text, '/', 'Path of the UI.', { also: 'PREFECT_UI_SERVE_BASE' }),
    PREFECT_SERVER_UI_STATIC_DIRECTORY: setting(nullable(text), null, 'Folder where the UI is unpacked.', {
      also: 'PREFECT_UI_STATIC_DIRECTORY',
    }),
    PREFECT_SERVER_UI_SHOW_PROMOTIONAL_CONTENT: setting(boolean, true, 'The UI may advertise Prefect Cloud.'),
  }),
  workerChannel: section('server.worker_channel', 'server', {
    PREFECT_SERVER_WORKER_CHANNEL_CLEANUP_QUEUE_STORAGE: setting(
      text,
      'prefect.server.worker_communication.cleanup_queue.memory',
      'Where cleanup work for workers is kept.',
      { instead: inDatabase },
    ),
    PREFECT_SERVER_WORKER_CHANNEL_CLEANUP_LEASE_SECONDS: setting(number({ gt: 0 }), 30, 'Seconds a worker may hold cleanup work.'),
    PREFECT_SERVER_WORKER_CHANNEL_CLEANUP_MAX_DELIVERY_ATTEMPTS: setting(integer({ ge: 1 }), 3, 'How often cleanup work is offered.'),
    PREFECT_SERVER_WORKER_CHANNEL_CLEANUP_COMPLETED_IDEMPOTENCY_RETENTION_SECONDS: setting(
      nullable(number({ ge: 0 })),
      null,
      'Seconds that finished cleanup work is remembered; for ever when not set.',
    ),
  }),
}
