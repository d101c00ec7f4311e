/** Settings of the background services. */
import { Duration } from '../../values/duration.ts'
import { section, setting } from '../definition.ts'
import { boolean, duration, integer, number, seconds } from '../kinds.ts'
import { retentionPeriods, vacuum } from '../special-kinds.ts'

const positive = number({ gt: 0 })
const count = integer({ gt: 0 })
const days = (amount: number): Duration => Duration.fromSeconds(amount * 86_400)
const outbox = 'events are committed with the change they tell of and are not queued in memory'
const recorded = 'task runs are recorded at once by the storage actors'

export const serviceSections = {
  cancellationCleanup: section('server.services.cancellation_cleanup', 'server', {
    PREFECT_SERVER_SERVICES_CANCELLATION_CLEANUP_ENABLED: setting(boolean, true, 'Cancels what is below cancelled flow runs.', {
      also: 'PREFECT_API_SERVICES_CANCELLATION_CLEANUP_ENABLED',
    }),
    PREFECT_SERVER_SERVICES_CANCELLATION_CLEANUP_LOOP_SECONDS: setting(number(), 20, 'Seconds between two looks.', {
      also: 'PREFECT_API_SERVICES_CANCELLATION_CLEANUP_LOOP_SECONDS',
    }),
    PREFECT_SERVER_SERVICES_CANCELLATION_CLEANUP_CANCELLING_TIMEOUT_SECONDS: setting(
      positive,
      300,
      'A flow run that is cancelling for longer is given to the workers to clean up.',
    ),
  }),
  dbVacuum: section('server.services.db_vacuum', 'server', {
    PREFECT_SERVER_SERVICES_DB_VACUUM_ENABLED: setting(vacuum, ['events'], 'What is removed when it is old: events, flow_runs, orphans.'),
    PREFECT_SERVER_SERVICES_DB_VACUUM_LOOP_SECONDS: setting(positive, 3600, 'Seconds between two passes.'),
    PREFECT_SERVER_SERVICES_DB_VACUUM_ORPHAN_CLEANUP_LOOP_SECONDS: setting(positive, 86_400, 'Seconds between two looks for orphans.'),
    PREFECT_SERVER_SERVICES_DB_VACUUM_RETENTION_PERIOD: setting(
      seconds({ gt: Duration.fromSeconds(3600), words: ', longer than an hour' }),
      days(90),
      'How long flow runs that ended are kept.',
    ),
    PREFECT_SERVER_SERVICES_DB_VACUUM_BATCH_SIZE: setting(count, 200, 'Rows deleted in one transaction.'),
    PREFECT_SERVER_SERVICES_DB_VACUUM_EVENT_RETENTION_OVERRIDES: setting(
      retentionPeriods,
      { 'prefect.flow-run.heartbeat': days(7) },
      'How long events of some names are kept, where that is shorter than the rest.',
    ),
  }),
  eventPersister: section('server.services.event_persister', 'server', {
    PREFECT_SERVER_SERVICES_EVENT_PERSISTER_ENABLED: setting(boolean, true, 'Stores events.', {
      also: 'PREFECT_API_SERVICES_EVENT_PERSISTER_ENABLED',
    }),
    PREFECT_SERVER_SERVICES_EVENT_PERSISTER_BATCH_SIZE: setting(count, 20, 'Events stored at once.', {
      also: 'PREFECT_API_SERVICES_EVENT_PERSISTER_BATCH_SIZE',
      instead: outbox,
    }),
    PREFECT_SERVER_SERVICES_EVENT_PERSISTER_READ_BATCH_SIZE: setting(count, 1, 'Events read from the broker at once.', {
      also: 'PREFECT_API_SERVICES_EVENT_PERSISTER_READ_BATCH_SIZE',
      instead: outbox,
    }),
    PREFECT_SERVER_SERVICES_EVENT_PERSISTER_FLUSH_INTERVAL: setting(positive, 5, 'Seconds until events are stored at the latest.', {
      also: 'PREFECT_API_SERVICES_EVENT_PERSISTER_FLUSH_INTERVAL',
    }),
    PREFECT_SERVER_SERVICES_EVENT_PERSISTER_QUEUE_MAX_SIZE: setting(count, 50_000, 'Events that wait in memory.', { instead: outbox }),
    PREFECT_SERVER_SERVICES_EVENT_PERSISTER_MAX_FLUSH_RETRIES: setting(count, 5, 'Attempts until events are dropped.', { instead: outbox }),
  }),
  eventLogger: section('server.services.event_logger', 'server', {
    PREFECT_SERVER_SERVICES_EVENT_LOGGER_ENABLED: setting(boolean, false, 'Logs every event.', {
      also: 'PREFECT_API_SERVICES_EVENT_LOGGER_ENABLED',
    }),
  }),
  foreman: section('server.services.foreman', 'server', {
    PREFECT_SERVER_SERVICES_FOREMAN_ENABLED: setting(
      boolean,
      true,
      'Marks workers, pools, queues and deployments that are not served any more.',
      {
        also: 'PREFECT_API_SERVICES_FOREMAN_ENABLED',
      },
    ),
    PREFECT_SERVER_SERVICES_FOREMAN_LOOP_SECONDS: setting(number(), 15, 'Seconds between two looks.', {
      also: 'PREFECT_API_SERVICES_FOREMAN_LOOP_SECONDS',
    }),
    PREFECT_SERVER_SERVICES_FOREMAN_INACTIVITY_HEARTBEAT_MULTIPLE: setting(
      integer(),
      3,
      'A worker that misses so many heartbeats is offline.',
      {
        also: 'PREFECT_API_SERVICES_FOREMAN_INACTIVITY_HEARTBEAT_MULTIPLE',
      },
    ),
    PREFECT_SERVER_SERVICES_FOREMAN_FALLBACK_HEARTBEAT_INTERVAL_SECONDS: setting(
      integer(),
      30,
      'Seconds between heartbeats of a worker that names none.',
      {
        also: 'PREFECT_API_SERVICES_FOREMAN_FALLBACK_HEARTBEAT_INTERVAL_SECONDS',
      },
    ),
    PREFECT_SERVER_SERVICES_FOREMAN_DEPLOYMENT_LAST_POLLED_TIMEOUT_SECONDS: setting(
      integer(),
      60,
      'A deployment nobody polls for so long is not ready.',
      {
        also: 'PREFECT_API_SERVICES_FOREMAN_DEPLOYMENT_LAST_POLLED_TIMEOUT_SECONDS',
      },
    ),
    PREFECT_SERVER_SERVICES_FOREMAN_WORK_QUEUE_LAST_POLLED_TIMEOUT_SECONDS: setting(
      integer(),
      60,
      'A work queue nobody polls for so long is not ready.',
      {
        also: 'PREFECT_API_SERVICES_FOREMAN_WORK_QUEUE_LAST_POLLED_TIMEOUT_SECONDS',
      },
    ),
  }),
  lateRuns: section('server.services.late_runs', 'server', {
    PREFECT_SERVER_SERVICES_LATE_RUNS_ENABLED: setting(boolean, true, 'Marks runs that did not start in time.', {
      also: 'PREFECT_API_SERVICES_LATE_RUNS_ENABLED',
    }),
    PREFECT_SERVER_SERVICES_LATE_RUNS_LOOP_SECONDS: setting(number(), 5, 'Seconds between two looks.', {
      also: 'PREFECT_API_SERVICES_LATE_RUNS_LOOP_SECONDS',
    }),
    PREFECT_SERVER_SERVICES_LATE_RUNS_AFTER_SECONDS: setting(
      seconds(),
      Duration.fromSeconds(15),
      'How long after its time a run is late.',
      {
        also: 'PREFECT_API_SERVICES_LATE_RUNS_AFTER_SECONDS',
      },
    ),
  }),
  scheduler: section('server.services.scheduler', 'server', {
    PREFECT_SERVER_SERVICES_SCHEDULER_ENABLED: setting(boolean, true, 'Makes the runs of schedules.', {
      also: 'PREFECT_API_SERVICES_SCHEDULER_ENABLED',
    }),
    PREFECT_SERVER_SERVICES_SCHEDULER_LOOP_SECONDS: setting(number(), 60, 'Seconds between two passes over all deployments.', {
      also: 'PREFECT_API_SERVICES_SCHEDULER_LOOP_SECONDS',
    }),
    PREFECT_SERVER_SERVICES_SCHEDULER_DEPLOYMENT_BATCH_SIZE: setting(integer(), 100, 'Deployments in one transaction.', {
      also: 'PREFECT_API_SERVICES_SCHEDULER_DEPLOYMENT_BATCH_SIZE',
    }),
    PREFECT_SERVER_SERVICES_SCHEDULER_MAX_RUNS: setting(integer(), 100, 'Most runs of a schedule that lie in the future.', {
      also: 'PREFECT_API_SERVICES_SCHEDULER_MAX_RUNS',
    }),
    PREFECT_SERVER_SERVICES_SCHEDULER_MIN_RUNS: setting(integer(), 3, 'Fewest runs of a schedule that lie in the future.', {
      also: 'PREFECT_API_SERVICES_SCHEDULER_MIN_RUNS',
    }),
    PREFECT_SERVER_SERVICES_SCHEDULER_MAX_SCHEDULED_TIME: setting(duration, days(100), 'How far in the future runs are made at most.', {
      also: 'PREFECT_API_SERVICES_SCHEDULER_MAX_SCHEDULED_TIME',
    }),
    PREFECT_SERVER_SERVICES_SCHEDULER_MIN_SCHEDULED_TIME: setting(
      duration,
      Duration.fromSeconds(3600),
      'How far in the future runs are made at least.',
      {
        also: 'PREFECT_API_SERVICES_SCHEDULER_MIN_SCHEDULED_TIME',
      },
    ),
    PREFECT_SERVER_SERVICES_SCHEDULER_INSERT_BATCH_SIZE: setting(integer(), 500, 'Runs written with one statement.', {
      also: 'PREFECT_API_SERVICES_SCHEDULER_INSERT_BATCH_SIZE',
    }),
    PREFECT_SERVER_SERVICES_SCHEDULER_RECENT_DEPLOYMENTS_LOOP_SECONDS: setting(
      number(),
      5,
      'Seconds between two passes over changed deployments.',
    ),
  }),
  pauseExpirations: section('server.services.pause_expirations', 'server', {
    PREFECT_SERVER_SERVICES_PAUSE_EXPIRATIONS_ENABLED: setting(boolean, true, 'Fails runs whose pause ran out.', {
      also: 'PREFECT_API_SERVICES_PAUSE_EXPIRATIONS_ENABLED',
    }),
    PREFECT_SERVER_SERVICES_PAUSE_EXPIRATIONS_LOOP_SECONDS: setting(number(), 5, 'Seconds between two looks.', {
      also: 'PREFECT_API_SERVICES_PAUSE_EXPIRATIONS_LOOP_SECONDS',
    }),
  }),
  repossessor: section('server.services.repossessor', 'server', {
    PREFECT_SERVER_SERVICES_REPOSSESSOR_ENABLED: setting(boolean, true, 'Takes back concurrency slots whose lease ran out.'),
    PREFECT_SERVER_SERVICES_REPOSSESSOR_LOOP_SECONDS: setting(number(), 15, 'Seconds between two looks.'),
  }),
  cleanupReconciler: section('server.services.cleanup_reconciler', 'server', {
    PREFECT_SERVER_SERVICES_CLEANUP_RECONCILER_ENABLED: setting(boolean, true, 'Offers cleanup work again when its worker is gone.'),
    PREFECT_SERVER_SERVICES_CLEANUP_RECONCILER_LOOP_SECONDS: setting(positive, 5, 'Seconds between two looks.'),
    PREFECT_SERVER_SERVICES_CLEANUP_RECONCILER_BATCH_SIZE: setting(count, 100, 'Messages handled in one pass.'),
  }),
  taskRunRecorder: section('server.services.task_run_recorder', 'server', {
    PREFECT_SERVER_SERVICES_TASK_RUN_RECORDER_ENABLED: setting(boolean, true, 'Makes task runs of the events that clients send.', {
      also: 'PREFECT_API_SERVICES_TASK_RUN_RECORDER_ENABLED',
    }),
    PREFECT_SERVER_SERVICES_TASK_RUN_RECORDER_READ_BATCH_SIZE: setting(count, 1, 'Events read from the broker at once.', {
      instead: recorded,
    }),
    PREFECT_SERVER_SERVICES_TASK_RUN_RECORDER_BATCH_SIZE: setting(count, 1, 'Task runs written at once.', { instead: recorded }),
    PREFECT_SERVER_SERVICES_TASK_RUN_RECORDER_FLUSH_INTERVAL: setting(positive, 5, 'Seconds until they are written at the latest.', {
      instead: recorded,
    }),
  }),
  triggers: section('server.services.triggers', 'server', {
    PREFECT_SERVER_SERVICES_TRIGGERS_ENABLED: setting(boolean, true, 'Watches events for automations, and acts.', {
      also: 'PREFECT_API_SERVICES_TRIGGERS_ENABLED',
    }),
    PREFECT_SERVER_SERVICES_TRIGGERS_READ_BATCH_SIZE: setting(count, 1, 'Events read from the broker at once.', {
      instead: 'triggers read whole batches from the database',
    }),
    PREFECT_SERVER_SERVICES_TRIGGERS_PG_NOTIFY_RECONNECT_INTERVAL_SECONDS: setting(integer(), 10, 'Seconds until LISTEN is tried again.', {
      instead: 'changes of automations travel through the broker',
    }),
    PREFECT_SERVER_SERVICES_TRIGGERS_PG_NOTIFY_HEARTBEAT_INTERVAL_SECONDS: setting(integer(), 5, 'Seconds between two checks of LISTEN.', {
      instead: 'changes of automations travel through the broker',
    }),
  }),
}
