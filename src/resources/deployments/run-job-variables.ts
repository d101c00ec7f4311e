import type { JsonObject } from '../../values/json.ts'
import type { Context } from '../context.ts'
import { jobVariablesProblem } from '../work-pools/job-variables.ts'

/**
 * What the template of a deployment's work pool has against the variables of a run, or null. Now nothing may be missing any
 * more: the run is the last to give variables.
 */
export async function runJobVariablesProblem(
  context: Pick<Context, 'tx' | 'settings'>,
  template: JsonObject,
  ofDeployment: JsonObject,
  ofRun: JsonObject | null,
): Promise<string | null> {
  const options = { ignoreRequired: false, ignoreInvalidDefaults: true }
  return await jobVariablesProblem(context, template, [ofDeployment, ofRun], options)
}
