/** The job variables that an automation gives to the runs that it makes. */
import type { Automation } from '../../events/automations/automation.ts'
import { sql } from '../../storage/sql.ts'
import type { JsonObject } from '../../values/json.ts'
import type { Context } from '../context.ts'
import { httpError, notFound } from '../errors.ts'
import { jobVariablesProblem } from '../work-pools/job-variables.ts'

interface Placed {
  infra_overrides: JsonObject | null
  base_job_template: JsonObject | null
}

/** Refuses variables that the template of the deployment's work pool does not take; `empty` says whether none are worth a look. */
export async function checkJobVariables(context: Context, actions: Automation['actions'], empty: 'skipped' | 'checked'): Promise<void> {
  const problems: string[] = []
  for (const action of actions) {
    if (action.type !== 'run-deployment' || action.deployment_id === null || action.job_variables === null) continue
    const given = action.job_variables
    const isEmpty = Object.keys(given).length === 0
    if (isEmpty && empty === 'skipped') continue
    const [placed] = await context.tx.query<Placed>(sql`
      SELECT deployment.infra_overrides, work_pool.base_job_template FROM deployment
      LEFT JOIN work_queue ON work_queue.id = deployment.work_queue_id
      LEFT JOIN work_pool ON work_pool.id = work_queue.work_pool_id
      WHERE deployment.id = ${action.deployment_id}`)
    if (placed === undefined) throw notFound('Deployment not found.')
    if (placed.base_job_template === null || (isEmpty && Object.keys(placed.infra_overrides ?? {}).length === 0)) continue
    const options = { ignoreRequired: false, ignoreInvalidDefaults: true }
    const problem = await jobVariablesProblem(context, placed.base_job_template, [given], options)
    if (problem !== null) problems.push(problem)
  }
  if (problems.length > 0) throw httpError(422, `Error creating automation: ${problems.join(' ')}`)
}
