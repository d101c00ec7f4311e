/**
 * Every table and the type of each column, as PostgreSQL names it (SQLite has the same columns). The test of the schema
 * keeps this list equal to what the migrations create.
 */
export type ColumnKind =
  | 'uuid'
  | 'text'
  | 'timestamptz'
  | 'interval'
  | 'boolean'
  | 'smallint'
  | 'integer'
  | 'bigint'
  | 'float8'
  | 'json' // keeps the text as it came
  | 'jsonb'
  | 'jsonb_key' // jsonb that is part of a unique index: SQLite compares its text
  | 'state_type'
  | 'deployment_status'
  | 'work_pool_status'
  | 'work_queue_status'
  | 'worker_status'

const columnsByKind = {
  agent: {
    uuid: 'id work_queue_id',
    timestamptz: 'created updated last_activity_time',
    text: 'name',
  },
  alembic_version: {
    text: 'version_num',
  },
  artifact: {
    uuid: 'id task_run_id flow_run_id',
    timestamptz: 'created updated',
    text: 'key type description',
    json: 'data metadata_',
  },
  artifact_collection: {
    uuid: 'id latest_id task_run_id flow_run_id',
    timestamptz: 'created updated',
    text: 'key type description',
    json: 'data metadata_',
  },
  automation: {
    text: 'name description',
    boolean: 'enabled',
    jsonb: 'trigger actions actions_on_trigger actions_on_resolve tags',
    uuid: 'id',
    timestamptz: 'created updated',
  },
  automation_bucket: {
    uuid: 'automation_id trigger_id id',
    jsonb_key: 'bucketing_key',
    jsonb: 'last_event',
    timestamptz: 'start end triggered_at created updated',
    integer: 'count',
    text: 'last_operation',
  },
  automation_event_follower: {
    uuid: 'leader_event_id follower_event_id id',
    timestamptz: 'received created updated',
    jsonb: 'follower',
    text: 'scope',
  },
  automation_related_resource: {
    uuid: 'automation_id id',
    text: 'resource_id',
    boolean: 'automation_owned_by_resource',
    timestamptz: 'created updated',
  },
  block_document: {
    uuid: 'id block_schema_id block_type_id',
    timestamptz: 'created updated',
    text: 'name block_type_name',
    jsonb: 'data',
    boolean: 'is_anonymous',
  },
  block_document_reference: {
    uuid: 'id parent_block_document_id reference_block_document_id',
    timestamptz: 'created updated',
    text: 'name',
  },
  block_schema: {
    uuid: 'id block_type_id',
    timestamptz: 'created updated',
    jsonb: 'fields capabilities',
    text: 'checksum version',
  },
  block_schema_reference: {
    uuid: 'id parent_block_schema_id reference_block_schema_id',
    timestamptz: 'created updated',
    text: 'name',
  },
  block_type: {
    uuid: 'id',
    timestamptz: 'created updated',
    text: 'name logo_url documentation_url description code_example slug',
    boolean: 'is_protected',
  },
  composite_trigger_child_firing: {
    uuid: 'automation_id parent_trigger_id child_trigger_id child_firing_id id',
    timestamptz: 'child_fired_at created updated',
    jsonb: 'child_firing',
  },
  concurrency_limit: {
    uuid: 'id',
    timestamptz: 'created updated',
    text: 'tag',
    integer: 'concurrency_limit',
    jsonb: 'active_slots',
  },
  concurrency_limit_v2: {
    uuid: 'id',
    timestamptz: 'created updated',
    boolean: 'active',
    text: 'name',
    integer: 'limit active_slots denied_slots',
    float8: 'slot_decay_per_second avg_slot_occupancy_seconds',
  },
  configuration: {
    uuid: 'id',
    timestamptz: 'created updated',
    text: 'key',
    jsonb: 'value',
  },
  csrf_token: {
    text: 'token client',
    timestamptz: 'expiration created updated',
    uuid: 'id',
  },
  deployment: {
    uuid: 'id flow_id infrastructure_document_id storage_document_id work_queue_id concurrency_limit_id version_id',
    timestamptz: 'created updated last_polled',
    text: 'name description version path entrypoint work_queue_name',
    jsonb: 'tags parameters parameter_openapi_schema infra_overrides created_by updated_by pull_steps concurrency_options labels',
    boolean: 'enforce_parameter_schema paused',
    deployment_status: 'status',
    integer: 'concurrency_limit',
  },
  deployment_schedule: {
    uuid: 'id deployment_id',
    timestamptz: 'created updated',
    jsonb: 'schedule parameters',
    boolean: 'active',
    integer: 'max_scheduled_runs',
    text: 'slug',
  },
  deployment_version: {
    uuid: 'deployment_id work_queue_id id',
    text: 'branch description entrypoint work_queue_name',
    jsonb: 'version_info tags labels pull_steps parameters parameter_openapi_schema infra_overrides',
    boolean: 'enforce_parameter_schema',
    timestamptz: 'created updated',
  },
  event_resources: {
    timestamptz: 'occurred created updated',
    text: 'resource_id resource_role',
    json: 'resource',
    uuid: 'event_id id',
  },
  events: {
    timestamptz: 'occurred received recorded created updated',
    text: 'event resource_id',
    jsonb: 'resource related_resource_ids related payload',
    uuid: 'follows id',
  },
  flow: {
    uuid: 'id',
    timestamptz: 'created updated',
    text: 'name',
    jsonb: 'tags labels',
  },
  flow_run: {
    uuid: 'id flow_id deployment_id parent_task_run_id state_id infrastructure_document_id work_queue_id',
    timestamptz: 'created updated expected_start_time next_scheduled_start_time start_time end_time state_timestamp',
    text: 'name flow_version idempotency_key state_name work_queue_name infrastructure_pid deployment_version',
    state_type: 'state_type',
    integer: 'run_count',
    interval: 'total_run_time',
    jsonb: 'parameters context empirical_policy tags created_by job_variables labels',
    boolean: 'auto_scheduled',
  },
  flow_run_input: {
    uuid: 'id flow_run_id',
    timestamptz: 'created updated',
    text: 'key value sender',
  },
  flow_run_state: {
    uuid: 'id flow_run_id result_artifact_id',
    timestamptz: 'created updated timestamp',
    state_type: 'type',
    text: 'name message',
    jsonb: 'state_details data',
  },
  log: {
    uuid: 'id flow_run_id task_run_id',
    timestamptz: 'created updated timestamp',
    text: 'name message',
    smallint: 'level',
  },
  saved_search: {
    uuid: 'id',
    timestamptz: 'created updated',
    text: 'name',
    jsonb: 'filters',
  },
  task_run: {
    uuid: 'id flow_run_id state_id',
    timestamptz: 'created updated expected_start_time next_scheduled_start_time start_time end_time cache_expiration state_timestamp',
    text: 'name task_key dynamic_key cache_key task_version state_name',
    state_type: 'state_type',
    integer: 'run_count flow_run_run_count',
    interval: 'total_run_time',
    jsonb: 'empirical_policy task_inputs tags labels',
  },
  task_run_state: {
    uuid: 'id task_run_id result_artifact_id',
    timestamptz: 'created updated timestamp',
    state_type: 'type',
    text: 'name message',
    jsonb: 'state_details data',
  },
  task_run_state_cache: {
    uuid: 'id task_run_state_id',
    timestamptz: 'created updated cache_expiration',
    text: 'cache_key',
  },
  variable: {
    uuid: 'id',
    timestamptz: 'created updated',
    text: 'name',
    jsonb: 'tags value',
  },
  work_pool: {
    uuid: 'id default_queue_id last_status_event_id',
    timestamptz: 'created updated last_transitioned_status_at',
    text: 'name description type',
    jsonb: 'base_job_template storage_configuration',
    boolean: 'is_paused',
    integer: 'concurrency_limit',
    work_pool_status: 'status',
  },
  work_queue: {
    uuid: 'id work_pool_id',
    timestamptz: 'created updated last_polled',
    text: 'name description',
    jsonb: 'filter',
    boolean: 'is_paused',
    integer: 'concurrency_limit priority',
    work_queue_status: 'status',
  },
  worker: {
    uuid: 'id work_pool_id',
    timestamptz: 'created updated last_heartbeat_time',
    text: 'name',
    integer: 'heartbeat_interval_seconds',
    worker_status: 'status',
  },
  server_term: {
    integer: 'id',
    bigint: 'term',
    text: 'owner',
    timestamptz: 'expires',
  },
  server_outbox: {
    bigint: 'id',
    timestamptz: 'created',
    json: 'events',
    integer: 'attempts',
    text: 'error',
  },
  server_trigger_batch: {
    bigint: 'id',
    timestamptz: 'created',
    json: 'events',
    integer: 'attempts',
    text: 'error',
  },
  server_triggered_action: {
    bigint: 'id',
    timestamptz: 'created',
    json: 'action',
    integer: 'attempts',
    text: 'error',
  },
  server_automation_change: {
    integer: 'id',
    bigint: 'number',
  },
  server_quarantine: {
    bigint: 'id',
    timestamptz: 'created',
    text: 'kind error',
    json: 'content',
  },
  server_lease: {
    uuid: 'id',
    timestamptz: 'created expires_at',
    text: 'kind',
    json: 'resource_ids holder',
    integer: 'slots',
  },
  server_pending_deletion: {
    bigint: 'id',
    timestamptz: 'created',
    text: 'kind',
    uuid: 'resource_id',
  },
  server_waiting_task_run: {
    bigint: 'id',
    timestamptz: 'created claimed_until',
    uuid: 'task_run_id claim',
    text: 'task_key queue',
  },
  server_task_worker: {
    uuid: 'id',
    text: 'client_id',
    json: 'task_keys',
    timestamptz: 'seen expires',
  },
  server_cleanup: {
    uuid: 'id work_pool_id work_queue_id',
    timestamptz: 'created updated reserved_at lease_expires_at completed_at',
    text: 'idempotency_key kind status reservation_token',
    json: 'target data dead_letter',
    integer: 'delivery_count',
  },
} satisfies Record<string, Partial<Record<ColumnKind, string>>>

export type TableName = keyof typeof columnsByKind

/** table → column → type */
export const tables: Readonly<Record<TableName, ReadonlyMap<string, ColumnKind>>> = byColumn(columnsByKind)

function byColumn(source: typeof columnsByKind): Record<TableName, Map<string, ColumnKind>> {
  const entries = Object.entries(source).map(([table, kinds]) => [table, columnsOf(kinds)])
  return Object.fromEntries(entries) as Record<TableName, Map<string, ColumnKind>>
}

function columnsOf(kinds: Partial<Record<ColumnKind, string>>): Map<string, ColumnKind> {
  const columns = new Map<string, ColumnKind>()
  for (const [kind, names] of Object.entries(kinds)) {
    for (const name of names.split(' ')) columns.set(name, kind as ColumnKind)
  }
  return columns
}

/** The type of a column; unknown names are a programming error. */
export function columnKind(table: TableName, column: string): ColumnKind {
  const kind = tables[table].get(column)
  if (kind === undefined) throw new RangeError(`table ${table} has no column ${column}`)
  return kind
}

/** The name of a column's type in a PostgreSQL cast. */
export function postgresType(kind: ColumnKind): string {
  return kind === 'jsonb_key' ? 'jsonb' : kind
}
