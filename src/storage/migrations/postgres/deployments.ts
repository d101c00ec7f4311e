/** Deployments, and the work pools, queues and workers that run them. */
import { identity } from './identity.ts'

export const deployments = `
CREATE TABLE deployment (
  ${identity},
  name varchar NOT NULL,
  tags jsonb DEFAULT '[]' NOT NULL,
  parameters jsonb DEFAULT '{}' NOT NULL,
  flow_id uuid NOT NULL,
  infrastructure_document_id uuid,
  description text,
  parameter_openapi_schema jsonb,
  storage_document_id uuid,
  version varchar,
  infra_overrides jsonb DEFAULT '{}' NOT NULL,
  path varchar,
  entrypoint varchar,
  work_queue_name varchar,
  created_by jsonb,
  updated_by jsonb,
  work_queue_id uuid,
  pull_steps jsonb,
  enforce_parameter_schema boolean DEFAULT false NOT NULL,
  last_polled timestamptz,
  paused boolean DEFAULT false NOT NULL,
  status deployment_status DEFAULT 'NOT_READY' NOT NULL,
  concurrency_limit integer,
  concurrency_options jsonb,
  concurrency_limit_id uuid,
  labels jsonb,
  version_id uuid,
  CONSTRAINT pk_deployment PRIMARY KEY (id)
);
CREATE INDEX ix_deployment__created ON deployment (created);
CREATE INDEX ix_deployment__flow_id ON deployment (flow_id);
CREATE INDEX ix_deployment__paused ON deployment (paused);
CREATE INDEX ix_deployment__updated ON deployment (updated);
CREATE INDEX ix_deployment__version_id ON deployment (version_id);
CREATE INDEX ix_deployment__work_queue_id ON deployment (work_queue_id);
CREATE INDEX ix_deployment__work_queue_name ON deployment (work_queue_name);
CREATE INDEX trgm_ix_deployment_name ON deployment USING gin (name gin_trgm_ops);
CREATE UNIQUE INDEX uq_deployment__flow_id_name ON deployment (flow_id, name);

CREATE TABLE deployment_schedule (
  ${identity},
  schedule jsonb NOT NULL,
  active boolean NOT NULL,
  deployment_id uuid NOT NULL,
  max_scheduled_runs integer,
  parameters jsonb DEFAULT '{}' NOT NULL,
  slug varchar,
  CONSTRAINT pk_deployment_schedule PRIMARY KEY (id)
);
CREATE INDEX ix_deployment_schedule__deployment_id ON deployment_schedule (deployment_id);
CREATE INDEX ix_deployment_schedule__slug ON deployment_schedule (slug);
CREATE INDEX ix_deployment_schedule__updated ON deployment_schedule (updated);
CREATE UNIQUE INDEX ix_deployment_schedule__deployment_id__slug ON deployment_schedule (deployment_id, slug) WHERE (slug IS NOT NULL);

CREATE TABLE deployment_version (
  deployment_id uuid NOT NULL,
  branch varchar,
  version_info jsonb DEFAULT '{}' NOT NULL,
  description text,
  tags jsonb DEFAULT '[]' NOT NULL,
  labels jsonb,
  entrypoint varchar,
  pull_steps jsonb,
  parameters jsonb DEFAULT '{}' NOT NULL,
  parameter_openapi_schema jsonb,
  enforce_parameter_schema boolean DEFAULT false NOT NULL,
  work_queue_id uuid,
  work_queue_name varchar,
  infra_overrides jsonb DEFAULT '{}' NOT NULL,
  ${identity},
  CONSTRAINT pk_deployment_version PRIMARY KEY (id)
);
CREATE INDEX ix_deployment_version__deployment_id ON deployment_version (deployment_id);
CREATE INDEX ix_deployment_version__updated ON deployment_version (updated);
CREATE INDEX ix_deployment_version__work_queue_id ON deployment_version (work_queue_id);
CREATE INDEX ix_deployment_version__work_queue_name ON deployment_version (work_queue_name);
CREATE UNIQUE INDEX uq_deployment_version__deployment__branch ON deployment_version (deployment_id, branch);

CREATE TABLE work_pool (
  ${identity},
  name varchar NOT NULL,
  description varchar,
  type varchar NOT NULL,
  base_job_template jsonb DEFAULT '{}' NOT NULL,
  is_paused boolean DEFAULT false NOT NULL,
  concurrency_limit integer,
  default_queue_id uuid,
  status work_pool_status DEFAULT 'NOT_READY' NOT NULL,
  last_transitioned_status_at timestamptz,
  last_status_event_id uuid,
  storage_configuration jsonb DEFAULT '{}' NOT NULL,
  CONSTRAINT uq_work_pool__name UNIQUE (name),
  CONSTRAINT pk_work_pool PRIMARY KEY (id)
);
CREATE INDEX ix_work_pool__type ON work_pool (type);
CREATE INDEX ix_work_pool__updated ON work_pool (updated);

CREATE TABLE work_queue (
  ${identity},
  name varchar NOT NULL,
  filter jsonb,
  description varchar DEFAULT '' NOT NULL,
  is_paused boolean DEFAULT false NOT NULL,
  concurrency_limit integer,
  last_polled timestamptz,
  priority integer DEFAULT 1 NOT NULL,
  work_pool_id uuid NOT NULL,
  status work_queue_status DEFAULT 'NOT_READY' NOT NULL,
  CONSTRAINT uq_work_queue__work_pool_id_name UNIQUE (work_pool_id, name),
  CONSTRAINT pk_work_queue PRIMARY KEY (id)
);
CREATE INDEX ix_work_queue__updated ON work_queue (updated);
CREATE INDEX ix_work_queue__work_pool_id ON work_queue (work_pool_id);
CREATE INDEX ix_work_queue__work_pool_id_priority ON work_queue (work_pool_id, priority);
CREATE INDEX trgm_ix_work_queue_name ON work_queue USING gin (name gin_trgm_ops);

CREATE TABLE worker (
  ${identity},
  name varchar NOT NULL,
  last_heartbeat_time timestamptz DEFAULT CURRENT_TIMESTAMP NOT NULL,
  work_pool_id uuid NOT NULL,
  heartbeat_interval_seconds integer,
  status worker_status DEFAULT 'OFFLINE' NOT NULL,
  CONSTRAINT uq_worker__work_pool_id_name UNIQUE (work_pool_id, name),
  CONSTRAINT pk_worker PRIMARY KEY (id)
);
CREATE INDEX ix_worker__updated ON worker (updated);
CREATE INDEX ix_worker__work_pool_id ON worker (work_pool_id);
CREATE INDEX ix_worker__work_pool_id_last_heartbeat_time ON worker (work_pool_id, last_heartbeat_time);

CREATE TABLE agent (
  ${identity},
  name varchar NOT NULL,
  last_activity_time timestamptz DEFAULT CURRENT_TIMESTAMP NOT NULL,
  work_queue_id uuid NOT NULL,
  CONSTRAINT uq_agent__name UNIQUE (name),
  CONSTRAINT pk_agent PRIMARY KEY (id)
);
CREATE INDEX ix_agent__updated ON agent (updated);
CREATE INDEX ix_agent__work_queue_id ON agent (work_queue_id);
`
