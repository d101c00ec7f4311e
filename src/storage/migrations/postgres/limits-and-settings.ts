/** Concurrency limits, variables, and what the server keeps for itself. */
import { identity } from './identity.ts'

export const limitsAndSettings = `
CREATE TABLE concurrency_limit (
  ${identity},
  tag varchar NOT NULL,
  concurrency_limit integer NOT NULL,
  active_slots jsonb DEFAULT '[]' NOT NULL,
  CONSTRAINT pk_concurrency_limit PRIMARY KEY (id)
);
CREATE INDEX ix_concurrency_limit__updated ON concurrency_limit (updated);
CREATE UNIQUE INDEX uq_concurrency_limit__tag ON concurrency_limit (tag);

CREATE TABLE concurrency_limit_v2 (
  ${identity},
  active boolean NOT NULL,
  name varchar NOT NULL,
  "limit" integer NOT NULL,
  active_slots integer NOT NULL,
  denied_slots integer NOT NULL,
  slot_decay_per_second float8 NOT NULL,
  avg_slot_occupancy_seconds float8 NOT NULL,
  CONSTRAINT uq_concurrency_limit_v2__name UNIQUE (name),
  CONSTRAINT pk_concurrency_limit_v2 PRIMARY KEY (id)
);
CREATE INDEX ix_concurrency_limit_v2__updated ON concurrency_limit_v2 (updated);

CREATE TABLE configuration (
  ${identity},
  key varchar NOT NULL,
  value jsonb NOT NULL,
  CONSTRAINT uq_configuration__key UNIQUE (key),
  CONSTRAINT pk_configuration PRIMARY KEY (id)
);
CREATE INDEX ix_configuration__key ON configuration (key);
CREATE INDEX ix_configuration__updated ON configuration (updated);

CREATE TABLE variable (
  ${identity},
  name varchar NOT NULL,
  tags jsonb DEFAULT '[]' NOT NULL,
  value jsonb,
  CONSTRAINT uq_variable__name UNIQUE (name),
  CONSTRAINT pk_variable PRIMARY KEY (id)
);
CREATE INDEX ix_variable__updated ON variable (updated);

CREATE TABLE csrf_token (
  token varchar NOT NULL,
  client varchar NOT NULL,
  expiration timestamptz NOT NULL,
  ${identity},
  CONSTRAINT uq_csrf_token__client UNIQUE (client),
  CONSTRAINT pk_csrf_token PRIMARY KEY (id)
);
CREATE INDEX ix_csrf_token__updated ON csrf_token (updated);

CREATE TABLE alembic_version (
  version_num varchar(32) NOT NULL,
  CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
`
