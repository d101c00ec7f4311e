/** Concurrency limits, variables, and what the server keeps for itself. */
import { now, randomId, statements } from './spelling.ts'

export const limitsAndSettings: readonly string[] = statements(`
CREATE TABLE concurrency_limit (
  id CHAR(36) DEFAULT ${randomId.nestedSpaced} NOT NULL,
  created DATETIME DEFAULT ${now} NOT NULL,
  updated DATETIME DEFAULT ${now} NOT NULL,
  tag VARCHAR NOT NULL,
  concurrency_limit INTEGER NOT NULL,
  active_slots JSON DEFAULT '[]' NOT NULL,
  CONSTRAINT pk_concurrency_limit PRIMARY KEY (id)
);
CREATE INDEX ix_concurrency_limit__updated ON concurrency_limit (updated);
CREATE UNIQUE INDEX uq_concurrency_limit__tag ON concurrency_limit (tag);

CREATE TABLE "concurrency_limit_v2" (
  id CHAR(36) DEFAULT ${randomId.plain} NOT NULL,
  created DATETIME DEFAULT ${now} NOT NULL,
  updated DATETIME DEFAULT ${now} NOT NULL,
  active BOOLEAN NOT NULL,
  name VARCHAR NOT NULL,
  "limit" INTEGER NOT NULL,
  active_slots INTEGER NOT NULL,
  denied_slots INTEGER NOT NULL,
  slot_decay_per_second FLOAT NOT NULL,
  avg_slot_occupancy_seconds FLOAT NOT NULL,
  CONSTRAINT pk_concurrency_limit_v2 PRIMARY KEY (id),
  CONSTRAINT uq_concurrency_limit_v2__name UNIQUE (name)
);
CREATE INDEX ix_concurrency_limit_v2__updated ON concurrency_limit_v2 (updated);

CREATE TABLE configuration (
  id CHAR(36) DEFAULT ${randomId.nestedSpaced} NOT NULL,
  created DATETIME DEFAULT ${now} NOT NULL,
  updated DATETIME DEFAULT ${now} NOT NULL,
  "key" VARCHAR NOT NULL,
  value JSON NOT NULL,
  CONSTRAINT pk_configuration PRIMARY KEY (id),
  CONSTRAINT uq_configuration__key UNIQUE ("key")
);
CREATE INDEX ix_configuration__key ON configuration ("key");
CREATE INDEX ix_configuration__updated ON configuration (updated);

CREATE TABLE "variable" (
  id CHAR(36) DEFAULT ${randomId.plain} NOT NULL,
  created DATETIME DEFAULT ${now} NOT NULL,
  updated DATETIME DEFAULT ${now} NOT NULL,
  name VARCHAR NOT NULL,
  tags JSON DEFAULT '[]' NOT NULL,
  value JSON,
  CONSTRAINT pk_variable PRIMARY KEY (id),
  CONSTRAINT uq_variable__name UNIQUE (name)
);
CREATE INDEX ix_variable__updated ON variable (updated);

CREATE TABLE csrf_token (
  token VARCHAR NOT NULL,
  client VARCHAR NOT NULL,
  expiration DATETIME NOT NULL,
  id CHAR(36) DEFAULT ${randomId.nested} NOT NULL,
  created DATETIME DEFAULT ${now} NOT NULL,
  updated DATETIME DEFAULT ${now} NOT NULL,
  CONSTRAINT pk_csrf_token PRIMARY KEY (id),
  CONSTRAINT uq_csrf_token__client UNIQUE (client)
);
CREATE INDEX ix_csrf_token__updated ON csrf_token (updated);

CREATE TABLE alembic_version (
  version_num VARCHAR(32) NOT NULL,
  CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
`)
