/** Settings of the client, its flows and its workers. They share the server's files and show up in `/admin/settings`. */
import { derived, section, setting } from '../definition.ts'
import { boolean, integer, literal, logLevel, nullable, number, path, secret, text } from '../kinds.ts'
import { anything, headers, names, retryDelays, statusCodes, taskRetryDelays } from '../special-kinds.ts'

const noPlugins = 'the server loads no Python plugins; extend it through its API'

export const clientSections = {
  api: section('api', 'client', {
    PREFECT_API_URL: setting(nullable(text), null, 'Where clients find the API; also what the UI uses unless told otherwise.', {
      use: 'server',
    }),
    PREFECT_API_AUTH_STRING: setting(nullable(secret), null, 'What clients send as basic authentication.'),
    PREFECT_API_KEY: setting(nullable(secret), null, 'Key for Prefect Cloud.'),
    PREFECT_API_TLS_INSECURE_SKIP_VERIFY: setting(boolean, false, 'Clients do not check certificates.'),
    PREFECT_API_SSL_CERT_FILE: setting(nullable(text), derived('SSL_CERT_FILE'), 'Certificates that clients trust.'),
    PREFECT_API_ENABLE_HTTP2: setting(boolean, false, 'Clients may use HTTP/2.'),
    PREFECT_API_REQUEST_TIMEOUT: setting(number(), 60, 'Seconds a client waits for an answer.'),
  }),
  cli: section('cli', 'client', {
    PREFECT_CLI_COLORS: setting(boolean, true, 'Colours in the output of the command line.'),
    PREFECT_CLI_PROMPT: setting(nullable(boolean), null, 'Whether commands may ask questions.'),
    PREFECT_CLI_WRAP_LINES: setting(boolean, true, 'Wrap long lines.'),
  }),
  client: section('client', 'client', {
    PREFECT_CLIENT_MAX_RETRIES: setting(integer({ ge: 0 }), 5, 'How often a client repeats a request that failed.'),
    PREFECT_CLIENT_RETRY_JITTER_FACTOR: setting(number({ ge: 0 }), 0.2, 'Spread of the waits between repetitions.'),
    PREFECT_CLIENT_RETRY_EXTRA_CODES: setting(statusCodes, [], 'Further status codes that clients repeat after.'),
    PREFECT_CLIENT_CSRF_SUPPORT_ENABLED: setting(boolean, true, 'Clients fetch and send CSRF tokens.'),
    PREFECT_CLIENT_CUSTOM_HEADERS: setting(headers, {}, 'Headers that clients add to every request.'),
    PREFECT_CLIENT_SERVER_VERSION_CHECK_ENABLED: setting(boolean, true, "Clients ask for the server's version first."),
  }),
  clientMetrics: section('client.metrics', 'client', {
    PREFECT_CLIENT_METRICS_ENABLED: setting(boolean, false, 'Clients offer metrics.', { also: 'PREFECT_CLIENT_ENABLE_METRICS' }),
    PREFECT_CLIENT_METRICS_PORT: setting(integer(), 4201, 'Port of the metrics of a client.'),
  }),
  cloud: section('cloud', 'client', {
    PREFECT_CLOUD_API_URL: setting(text, 'https://api.prefect.cloud/api', 'API of Prefect Cloud.'),
    PREFECT_CLOUD_ENABLE_ORCHESTRATION_TELEMETRY: setting(boolean, true, 'Clients send traces to Prefect Cloud.'),
    PREFECT_CLOUD_MAX_LOG_SIZE: setting(integer(), 25_000, 'Longest log message that Prefect Cloud takes.'),
    PREFECT_CLOUD_UI_URL: setting(nullable(text), derived('PREFECT_CLOUD_API_URL with app for api'), 'UI of Prefect Cloud.'),
  }),
  deployments: section('deployments', 'client', {
    PREFECT_DEPLOYMENTS_DEFAULT_WORK_POOL_NAME: setting(nullable(text), null, 'Work pool of deployments that name none.', {
      also: 'PREFECT_DEFAULT_WORK_POOL_NAME',
    }),
    PREFECT_DEPLOYMENTS_DEFAULT_DOCKER_BUILD_NAMESPACE: setting(
      nullable(text),
      null,
      'Registry and namespace of images that clients build.',
      {
        also: 'PREFECT_DEFAULT_DOCKER_BUILD_NAMESPACE',
      },
    ),
  }),
  events: section('events', 'client', {
    PREFECT_EVENTS_WORKER_MAX_QUEUE_SIZE: setting(integer({ ge: 0 }), 0, 'Events that wait in a client; 0 means any number.'),
  }),
  experiments: section('experiments', 'client', {
    PREFECT_EXPERIMENTS_WARN: setting(boolean, true, 'Warn when experimental features are used.', { also: 'PREFECT_EXPERIMENTAL_WARN' }),
  }),
  flows: section('flows', 'client', {
    PREFECT_FLOWS_HEARTBEAT_FREQUENCY: setting(nullable(integer({ ge: 30 })), 180, 'Seconds between heartbeats of a flow run.', {
      also: 'PREFECT_RUNNER_HEARTBEAT_FREQUENCY',
    }),
    PREFECT_FLOWS_DEFAULT_RETRIES: setting(integer({ ge: 0 }), 0, 'Retries of flows that say nothing.', {
      also: 'PREFECT_FLOW_DEFAULT_RETRIES',
    }),
    PREFECT_FLOWS_DEFAULT_RETRY_DELAY_SECONDS: setting(retryDelays, 0, 'Their delays between retries.', {
      also: 'PREFECT_FLOW_DEFAULT_RETRY_DELAY_SECONDS',
    }),
  }),
  internal: section('internal', 'client', {
    PREFECT_INTERNAL_LOGGING_LEVEL: setting(logLevel, 'ERROR', "Level of the client's internal log.", {
      also: 'PREFECT_LOGGING_INTERNAL_LEVEL',
    }),
  }),
  logging: section('logging', 'client', {
    PREFECT_LOGGING_LEVEL: setting(logLevel, 'INFO', 'Level of the logs of flows and tasks.'),
    PREFECT_LOGGING_CONFIG_PATH: setting(path, derived('$PREFECT_HOME/logging.yml'), 'Python logging configuration.', {
      also: 'PREFECT_LOGGING_SETTINGS_PATH',
      instead: 'the server writes JSON lines to stderr; PREFECT_SERVER_LOGGING_LEVEL sets their level',
    }),
    PREFECT_LOGGING_EXTRA_LOGGERS: setting(names, [], 'Python loggers whose messages are sent too.'),
    PREFECT_LOGGING_LOG_PRINTS: setting(boolean, false, 'What flows print is logged.'),
    PREFECT_LOGGING_COLORS: setting(boolean, true, 'Colours in logs on a terminal.'),
    PREFECT_LOGGING_MARKUP: setting(boolean, false, 'Square brackets in messages are styles.'),
  }),
  loggingToApi: section('logging.to_api', 'client', {
    PREFECT_LOGGING_TO_API_ENABLED: setting(boolean, true, 'Clients send logs.'),
    PREFECT_LOGGING_TO_API_BATCH_INTERVAL: setting(number(), 2, 'Seconds between two batches of logs.'),
    PREFECT_LOGGING_TO_API_BATCH_SIZE: setting(integer(), 4_000_000, 'Size of a batch of logs.'),
    PREFECT_LOGGING_TO_API_MAX_LOG_SIZE: setting(integer(), 1_000_000, 'Longest message that is sent.'),
    PREFECT_LOGGING_TO_API_WHEN_MISSING_FLOW: setting(
      literal('warn', 'error', 'ignore'),
      'warn',
      'What happens to logs outside of a flow run.',
    ),
  }),
  plugins: section('plugins', 'inert', {
    PREFECT_PLUGINS_ENABLED: setting(boolean, false, 'Python plugins.', {
      also: 'PREFECT_EXPERIMENTS_PLUGINS_ENABLED',
      instead: noPlugins,
    }),
    PREFECT_PLUGINS_ALLOW: setting(names, [], 'The only plugins allowed.', {
      also: 'PREFECT_EXPERIMENTS_PLUGINS_ALLOW',
      instead: noPlugins,
    }),
    PREFECT_PLUGINS_DENY: setting(names, [], 'Plugins not allowed.', { also: 'PREFECT_EXPERIMENTS_PLUGINS_DENY', instead: noPlugins }),
    PREFECT_PLUGINS_SETUP_TIMEOUT_SECONDS: setting(number(), 20, 'Seconds that plugins have to set up.', {
      also: 'PREFECT_EXPERIMENTS_PLUGINS_SETUP_TIMEOUT_SECONDS',
      instead: noPlugins,
    }),
    PREFECT_PLUGINS_STRICT: setting(boolean, false, 'A plugin that fails ends the process.', {
      also: 'PREFECT_EXPERIMENTS_PLUGINS_STRICT',
      instead: noPlugins,
    }),
    PREFECT_PLUGINS_SAFE_MODE: setting(boolean, false, 'Plugins are loaded and not called.', {
      also: 'PREFECT_EXPERIMENTS_PLUGINS_SAFE_MODE',
      instead: noPlugins,
    }),
  }),
  results: section('results', 'client', {
    PREFECT_RESULTS_DEFAULT_SERIALIZER: setting(text, 'pickle', 'How results are written.'),
    PREFECT_RESULTS_PERSIST_BY_DEFAULT: setting(boolean, false, 'Results are kept unless a flow says otherwise.'),
    PREFECT_RESULTS_DEFAULT_STORAGE_BLOCK: setting(nullable(text), null, 'Block in whose storage results are kept.', {
      also: 'PREFECT_DEFAULT_RESULT_STORAGE_BLOCK',
    }),
    PREFECT_RESULTS_LOCAL_STORAGE_PATH: setting(path, derived('$PREFECT_HOME/storage'), 'Folder of results kept on disk.', {
      also: 'PREFECT_LOCAL_STORAGE_PATH',
    }),
  }),
  runner: section('runner', 'client', {
    PREFECT_RUNNER_PROCESS_LIMIT: setting(integer(), 5, 'Flow runs that a runner starts at once.'),
    PREFECT_RUNNER_POLL_FREQUENCY: setting(integer(), 10, 'Seconds between two looks of a runner for work.'),
    PREFECT_RUNNER_CRASH_ON_CANCELLATION_FAILURE: setting(boolean, false, 'A runner that cannot watch for cancellation crashes its runs.'),
    PREFECT_RUNNER_AUTO_INSTALL_DEPENDENCIES: setting(boolean, false, 'A runner installs what a flow needs.'),
  }),
  runnerServer: section('runner.server', 'client', {
    PREFECT_RUNNER_SERVER_ENABLE: setting(boolean, false, 'A runner answers health checks.'),
    PREFECT_RUNNER_SERVER_HOST: setting(text, 'localhost', 'Address of those.'),
    PREFECT_RUNNER_SERVER_PORT: setting(integer(), 8080, 'Port of those.'),
    PREFECT_RUNNER_SERVER_LOG_LEVEL: setting(logLevel, 'ERROR', 'Log level of those.'),
    PREFECT_RUNNER_SERVER_MISSED_POLLS_TOLERANCE: setting(integer(), 2, 'Missed looks for work until a runner counts as unhealthy.'),
  }),
  tasks: section('tasks', 'client', {
    PREFECT_TASKS_REFRESH_CACHE: setting(boolean, false, 'Tasks run again and renew their cached results.'),
    PREFECT_TASKS_DEFAULT_NO_CACHE: setting(boolean, false, 'Tasks that say nothing do not cache.'),
    PREFECT_TASKS_DISABLE_CACHING: setting(boolean, false, 'No task caches.'),
    PREFECT_TASKS_DEFAULT_RETRIES: setting(integer({ ge: 0 }), 0, 'Retries of tasks that say nothing.', {
      also: 'PREFECT_TASK_DEFAULT_RETRIES',
    }),
    PREFECT_TASKS_DEFAULT_RETRY_DELAY_SECONDS: setting(taskRetryDelays, 0, 'Their delays between retries.', {
      also: 'PREFECT_TASK_DEFAULT_RETRY_DELAY_SECONDS',
    }),
    PREFECT_TASKS_DEFAULT_PERSIST_RESULT: setting(nullable(boolean), null, 'Whether results of tasks are kept.'),
  }),
  tasksRunner: section('tasks.runner', 'client', {
    PREFECT_TASKS_RUNNER_THREAD_POOL_MAX_WORKERS: setting(nullable(integer({ gt: 0 })), null, 'Threads of the thread pool task runner.', {
      also: 'PREFECT_TASK_RUNNER_THREAD_POOL_MAX_WORKERS',
    }),
    PREFECT_TASKS_RUNNER_PROCESS_POOL_MAX_WORKERS: setting(
      nullable(integer({ gt: 0 })),
      null,
      'Processes of the process pool task runner.',
    ),
  }),
  tasksScheduling: section('tasks.scheduling', 'client', {
    PREFECT_TASKS_SCHEDULING_DEFAULT_STORAGE_BLOCK: setting(nullable(text), null, 'Block that keeps the parameters of background tasks.', {
      also: 'PREFECT_TASK_SCHEDULING_DEFAULT_STORAGE_BLOCK',
    }),
    PREFECT_TASKS_SCHEDULING_DELETE_FAILED_SUBMISSIONS: setting(boolean, true, 'Clients delete background tasks they could not submit.', {
      also: 'PREFECT_TASK_SCHEDULING_DELETE_FAILED_SUBMISSIONS',
    }),
  }),
  telemetry: section('telemetry', 'client', {
    PREFECT_TELEMETRY_ENABLE_RESOURCE_METRICS: setting(boolean, true, 'Flow runs report their use of CPU and memory.'),
    PREFECT_TELEMETRY_RESOURCE_METRICS_INTERVAL_SECONDS: setting(integer({ ge: 1 }), 10, 'Seconds between two such reports.'),
  }),
  testing: section('testing', 'client', {
    PREFECT_TESTING_TEST_MODE: setting(boolean, false, 'Test mode: profiles are not read.', { also: 'PREFECT_TEST_MODE', use: 'server' }),
    PREFECT_TESTING_UNIT_TEST_MODE: setting(boolean, false, 'The same, for unit tests.', { also: 'PREFECT_UNIT_TEST_MODE', use: 'server' }),
    PREFECT_TESTING_UNIT_TEST_LOOP_DEBUG: setting(boolean, true, 'Debug mode of the event loop in unit tests.', {
      also: 'PREFECT_UNIT_TEST_LOOP_DEBUG',
    }),
    PREFECT_TESTING_TEST_SETTING: setting(anything, 'FOO', 'A setting to test settings with.', { also: 'PREFECT_TEST_SETTING' }),
  }),
  worker: section('worker', 'client', {
    PREFECT_WORKER_DEBUG_MODE: setting(boolean, false, 'Workers log more.'),
    PREFECT_WORKER_HEARTBEAT_SECONDS: setting(number(), 30, 'Seconds between heartbeats of a worker.'),
    PREFECT_WORKER_QUERY_SECONDS: setting(number(), 10, 'Seconds between two looks of a worker for runs.'),
    PREFECT_WORKER_PREFETCH_SECONDS: setting(number(), 10, 'How far ahead a worker fetches runs.'),
    PREFECT_WORKER_ENABLE_CANCELLATION: setting(boolean, false, 'Workers cancel runs.'),
    PREFECT_WORKER_CANCELLATION_POLL_SECONDS: setting(number(), 120, 'Seconds between two looks for runs to cancel.'),
  }),
  workerWebserver: section('worker.webserver', 'client', {
    PREFECT_WORKER_WEBSERVER_HOST: setting(text, '0.0.0.0', 'Address where a worker answers health checks.'),
    PREFECT_WORKER_WEBSERVER_PORT: setting(integer(), 8080, 'Port of those.'),
  }),
}
