/** Flows, their runs, and what runs leave behind. */
import { now, randomId, statements } from './spelling.ts'

export const runs: readonly string[] = statements(`
CREATE TABLE flow (
  id CHAR(36) DEFAULT ${randomId.nestedSpaced} NOT NULL,
  created DATETIME DEFAULT ${now} NOT NULL,
  updated DATETIME DEFAULT ${now} NOT NULL,
  name VARCHAR NOT NULL,
  tags JSON DEFAULT '[]' NOT NULL, labels JSON,
  CONSTRAINT pk_flow PRIMARY KEY (id),
  CONSTRAINT uq_flow__name UNIQUE (name)
);
CREATE INDEX ix_flow__created ON flow (created);
CREATE INDEX ix_flow__updated ON flow (updated);
CREATE INDEX ix_flow_name_case_insensitive on flow (name COLLATE NOCASE);

CREATE TABLE "flow_run" (
  id CHAR(36) DEFAULT ${randomId.spaced} NOT NULL,
  created DATETIME DEFAULT ${now} NOT NULL,
  updated DATETIME DEFAULT ${now} NOT NULL,
  name VARCHAR NOT NULL,
  state_type VARCHAR(9),
  run_count INTEGER DEFAULT '0' NOT NULL,
  expected_start_time DATETIME,
  next_scheduled_start_time DATETIME,
  start_time DATETIME,
  end_time DATETIME,
  total_run_time DATETIME DEFAULT '0' NOT NULL,
  flow_version VARCHAR,
  parameters JSON DEFAULT '{}' NOT NULL,
  idempotency_key VARCHAR,
  context JSON DEFAULT '{}' NOT NULL,
  empirical_policy JSON DEFAULT '{}' NOT NULL,
  tags JSON DEFAULT '[]' NOT NULL,
  auto_scheduled BOOLEAN DEFAULT '0' NOT NULL,
  flow_id CHAR(36) NOT NULL,
  deployment_id CHAR(36),
  parent_task_run_id CHAR(36),
  state_id CHAR(36),
  state_name VARCHAR,
  infrastructure_document_id CHAR(36),
  work_queue_name VARCHAR,
  state_timestamp DATETIME,
  created_by JSON,
  infrastructure_pid VARCHAR,
  work_queue_id CHAR(36), job_variables JSON DEFAULT '{}', deployment_version VARCHAR, labels JSON,
  CONSTRAINT pk_flow_run PRIMARY KEY (id),
  CONSTRAINT fk_flow_run__state_id__flow_run_state FOREIGN KEY(state_id) REFERENCES flow_run_state (id) ON DELETE SET NULL,
  CONSTRAINT fk_flow_run__infrastructure_document_id__block_document FOREIGN KEY(infrastructure_document_id) REFERENCES block_document (id) ON DELETE CASCADE,
  CONSTRAINT fk_flow_run__flow_id__flow FOREIGN KEY(flow_id) REFERENCES flow (id) ON DELETE CASCADE,
  CONSTRAINT fk_flow_run__work_queue_id__work_queue FOREIGN KEY(work_queue_id) REFERENCES work_queue (id) ON DELETE SET NULL,
  CONSTRAINT fk_flow_run__parent_task_run_id__task_run FOREIGN KEY(parent_task_run_id) REFERENCES task_run (id) ON DELETE SET NULL
);
CREATE INDEX ix_flow_run__deployment_id
        ON flow_run (deployment_id)
        ;
CREATE INDEX ix_flow_run__deployment_version ON flow_run (deployment_version);
CREATE INDEX ix_flow_run__end_time_desc ON flow_run (end_time);
CREATE INDEX ix_flow_run__expected_start_time_desc ON flow_run (expected_start_time);
CREATE INDEX ix_flow_run__flow_id ON flow_run (flow_id);
CREATE INDEX ix_flow_run__flow_version ON flow_run (flow_version);
CREATE INDEX ix_flow_run__infrastructure_document_id ON flow_run (infrastructure_document_id);
CREATE INDEX ix_flow_run__name ON flow_run (name);
CREATE INDEX ix_flow_run__next_scheduled_start_time_asc ON flow_run (next_scheduled_start_time);
CREATE INDEX ix_flow_run__parent_task_run_id ON flow_run (parent_task_run_id);
CREATE INDEX ix_flow_run__schedule_id_scheduler
        ON flow_run (deployment_id, json_extract(created_by, '$.id'), next_scheduled_start_time)
        WHERE state_type = 'SCHEDULED' AND auto_scheduled = 1;
CREATE INDEX ix_flow_run__scheduler_deployment_id_auto_scheduled_next_schedu ON flow_run (deployment_id, auto_scheduled, next_scheduled_start_time) WHERE state_type = 'SCHEDULED';
CREATE INDEX ix_flow_run__start_time ON flow_run (start_time);
CREATE INDEX ix_flow_run__state_id ON flow_run (state_id);
CREATE INDEX ix_flow_run__state_name ON flow_run (state_name);
CREATE INDEX ix_flow_run__state_timestamp ON flow_run (state_timestamp);
CREATE INDEX ix_flow_run__state_type ON flow_run (state_type);
CREATE INDEX ix_flow_run__state_type_coalesce_start_time
        ON flow_run (state_type, coalesce(start_time, expected_start_time))
        ;
CREATE INDEX ix_flow_run__updated ON flow_run (updated);
CREATE INDEX ix_flow_run__work_queue_id ON flow_run (work_queue_id);
CREATE INDEX ix_flow_run__work_queue_name ON flow_run (work_queue_name);
CREATE INDEX ix_flow_run_name_case_insensitive ON flow_run (name);
CREATE UNIQUE INDEX uq_flow_run__flow_id_idempotency_key ON flow_run (flow_id, idempotency_key);

CREATE TABLE "flow_run_input" (
  id CHAR(36) DEFAULT ${randomId.plain} NOT NULL,
  created DATETIME DEFAULT ${now} NOT NULL,
  updated DATETIME DEFAULT ${now} NOT NULL,
  "key" VARCHAR NOT NULL,
  value TEXT NOT NULL,
  flow_run_id CHAR(36) NOT NULL, sender VARCHAR,
  CONSTRAINT pk_flow_run_input PRIMARY KEY (id),
  CONSTRAINT uq_flow_run_input__flow_run_id_key UNIQUE (flow_run_id, "key"),
  CONSTRAINT fk_flow_run_input__flow_run_id__flow_run FOREIGN KEY(flow_run_id) REFERENCES flow_run (id) ON DELETE cascade
);
CREATE INDEX ix_flow_run_input__updated ON flow_run_input (updated);

CREATE TABLE "flow_run_state" (
  id CHAR(36) DEFAULT ${randomId.spaced} NOT NULL,
  created DATETIME DEFAULT ${now} NOT NULL,
  updated DATETIME DEFAULT ${now} NOT NULL,
  type VARCHAR(9) NOT NULL,
  timestamp DATETIME DEFAULT ${now} NOT NULL,
  name VARCHAR NOT NULL,
  message VARCHAR,
  state_details JSON DEFAULT '{}' NOT NULL,
  data JSON,
  flow_run_id CHAR(36) NOT NULL,
  result_artifact_id CHAR(36),
  CONSTRAINT pk_flow_run_state PRIMARY KEY (id),
  CONSTRAINT fk_flow_run_state__flow_run_id__flow_run FOREIGN KEY(flow_run_id) REFERENCES flow_run (id) ON DELETE CASCADE,
  CONSTRAINT fk_flow_run_state__result_artifact_id__artifact FOREIGN KEY(result_artifact_id) REFERENCES artifact (id) ON DELETE SET NULL
);
CREATE INDEX ix_flow_run_state__name ON flow_run_state (name);
CREATE INDEX ix_flow_run_state__result_artifact_id ON flow_run_state (result_artifact_id);
CREATE INDEX ix_flow_run_state__type ON flow_run_state (type);
CREATE INDEX ix_flow_run_state__updated ON flow_run_state (updated);
CREATE UNIQUE INDEX uq_flow_run_state__flow_run_id_timestamp_desc ON flow_run_state (flow_run_id, timestamp);

CREATE TABLE "task_run" (
  id CHAR(36) DEFAULT ${randomId.spaced} NOT NULL,
  created DATETIME DEFAULT ${now} NOT NULL,
  updated DATETIME DEFAULT ${now} NOT NULL,
  name VARCHAR NOT NULL,
  state_type VARCHAR(9),
  run_count INTEGER DEFAULT '0' NOT NULL,
  expected_start_time DATETIME,
  next_scheduled_start_time DATETIME,
  start_time DATETIME,
  end_time DATETIME,
  total_run_time DATETIME DEFAULT '0' NOT NULL,
  task_key VARCHAR NOT NULL,
  dynamic_key VARCHAR NOT NULL,
  cache_key VARCHAR,
  cache_expiration DATETIME,
  task_version VARCHAR,
  empirical_policy JSON DEFAULT '{}' NOT NULL,
  task_inputs JSON DEFAULT '{}' NOT NULL,
  tags JSON DEFAULT '[]' NOT NULL,
  flow_run_id CHAR(36),
  state_id CHAR(36),
  state_name VARCHAR,
  state_timestamp DATETIME,
  flow_run_run_count INTEGER DEFAULT '0' NOT NULL,
  labels JSON,
  CONSTRAINT pk_task_run PRIMARY KEY (id),
  CONSTRAINT fk_task_run__flow_run_id__flow_run FOREIGN KEY(flow_run_id) REFERENCES flow_run (id) ON DELETE CASCADE
);
CREATE INDEX ix_task_run__end_time_desc ON task_run (end_time);
CREATE INDEX ix_task_run__expected_start_time_desc ON task_run (expected_start_time);
CREATE INDEX ix_task_run__flow_run_id ON task_run (flow_run_id);
CREATE INDEX ix_task_run__name ON task_run (name);
CREATE INDEX ix_task_run__next_scheduled_start_time_asc ON task_run (next_scheduled_start_time);
CREATE INDEX ix_task_run__start_time ON task_run (start_time);
CREATE INDEX ix_task_run__state_id ON task_run (state_id);
CREATE INDEX ix_task_run__state_name ON task_run (state_name);
CREATE INDEX ix_task_run__state_timestamp ON task_run (state_timestamp);
CREATE INDEX ix_task_run__state_type ON task_run (state_type);
CREATE INDEX ix_task_run__state_type_start_time
        ON task_run (state_type, start_time)
        ;
CREATE INDEX ix_task_run__updated ON task_run (updated);
CREATE INDEX ix_task_run_name_case_insensitive ON task_run (name);
CREATE UNIQUE INDEX uq_task_run__flow_run_id_task_key_dynamic_key ON task_run (flow_run_id, task_key, dynamic_key);

CREATE TABLE "task_run_state" (
  id CHAR(36) DEFAULT ${randomId.spaced} NOT NULL,
  created DATETIME DEFAULT ${now} NOT NULL,
  updated DATETIME DEFAULT ${now} NOT NULL,
  type VARCHAR(9) NOT NULL,
  timestamp DATETIME DEFAULT ${now} NOT NULL,
  name VARCHAR NOT NULL,
  message VARCHAR,
  state_details JSON DEFAULT '{}' NOT NULL,
  data JSON,
  task_run_id CHAR(36) NOT NULL,
  result_artifact_id CHAR(36),
  CONSTRAINT pk_task_run_state PRIMARY KEY (id),
  CONSTRAINT fk_task_run_state__task_run_id__task_run FOREIGN KEY(task_run_id) REFERENCES task_run (id) ON DELETE CASCADE,
  CONSTRAINT fk_task_run_state__result_artifact_id__artifact FOREIGN KEY(result_artifact_id) REFERENCES artifact (id) ON DELETE SET NULL
);
CREATE INDEX ix_task_run_state__name ON task_run_state (name);
CREATE INDEX ix_task_run_state__result_artifact_id ON task_run_state (result_artifact_id);
CREATE INDEX ix_task_run_state__type ON task_run_state (type);
CREATE INDEX ix_task_run_state__updated ON task_run_state (updated);
CREATE UNIQUE INDEX uq_task_run_state__task_run_id_timestamp_desc ON task_run_state (task_run_id, timestamp);

CREATE TABLE task_run_state_cache (
  id CHAR(36) DEFAULT ${randomId.nestedSpaced} NOT NULL,
  created DATETIME DEFAULT ${now} NOT NULL,
  updated DATETIME DEFAULT ${now} NOT NULL,
  cache_key VARCHAR NOT NULL,
  cache_expiration DATETIME,
  task_run_state_id CHAR(36) NOT NULL,
  CONSTRAINT pk_task_run_state_cache PRIMARY KEY (id)
);
CREATE INDEX ix_task_run_state_cache__cache_key_created_desc ON task_run_state_cache (cache_key, created DESC);
CREATE INDEX ix_task_run_state_cache__updated ON task_run_state_cache (updated);

CREATE TABLE "log" (
  id CHAR(36) DEFAULT ${randomId.spaced} NOT NULL,
  created DATETIME DEFAULT ${now} NOT NULL,
  updated DATETIME DEFAULT ${now} NOT NULL,
  name VARCHAR NOT NULL,
  level SMALLINT NOT NULL,
  flow_run_id CHAR(36),
  task_run_id CHAR(36),
  message TEXT NOT NULL,
  timestamp DATETIME NOT NULL,
  CONSTRAINT pk_log PRIMARY KEY (id)
);
CREATE INDEX ix_log__flow_run_id ON log (flow_run_id);
CREATE INDEX ix_log__flow_run_id_timestamp ON log (flow_run_id, timestamp);
CREATE INDEX ix_log__level ON log (level);
CREATE INDEX ix_log__task_run_id ON log (task_run_id);
CREATE INDEX ix_log__timestamp ON log (timestamp);
CREATE INDEX ix_log__updated ON log (updated);

CREATE TABLE "artifact" (
  id CHAR(36) DEFAULT ${randomId.plain} NOT NULL,
  created DATETIME DEFAULT ${now} NOT NULL,
  updated DATETIME DEFAULT ${now} NOT NULL,
  "key" VARCHAR,
  type VARCHAR,
  data JSON,
  metadata_ JSON,
  task_run_id CHAR(36),
  flow_run_id CHAR(36), description VARCHAR,
  CONSTRAINT pk_artifact PRIMARY KEY (id)
);
CREATE INDEX ix_artifact__flow_run_id ON artifact (flow_run_id);
CREATE INDEX ix_artifact__key ON artifact ("key");
CREATE INDEX ix_artifact__key_created_desc ON artifact ("key", created DESC);
CREATE INDEX ix_artifact__task_run_id ON artifact (task_run_id);
CREATE INDEX ix_artifact__updated ON artifact (updated);

CREATE TABLE artifact_collection (
  id CHAR(36) DEFAULT ${randomId.nested} NOT NULL,
  created DATETIME DEFAULT ${now} NOT NULL,
  updated DATETIME DEFAULT ${now} NOT NULL,
  "key" VARCHAR NOT NULL,
  latest_id CHAR(36) NOT NULL, task_run_id CHAR(36), flow_run_id CHAR(36), type VARCHAR, data JSON, description VARCHAR, metadata_ JSON,
  CONSTRAINT pk_artifact_collection PRIMARY KEY (id),
  CONSTRAINT uq_artifact_collection__key UNIQUE ("key")
);
CREATE INDEX ix_artifact_collection__key_latest_id ON artifact_collection ("key", latest_id);
CREATE INDEX ix_artifact_collection__updated ON artifact_collection (updated);

CREATE TABLE saved_search (
  id CHAR(36) DEFAULT ${randomId.nestedSpaced} NOT NULL,
  created DATETIME DEFAULT ${now} NOT NULL,
  updated DATETIME DEFAULT ${now} NOT NULL,
  name VARCHAR NOT NULL,
  filters JSON DEFAULT '[]' NOT NULL,
  CONSTRAINT pk_saved_search PRIMARY KEY (id),
  CONSTRAINT uq_saved_search__name UNIQUE (name)
);
CREATE INDEX ix_saved_search__updated ON saved_search (updated);
`)
