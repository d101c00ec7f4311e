/** What the API answers about blocks. */
import * as s from '../../schema/index.ts'

export const BlockType = s.model('BlockType', {
  id: s.uuid(),
  created: s.nullable(s.datetime()),
  updated: s.nullable(s.datetime()),
  name: s.string({ pattern: '^[^/%&><]+$' }),
  slug: s.string(),
  logo_url: s.optional(s.nullable(s.string()), null),
  documentation_url: s.optional(s.nullable(s.string()), null),
  description: s.optional(s.nullable(s.string()), null),
  code_example: s.optional(s.nullable(s.string()), null),
  is_protected: s.optional(s.boolean(), false),
})

export const BlockSchema = s.model('BlockSchema', {
  id: s.uuid(),
  created: s.nullable(s.datetime()),
  updated: s.nullable(s.datetime()),
  checksum: s.string(),
  fields: s.optional(s.dict(), null),
  block_type_id: s.nullable(s.uuid()),
  block_type: s.optional(s.nullable(BlockType), null),
  capabilities: s.optional(s.list(s.string()), null),
  version: s.optional(s.string(), 'non-versioned'),
})

export const BlockDocument = s.model('BlockDocument', {
  id: s.uuid(),
  created: s.nullable(s.datetime()),
  updated: s.nullable(s.datetime()),
  name: s.optional(s.nullable(s.string({ pattern: '^[^/%&><]+$' })), null),
  data: s.optional(s.dict(), null),
  block_schema_id: s.uuid(),
  block_schema: s.optional(s.nullable(BlockSchema), null),
  block_type_id: s.uuid(),
  block_type_name: s.optional(s.nullable(s.string()), null),
  block_type: s.optional(s.nullable(BlockType), null),
  block_document_references: s.optional(s.dict(s.dict()), null),
  is_anonymous: s.optional(s.boolean(), false),
})
