/** Deployments, and the work pools, queues and workers that run them. */
import { now, randomId, statements } from './spelling.ts'

export const deployments: readonly string[] = statements(`
CREATE TABLE "deployment" (
  id CHAR(36) DEFAULT ${randomId.spaced} NOT NULL,
  created DATETIME DEFAULT ${now} NOT NULL,
  updated DATETIME DEFAULT ${now} NOT NULL,
  name VARCHAR NOT NULL,
  tags JSON DEFAULT '[]' NOT NULL,
  parameters JSON DEFAULT '{}' NOT NULL,
  flow_id CHAR(36) NOT NULL,
  description TEXT,
  infrastructure_document_id CHAR(36),
  parameter_openapi_schema JSON,
  storage_document_id CHAR(36),
  version VARCHAR,
  infra_overrides JSON DEFAULT '{}' NOT NULL,
  path VARCHAR,
  entrypoint VARCHAR,
  work_queue_name VARCHAR,
  created_by JSON,
  updated_by JSON,
  work_queue_id CHAR(36),
  pull_steps JSON,
  enforce_parameter_schema BOOLEAN DEFAULT '0' NOT NULL,
  last_polled DATETIME,
  paused BOOLEAN DEFAULT '0' NOT NULL,
  status VARCHAR(9) DEFAULT 'NOT_READY' NOT NULL,
  concurrency_limit INTEGER,
  concurrency_options JSON,
  concurrency_limit_id CHAR(36),
  labels JSON, version_id CHAR(36),
  CONSTRAINT pk_deployment PRIMARY KEY (id),
  CONSTRAINT fk_deployment__work_queue_id__work_queue FOREIGN KEY(work_queue_id) REFERENCES work_queue (id) ON DELETE SET NULL,
  CONSTRAINT fk_deployment__flow_id__flow FOREIGN KEY(flow_id) REFERENCES flow (id) ON DELETE CASCADE,
  CONSTRAINT fk_deployment__concurrency_limit_id__concurrency_limit_v2 FOREIGN KEY(concurrency_limit_id) REFERENCES concurrency_limit_v2 (id) ON DELETE SET NULL,
  CONSTRAINT fk_deployment__infrastructure_document_id__block_document FOREIGN KEY(infrastructure_document_id) REFERENCES block_document (id) ON DELETE CASCADE,
  CONSTRAINT fk_deployment__storage_document_id__block_document FOREIGN KEY(storage_document_id) REFERENCES block_document (id) ON DELETE CASCADE
);
CREATE INDEX ix_deployment__created ON deployment (created);
CREATE INDEX ix_deployment__flow_id ON deployment (flow_id);
CREATE INDEX ix_deployment__paused ON deployment (paused);
CREATE INDEX ix_deployment__updated ON deployment (updated);
CREATE INDEX ix_deployment__version_id ON deployment (version_id);
CREATE INDEX ix_deployment__work_queue_id ON deployment (work_queue_id);
CREATE INDEX ix_deployment__work_queue_name ON deployment (work_queue_name);
CREATE INDEX ix_deployment_name_case_insensitive ON deployment (name);
CREATE UNIQUE INDEX uq_deployment__flow_id_name ON deployment (flow_id, name);

CREATE TABLE "deployment_schedule" (
  id CHAR(36) DEFAULT ${randomId.plain} NOT NULL,
  created DATETIME DEFAULT ${now} NOT NULL,
  updated DATETIME DEFAULT ${now} NOT NULL,
  schedule JSON NOT NULL,
  active BOOLEAN NOT NULL,
  deployment_id CHAR(36) NOT NULL,
  max_scheduled_runs INTEGER, parameters JSON DEFAULT '{}' NOT NULL, slug VARCHAR,
  CONSTRAINT pk_deployment_schedule PRIMARY KEY (id),
  CONSTRAINT fk_deployment_schedule__deployment_id__deployment FOREIGN KEY(deployment_id) REFERENCES deployment (id) ON DELETE CASCADE
);
CREATE INDEX ix_deployment_schedule__deployment_id ON deployment_schedule (deployment_id);
CREATE UNIQUE INDEX ix_deployment_schedule__deployment_id__slug
        ON deployment_schedule(deployment_id, slug)
        WHERE slug IS NOT NULL;
CREATE INDEX ix_deployment_schedule__slug ON deployment_schedule (slug);
CREATE INDEX ix_deployment_schedule__updated ON deployment_schedule (updated);

CREATE TABLE deployment_version (
  deployment_id CHAR(36) NOT NULL,
  branch VARCHAR,
  version_info JSON DEFAULT '{}' NOT NULL,
  description TEXT,
  tags JSON DEFAULT '[]' NOT NULL,
  labels JSON,
  entrypoint VARCHAR,
  pull_steps JSON,
  parameters JSON DEFAULT '{}' NOT NULL,
  parameter_openapi_schema JSON,
  enforce_parameter_schema BOOLEAN DEFAULT '0' NOT NULL,
  work_queue_id CHAR(36),
  work_queue_name VARCHAR,
  infra_overrides JSON DEFAULT '{}' NOT NULL,
  id CHAR(36) DEFAULT (GEN_RANDOM_UUID()) NOT NULL,
  created DATETIME DEFAULT CURRENT_TIMESTAMP NOT NULL,
  updated DATETIME DEFAULT CURRENT_TIMESTAMP NOT NULL,
  CONSTRAINT pk_deployment_version PRIMARY KEY (id),
  CONSTRAINT fk_deployment_version__deployment_id__deployment FOREIGN KEY(deployment_id) REFERENCES deployment (id) ON DELETE CASCADE,
  CONSTRAINT fk_deployment_version__work_queue_id__work_queue FOREIGN KEY(work_queue_id) REFERENCES work_queue (id) ON DELETE SET NULL
);
CREATE INDEX ix_deployment_version__deployment_id ON deployment_version (deployment_id);
CREATE INDEX ix_deployment_version__updated ON deployment_version (updated);
CREATE INDEX ix_deployment_version__work_queue_id ON deployment_version (work_queue_id);
CREATE INDEX ix_deployment_version__work_queue_name ON deployment_version (work_queue_name);
CREATE UNIQUE INDEX uq_deployment_version__deployment__branch ON deployment_version (deployment_id, branch);

CREATE TABLE "work_pool" (
  id CHAR(36) DEFAULT ${randomId.plain} NOT NULL,
  created DATETIME DEFAULT ${now} NOT NULL,
  updated DATETIME DEFAULT ${now} NOT NULL,
  name VARCHAR NOT NULL,
  description VARCHAR,
  type VARCHAR NOT NULL,
  base_job_template JSON DEFAULT '{}' NOT NULL,
  is_paused BOOLEAN DEFAULT '0' NOT NULL,
  concurrency_limit INTEGER,
  default_queue_id CHAR(36), status VARCHAR(9) DEFAULT 'NOT_READY' NOT NULL, last_transitioned_status_at DATETIME, last_status_event_id CHAR(36), storage_configuration JSON DEFAULT '{}' NOT NULL,
  CONSTRAINT pk_work_pool PRIMARY KEY (id),
  CONSTRAINT uq_work_pool__name UNIQUE (name),
  CONSTRAINT fk_work_pool__default_queue_id__work_queue FOREIGN KEY(default_queue_id) REFERENCES work_queue (id) ON DELETE RESTRICT
);
CREATE INDEX ix_work_pool__type ON work_pool (type);
CREATE INDEX ix_work_pool__updated ON work_pool (updated);

CREATE TABLE "work_queue" (
  id CHAR(36) DEFAULT ${randomId.spaced} NOT NULL,
  created DATETIME DEFAULT ${now} NOT NULL,
  updated DATETIME DEFAULT ${now} NOT NULL,
  name VARCHAR NOT NULL,
  filter JSON,
  description VARCHAR DEFAULT ('') NOT NULL,
  is_paused BOOLEAN DEFAULT '0' NOT NULL,
  concurrency_limit INTEGER,
  last_polled DATETIME,
  priority INTEGER DEFAULT '1' NOT NULL,
  work_pool_id CHAR(36) NOT NULL, status VARCHAR(9) DEFAULT 'NOT_READY' NOT NULL,
  CONSTRAINT pk_work_queue PRIMARY KEY (id),
  CONSTRAINT fk_work_queue__work_pool_id__work_pool FOREIGN KEY(work_pool_id) REFERENCES work_pool (id) ON DELETE CASCADE,
  CONSTRAINT uq_work_queue__work_pool_id_name UNIQUE (work_pool_id, name)
);
CREATE INDEX ix_work_queue__updated ON work_queue (updated);
CREATE INDEX ix_work_queue__work_pool_id ON work_queue (work_pool_id);
CREATE INDEX ix_work_queue__work_pool_id_priority ON work_queue (work_pool_id, priority);

CREATE TABLE worker (
  id CHAR(36) DEFAULT ${randomId.nested} NOT NULL,
  created DATETIME DEFAULT ${now} NOT NULL,
  updated DATETIME DEFAULT ${now} NOT NULL,
  name VARCHAR NOT NULL,
  last_heartbeat_time DATETIME DEFAULT ${now} NOT NULL,
  work_pool_id CHAR(36) NOT NULL, heartbeat_interval_seconds INTEGER, status VARCHAR(7) DEFAULT 'OFFLINE' NOT NULL,
  CONSTRAINT pk_worker PRIMARY KEY (id),
  CONSTRAINT fk_worker__work_pool_id__work_pool FOREIGN KEY(work_pool_id) REFERENCES work_pool (id) ON DELETE cascade,
  CONSTRAINT uq_worker__work_pool_id_name UNIQUE (work_pool_id, name)
);
CREATE INDEX ix_worker__updated ON worker (updated);
CREATE INDEX ix_worker__work_pool_id ON worker (work_pool_id);
CREATE INDEX ix_worker__work_pool_id_last_heartbeat_time ON worker (work_pool_id, last_heartbeat_time);

CREATE TABLE agent (
  id CHAR(36) DEFAULT ${randomId.nestedSpaced} NOT NULL,
  created DATETIME DEFAULT ${now} NOT NULL,
  updated DATETIME DEFAULT ${now} NOT NULL,
  name VARCHAR NOT NULL,
  last_activity_time DATETIME DEFAULT ${now} NOT NULL,
  work_queue_id CHAR(36) NOT NULL,
  CONSTRAINT pk_agent PRIMARY KEY (id),
  CONSTRAINT fk_agent__work_queue_id__work_queue FOREIGN KEY(work_queue_id) REFERENCES work_queue (id),
  CONSTRAINT uq_agent__name UNIQUE (name)
);
CREATE INDEX ix_agent__updated ON agent (updated);
CREATE INDEX ix_agent__work_queue_id ON agent (work_queue_id);
`)
