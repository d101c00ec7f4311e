import * as s from '../../schema/index.ts'
import { sql } from '../../storage/sql.ts'
import { by, criteria, type FilterValue, filter } from '../filtering/filter.ts'
import { flag, integer, isLike, text, texts, uuid, word } from '../filtering/words.ts'

const ownOrFlowName = word(s.string(), (_column, part) => {
  if (part === '') return null
  const flowName = sql`EXISTS (SELECT 1 FROM flow WHERE flow.id = deployment.flow_id AND ${isLike(sql.id('flow', 'name'), `%${part}%`)})`
  return sql.or([isLike(sql.id('deployment', 'name'), `%${part}%`), flowName])
})

export const DeploymentFilter = filter(
  'DeploymentFilter',
  'deployment',
  {
    id: by(uuid, ['any_', 'not_any_']),
    name: by(text, ['any_', 'like_']),
    flow_or_deployment_name: criteria({ like_: ownOrFlowName }, { name: 'DeploymentOrFlowNameFilter' }),
    paused: by(flag, ['eq_']),
    tags: by(texts, ['all_', 'any_', 'is_null_'], { operator: true }),
    work_queue_name: by(text, ['any_']),
    // Deprecated: read, and of no effect. (`is_null_` has no column any more.)
    concurrency_limit: { ...by({ ...integer, is_null_: text.is_null_ }, ['ge_', 'le_', 'is_null_']), conditions: () => [] },
  },
  { operator: true },
)
export type DeploymentFilter = FilterValue<typeof DeploymentFilter>
