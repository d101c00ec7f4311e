/** What the API answers about what is small. */
import * as s from '../../schema/index.ts'
import { anyObject, component, titled } from '../component.ts'

export const SavedSearch = s.model('SavedSearch', {
  id: s.uuid(),
  created: s.nullable(s.datetime()),
  updated: s.nullable(s.datetime()),
  name: s.string(),
  filters: s.optional(s.list(component('SavedSearchFilter')), null),
})

export const Log = s.model('Log', {
  id: s.uuid(),
  created: s.nullable(s.datetime()),
  updated: s.nullable(s.datetime()),
  name: s.string(),
  level: s.integer(),
  message: s.string(),
  timestamp: s.datetime(),
  flow_run_id: s.optional(s.nullable(s.uuid()), null),
  task_run_id: s.optional(s.nullable(s.uuid()), null),
})

export const Artifact = s.model('Artifact', {
  id: s.optional(s.uuid(), null),
  created: s.optional(s.nullable(s.datetime()), null),
  updated: s.optional(s.nullable(s.datetime()), null),
  key: s.optional(s.nullable(s.string()), null),
  type: s.optional(s.nullable(s.string()), null),
  description: s.optional(s.nullable(s.string()), null),
  data: s.optional(s.nullable(s.union(s.dict(), s.any())), null),
  metadata_: s.optional(s.nullable(s.dict(s.string())), null),
  flow_run_id: s.optional(s.nullable(s.uuid()), null),
  task_run_id: s.optional(s.nullable(s.uuid()), null),
})

export const ArtifactCollection = s.model('ArtifactCollection', {
  id: s.uuid(),
  created: s.nullable(s.datetime()),
  updated: s.nullable(s.datetime()),
  key: s.string(),
  latest_id: s.uuid(),
  type: s.optional(s.nullable(s.string()), null),
  description: s.optional(s.nullable(s.string()), null),
  data: s.optional(s.nullable(s.union(s.dict(), s.any())), null),
  metadata_: s.optional(s.nullable(s.dict(s.string())), null),
  flow_run_id: s.optional(s.nullable(s.uuid()), null),
  task_run_id: s.optional(s.nullable(s.uuid()), null),
})

export const Variable = s.model('Variable', {
  id: s.uuid(),
  created: s.nullable(s.datetime()),
  updated: s.nullable(s.datetime()),
  name: s.string({ maxLength: 255 }),
  value: s.nullable(s.union(s.string(), s.integer(), s.boolean(), s.number(), s.dict(), s.list(s.any()))),
  tags: s.optional(s.list(s.string()), null),
})

export const CsrfToken = s.model('CsrfToken', {
  id: s.uuid(),
  created: s.nullable(s.datetime()),
  updated: s.nullable(s.datetime()),
  token: s.string(),
  client: s.string(),
  expiration: s.datetime(),
})

/** What is wrong with a value, within the properties and items that it is found in. */
const schemaErrors: s.Schema<unknown[]> = s.list(
  s.union(
    s.string(),
    s.lazy((): s.Schema<unknown> => SchemaValuePropertyError),
    s.lazy((): s.Schema<unknown> => SchemaValueIndexError),
  ),
)
const SchemaValuePropertyError = s.model('SchemaValuePropertyError', { property: s.string(), errors: schemaErrors })
const SchemaValueIndexError = s.model('SchemaValueIndexError', { index: s.integer(), errors: schemaErrors })

export const SchemaValuesValidationResponse = s.model('SchemaValuesValidationResponse', {
  errors: schemaErrors,
  valid: s.boolean(),
})

export const ServerDefaultResultStorage = s.model('ServerDefaultResultStorage', {
  default_result_storage_block_id: s.optional(s.nullable(s.uuid()), null),
})

const ValidationError = s.model('ValidationError', {
  loc: titled('Location', s.list(s.union(s.string(), s.integer()))),
  msg: titled('Message', s.string()),
  type: titled('Error Type', s.string()),
  input: s.optional(s.any(), null),
  ctx: s.optional(titled('Context', anyObject()), null),
})

/** What FastAPI says a 422 looks like; the reference answers in a shape of its own. */
export const HTTPValidationError = s.model('HTTPValidationError', { detail: s.optional(s.list(ValidationError), null) })
