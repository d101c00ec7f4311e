/** Blocks: types, schemas, documents. */
import { identity } from './identity.ts'

export const blocks = `
CREATE TABLE block_type (
  ${identity},
  name varchar NOT NULL,
  logo_url varchar,
  documentation_url varchar,
  description varchar,
  code_example varchar,
  is_protected boolean DEFAULT false NOT NULL,
  slug varchar NOT NULL,
  CONSTRAINT pk_block_type PRIMARY KEY (id)
);
CREATE INDEX ix_block_type__updated ON block_type (updated);
CREATE INDEX trgm_ix_block_type_name ON block_type USING gin (name gin_trgm_ops);
CREATE UNIQUE INDEX uq_block_type__slug ON block_type (slug);

CREATE TABLE block_schema (
  ${identity},
  fields jsonb DEFAULT '{}' NOT NULL,
  checksum varchar NOT NULL,
  block_type_id uuid NOT NULL,
  capabilities jsonb DEFAULT '[]' NOT NULL,
  version varchar DEFAULT 'non-versioned' NOT NULL,
  CONSTRAINT pk_block_schema PRIMARY KEY (id)
);
CREATE INDEX ix_block_schema__block_type_id ON block_schema (block_type_id);
CREATE INDEX ix_block_schema__capabilities ON block_schema USING gin (capabilities);
CREATE INDEX ix_block_schema__created ON block_schema (created);
CREATE INDEX ix_block_schema__updated ON block_schema (updated);
CREATE UNIQUE INDEX uq_block_schema__checksum_version ON block_schema (checksum, version);

CREATE TABLE block_schema_reference (
  ${identity},
  name varchar NOT NULL,
  parent_block_schema_id uuid NOT NULL,
  reference_block_schema_id uuid NOT NULL,
  CONSTRAINT pk_block_schema_reference PRIMARY KEY (id)
);
CREATE INDEX ix_block_schema_reference__updated ON block_schema_reference (updated);

CREATE TABLE block_document (
  ${identity},
  name varchar NOT NULL,
  data jsonb DEFAULT '{}' NOT NULL,
  block_schema_id uuid NOT NULL,
  block_type_id uuid NOT NULL,
  is_anonymous boolean DEFAULT false NOT NULL,
  block_type_name varchar,
  CONSTRAINT pk_block_document PRIMARY KEY (id)
);
CREATE INDEX ix_block_document__block_type_name__name ON block_document (block_type_name, name);
CREATE INDEX ix_block_document__is_anonymous ON block_document (is_anonymous);
CREATE INDEX ix_block_document__name ON block_document (name);
CREATE INDEX ix_block_document__updated ON block_document (updated);
CREATE INDEX trgm_ix_block_document_name ON block_document USING gin (name gin_trgm_ops);
CREATE UNIQUE INDEX uq_block__type_id_name ON block_document (block_type_id, name);

CREATE TABLE block_document_reference (
  ${identity},
  name varchar NOT NULL,
  parent_block_document_id uuid NOT NULL,
  reference_block_document_id uuid NOT NULL,
  CONSTRAINT pk_block_document_reference PRIMARY KEY (id),
  CONSTRAINT ck_block_document_reference__ck_block_document_referenc_824f CHECK ((parent_block_document_id <> reference_block_document_id))
);
CREATE INDEX ix_block_document_reference__updated ON block_document_reference (updated);
`
