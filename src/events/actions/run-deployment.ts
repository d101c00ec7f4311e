/** The request that runs a deployment: its parameters rendered, its run to be created once. Pure. */
import type { Json, JsonObject } from '../../values/json.ts'
import type { Timestamp } from '../../values/timestamp.ts'
import type { RunDeployment } from '../automations/actions.ts'
import { idempotencyKey, type TriggeredAction } from '../automations/firing.ts'
import { placeholdersIn, unrenderedParameters, withTemplatesMarked } from '../automations/parameters.ts'
import { hydrate } from '../hydration.ts'
import { renderedOrProblem, templateProblem } from '../templates/hydrating.ts'
import type { Value } from '../templates/index.ts'

/** What the parameters need: their templates, and the variables that they name. */
export function needsOf({ parameters }: RunDeployment): { templates: string[]; variables: string[] } {
  const placeholders = placeholdersIn(unrenderedParameters(parameters ?? {}))
  const texts = (kind: 'template' | 'variable'): string[] => placeholders.filter((each) => each.kind === kind).map(({ text }) => text)
  return { templates: texts('template'), variables: [...new Set(texts('variable'))] }
}

/** The body of the request. Throws HydrationError. */
export function flowRunRequest(
  action: RunDeployment,
  triggered: TriggeredAction,
  {
    context,
    variables,
    uiUrl,
    now,
  }: { context: Iterable<readonly [string, Value]>; variables: ReadonlyMap<string, Json>; uiUrl: string | null; now: Timestamp },
): JsonObject {
  const given = [...context]
  const parameters = hydrate(withTemplatesMarked(action.parameters ?? {}), {
    variables,
    checkTemplate: templateProblem,
    renderTemplate: (template) => renderedOrProblem(template, given, uiUrl),
  })
  const scheduled = now.addMicroseconds(action.schedule_after.microseconds)
  return {
    state: { type: 'SCHEDULED', name: 'Scheduled', message: null, state_details: { scheduled_time: scheduled.toJSON() } },
    parameters,
    idempotency_key: idempotencyKey(triggered),
    job_variables: action.job_variables,
  }
}
