/** The parts of a work pool that have a form of their own: what its jobs are made of, and where code and results go. */
import * as s from '../../schema/index.ts'
import { pythonJson } from '../../storage/python-json.ts'
import { isJsonObject, type JsonObject } from '../../values/json.ts'

export const StorageConfiguration = s.model(
  'WorkPoolStorageConfiguration',
  {
    bundle_upload_step: s.optional(s.nullable(s.dict()), null),
    bundle_execution_step: s.optional(s.nullable(s.dict()), null),
    default_result_storage_block_id: s.optional(s.nullable(s.uuid()), null),
  },
  { extra: 'forbid' },
)
export type StorageConfiguration = s.Infer<typeof StorageConfiguration>

export const noStorage = (): StorageConfiguration => ({
  bundle_upload_step: null,
  bundle_execution_step: null,
  default_result_storage_block_id: null,
})

/** Empty, or a job configuration whose placeholders are all properties of the schema of variables. */
export const JobTemplate = s.check(s.dict(), templateProblem, 'validate_base_job_template')
/** The reference's model takes null, and its validator breaks on it. */
export const ChangedJobTemplate = s.check(
  s.nullable(s.dict()),
  (template) => templateProblem(template ?? { null: null }),
  'validate_base_job_template',
)

function templateProblem(template: JsonObject): string | null {
  if (Object.keys(template).length === 0) return null
  const { job_configuration: job, variables } = template
  if (!isFilled(job) || !isFilled(variables)) {
    return 'The `base_job_template` must contain both a `job_configuration` key and a `variables` key.'
  }
  const declared = isJsonObject(variables.properties) ? variables.properties : {}
  const names = new Set(Object.values(job).flatMap((part) => placeholders(pythonJson(part))))
  const undeclared = [...names].filter((name) => !Object.hasOwn(declared, name))
  if (undeclared.length === 0) return null
  return (
    'The variables specified in the job configuration template must be present as properties in the variables schema. ' +
    `Your job configuration uses the following undeclared variable(s): ${undeclared.join(' ,')}.`
  )
}

const isFilled = (value: unknown): value is JsonObject => isJsonObject(value) && Object.keys(value).length > 0

const placeholder = /\{\{\s*([\w.\-[\]$]+)\s*\}\}/g

function placeholders(text: string): string[] {
  return [...text.matchAll(placeholder)].map((match) => match[1] ?? '')
}
