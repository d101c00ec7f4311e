/** Flows, their runs, and what runs leave behind. */
import { identity } from './identity.ts'

export const runs = `
CREATE TABLE flow (
  ${identity},
  name varchar NOT NULL,
  tags jsonb DEFAULT '[]' NOT NULL,
  labels jsonb,
  CONSTRAINT uq_flow__name UNIQUE (name),
  CONSTRAINT pk_flow PRIMARY KEY (id)
);
CREATE INDEX ix_flow__created ON flow (created);
CREATE INDEX ix_flow__updated ON flow (updated);
CREATE INDEX trgm_ix_flow_name ON flow USING gin (name gin_trgm_ops);

CREATE TABLE flow_run (
  ${identity},
  name varchar NOT NULL,
  state_type state_type,
  run_count integer DEFAULT 0 NOT NULL,
  expected_start_time timestamptz,
  next_scheduled_start_time timestamptz,
  start_time timestamptz,
  end_time timestamptz,
  total_run_time interval DEFAULT '00:00:00' NOT NULL,
  flow_version varchar,
  parameters jsonb DEFAULT '{}' NOT NULL,
  idempotency_key varchar,
  context jsonb DEFAULT '{}' NOT NULL,
  empirical_policy jsonb DEFAULT '{}' NOT NULL,
  tags jsonb DEFAULT '[]' NOT NULL,
  auto_scheduled boolean DEFAULT false NOT NULL,
  flow_id uuid NOT NULL,
  deployment_id uuid,
  parent_task_run_id uuid,
  state_id uuid,
  state_name varchar,
  infrastructure_document_id uuid,
  work_queue_name varchar,
  state_timestamp timestamptz,
  created_by jsonb,
  infrastructure_pid varchar,
  work_queue_id uuid,
  job_variables jsonb DEFAULT '{}',
  deployment_version varchar,
  labels jsonb,
  CONSTRAINT pk_flow_run PRIMARY KEY (id)
);
CREATE INDEX ix_flow_run__coalesce_start_time_expected_start_time_asc ON flow_run (COALESCE(start_time, expected_start_time));
CREATE INDEX ix_flow_run__coalesce_start_time_expected_start_time_desc ON flow_run (COALESCE(start_time, expected_start_time) DESC);
CREATE INDEX ix_flow_run__deployment_id ON flow_run (deployment_id);
CREATE INDEX ix_flow_run__deployment_version ON flow_run (deployment_version);
CREATE INDEX ix_flow_run__end_time_desc ON flow_run (end_time DESC);
CREATE INDEX ix_flow_run__expected_start_time_desc ON flow_run (expected_start_time DESC);
CREATE INDEX ix_flow_run__flow_id ON flow_run (flow_id);
CREATE INDEX ix_flow_run__flow_version ON flow_run (flow_version);
CREATE INDEX ix_flow_run__infrastructure_document_id ON flow_run (infrastructure_document_id);
CREATE INDEX ix_flow_run__name ON flow_run (name);
CREATE INDEX ix_flow_run__next_scheduled_start_time_asc ON flow_run (next_scheduled_start_time);
CREATE INDEX ix_flow_run__parent_task_run_id ON flow_run (parent_task_run_id);
CREATE INDEX ix_flow_run__schedule_id_scheduler ON flow_run (deployment_id, ((created_by ->> 'id'::text)), next_scheduled_start_time) WHERE ((state_type = 'SCHEDULED'::state_type) AND (auto_scheduled = true));
CREATE INDEX ix_flow_run__scheduler_deployment_id_auto_scheduled_next_schedu ON flow_run (deployment_id, auto_scheduled, next_scheduled_start_time) WHERE (state_type = 'SCHEDULED'::state_type);
CREATE INDEX ix_flow_run__start_time ON flow_run (start_time);
CREATE INDEX ix_flow_run__state_id ON flow_run (state_id);
CREATE INDEX ix_flow_run__state_name ON flow_run (state_name);
CREATE INDEX ix_flow_run__state_timestamp ON flow_run (state_timestamp);
CREATE INDEX ix_flow_run__state_type ON flow_run (state_type);
CREATE INDEX ix_flow_run__state_type_coalesce_start_time ON flow_run (state_type, COALESCE(start_time, expected_start_time));
CREATE INDEX ix_flow_run__updated ON flow_run (updated);
CREATE INDEX ix_flow_run__work_queue_id ON flow_run (work_queue_id);
CREATE INDEX ix_flow_run__work_queue_name ON flow_run (work_queue_name);
CREATE INDEX trgm_ix_flow_run_name ON flow_run USING gin (name gin_trgm_ops);
CREATE UNIQUE INDEX uq_flow_run__flow_id_idempotency_key ON flow_run (flow_id, idempotency_key);

CREATE TABLE flow_run_input (
  ${identity},
  key varchar NOT NULL,
  value text NOT NULL,
  flow_run_id uuid NOT NULL,
  sender varchar,
  CONSTRAINT uq_flow_run_input__flow_run_id_key UNIQUE (flow_run_id, key),
  CONSTRAINT pk_flow_run_input PRIMARY KEY (id)
);
CREATE INDEX ix_flow_run_input__updated ON flow_run_input (updated);

CREATE TABLE flow_run_state (
  ${identity},
  type state_type NOT NULL,
  timestamp timestamptz DEFAULT CURRENT_TIMESTAMP NOT NULL,
  name varchar NOT NULL,
  message varchar,
  state_details jsonb DEFAULT '{}' NOT NULL,
  data jsonb,
  flow_run_id uuid NOT NULL,
  result_artifact_id uuid,
  CONSTRAINT pk_flow_run_state PRIMARY KEY (id)
);
CREATE INDEX ix_flow_run_state__name ON flow_run_state (name);
CREATE INDEX ix_flow_run_state__result_artifact_id ON flow_run_state (result_artifact_id);
CREATE INDEX ix_flow_run_state__type ON flow_run_state (type);
CREATE INDEX ix_flow_run_state__updated ON flow_run_state (updated);
CREATE UNIQUE INDEX uq_flow_run_state__flow_run_id_timestamp_desc ON flow_run_state (flow_run_id, "timestamp" DESC);

CREATE TABLE task_run (
  ${identity},
  name varchar NOT NULL,
  state_type state_type,
  run_count integer DEFAULT 0 NOT NULL,
  expected_start_time timestamptz,
  next_scheduled_start_time timestamptz,
  start_time timestamptz,
  end_time timestamptz,
  total_run_time interval DEFAULT '00:00:00' NOT NULL,
  task_key varchar NOT NULL,
  dynamic_key varchar NOT NULL,
  cache_key varchar,
  cache_expiration timestamptz,
  task_version varchar,
  empirical_policy jsonb DEFAULT '{}' NOT NULL,
  task_inputs jsonb DEFAULT '{}' NOT NULL,
  tags jsonb DEFAULT '[]' NOT NULL,
  flow_run_id uuid,
  state_id uuid,
  state_name varchar,
  state_timestamp timestamptz,
  flow_run_run_count integer DEFAULT 0 NOT NULL,
  labels jsonb,
  CONSTRAINT pk_task_run PRIMARY KEY (id)
);
CREATE INDEX ix_task_run__end_time_desc ON task_run (end_time DESC);
CREATE INDEX ix_task_run__expected_start_time_desc ON task_run (expected_start_time DESC);
CREATE INDEX ix_task_run__flow_run_id ON task_run (flow_run_id);
CREATE INDEX ix_task_run__name ON task_run (name);
CREATE INDEX ix_task_run__next_scheduled_start_time_asc ON task_run (next_scheduled_start_time);
CREATE INDEX ix_task_run__start_time ON task_run (start_time);
CREATE INDEX ix_task_run__state_id ON task_run (state_id);
CREATE INDEX ix_task_run__state_name ON task_run (state_name);
CREATE INDEX ix_task_run__state_timestamp ON task_run (state_timestamp);
CREATE INDEX ix_task_run__state_type ON task_run (state_type);
CREATE INDEX ix_task_run__state_type_start_time ON task_run (state_type, start_time);
CREATE INDEX ix_task_run__updated ON task_run (updated);
CREATE INDEX trgm_ix_task_run_name ON task_run USING gin (name gin_trgm_ops);
CREATE UNIQUE INDEX uq_task_run__flow_run_id_task_key_dynamic_key ON task_run (flow_run_id, task_key, dynamic_key);

CREATE TABLE task_run_state (
  ${identity},
  type state_type NOT NULL,
  timestamp timestamptz DEFAULT CURRENT_TIMESTAMP NOT NULL,
  name varchar NOT NULL,
  message varchar,
  state_details jsonb DEFAULT '{}' NOT NULL,
  data jsonb,
  task_run_id uuid NOT NULL,
  result_artifact_id uuid,
  CONSTRAINT pk_task_run_state PRIMARY KEY (id)
);
CREATE INDEX ix_task_run_state__name ON task_run_state (name);
CREATE INDEX ix_task_run_state__result_artifact_id ON task_run_state (result_artifact_id);
CREATE INDEX ix_task_run_state__type ON task_run_state (type);
CREATE INDEX ix_task_run_state__updated ON task_run_state (updated);
CREATE UNIQUE INDEX uq_task_run_state__task_run_id_timestamp_desc ON task_run_state (task_run_id, "timestamp" DESC);

CREATE TABLE task_run_state_cache (
  ${identity},
  cache_key varchar NOT NULL,
  cache_expiration timestamptz,
  task_run_state_id uuid NOT NULL,
  CONSTRAINT pk_task_run_state_cache PRIMARY KEY (id)
);
CREATE INDEX ix_task_run_state_cache__cache_key_created_desc ON task_run_state_cache (cache_key, created DESC);
CREATE INDEX ix_task_run_state_cache__updated ON task_run_state_cache (updated);

CREATE TABLE log (
  ${identity},
  name varchar NOT NULL,
  level smallint NOT NULL,
  flow_run_id uuid,
  task_run_id uuid,
  message text NOT NULL,
  timestamp timestamptz NOT NULL,
  CONSTRAINT pk_log PRIMARY KEY (id)
);
CREATE INDEX ix_log__flow_run_id ON log (flow_run_id);
CREATE INDEX ix_log__flow_run_id_timestamp ON log (flow_run_id, "timestamp");
CREATE INDEX ix_log__level ON log (level);
CREATE INDEX ix_log__task_run_id ON log (task_run_id);
CREATE INDEX ix_log__timestamp ON log ("timestamp");
CREATE INDEX ix_log__updated ON log (updated);

CREATE TABLE artifact (
  ${identity},
  key varchar,
  type varchar,
  data json,
  metadata_ json,
  task_run_id uuid,
  flow_run_id uuid,
  description varchar,
  CONSTRAINT pk_artifact PRIMARY KEY (id)
);
CREATE INDEX ix_artifact__flow_run_id ON artifact (flow_run_id);
CREATE INDEX ix_artifact__key ON artifact (key);
CREATE INDEX ix_artifact__key_created_desc ON artifact (key, created DESC) INCLUDE (id, updated, type, task_run_id, flow_run_id);
CREATE INDEX ix_artifact__task_run_id ON artifact (task_run_id);
CREATE INDEX ix_artifact__updated ON artifact (updated);

CREATE TABLE artifact_collection (
  ${identity},
  key varchar NOT NULL,
  latest_id uuid NOT NULL,
  task_run_id uuid,
  flow_run_id uuid,
  type varchar,
  data json,
  description varchar,
  metadata_ json,
  CONSTRAINT uq_artifact_collection__key UNIQUE (key),
  CONSTRAINT pk_artifact_collection PRIMARY KEY (id)
);
CREATE INDEX ix_artifact_collection__key_latest_id ON artifact_collection (key, latest_id);
CREATE INDEX ix_artifact_collection__updated ON artifact_collection (updated);

CREATE TABLE saved_search (
  ${identity},
  name varchar NOT NULL,
  filters jsonb DEFAULT '[]' NOT NULL,
  CONSTRAINT uq_saved_search__name UNIQUE (name),
  CONSTRAINT pk_saved_search PRIMARY KEY (id)
);
CREATE INDEX ix_saved_search__updated ON saved_search (updated);
`
