/** Automations: a trigger, and the actions that follow when it fires. */
import type { Infer } from '../../schema/index.ts'
import * as s from '../../schema/index.ts'
import { listOf, matchesEveryResourceOfKind } from '../resource-specification.ts'
import { Actions } from './actions.ts'
import { Trigger } from './triggers.ts'

const core = {
  name: s.string(),
  description: s.optional(s.string(), ''),
  enabled: s.optional(s.boolean(), true),
  tags: s.optional(s.list(s.string()), () => []),
  trigger: Trigger,
  actions: Actions,
  actions_on_trigger: s.optional(Actions, () => []),
  actions_on_resolve: s.optional(Actions, () => []),
}

const AutomationModel = s.model('Automation', { ...core, id: s.uuid(), created: s.datetime(), updated: s.datetime() })
export type Automation = Infer<typeof AutomationModel>
export const Automation = withoutLoops(AutomationModel)

/** What is stored of an automation beside its id and times; it was checked for loops when it was switched on. */
export const StoredAutomation = s.model('StoredAutomation', core)

export const AutomationCreate = withoutLoops(
  s.model('AutomationCreate', { ...core, owner_resource: s.optional(s.nullable(s.string()), null) }, { extra: 'forbid' }),
)
export const AutomationUpdate = withoutLoops(s.model('AutomationUpdate', core, { extra: 'forbid' }))

export const AutomationPartialUpdate = s.model('AutomationPartialUpdate', { enabled: s.optional(s.boolean(), true) }, { extra: 'forbid' })

type Core = Pick<Automation, 'enabled' | 'trigger' | 'actions'>

function withoutLoops<Value extends Core>(schema: s.Schema<Value>): s.Schema<Value> {
  return s.check(schema, loopProblem, 'prevent_run_deployment_loops')
}

/** States that every run of a deployment goes through. */
const everyRunsEvents = ['Scheduled', 'Pending', 'Running', '*'].map((state) => `prefect.flow-run.${state}`)

const inferredLoop =
  "Running an inferred deployment from a flow run state change event will lead to an infinite loop of flow runs.  Please choose a specific deployment and add additional filtering labels to the match or match_related for this automation's trigger."
const selectedLoop =
  "Running a selected deployment from a flow run state change event may lead to an infinite loop of flow runs.  Please include additional filtering labels on either match or match_related to narrow down which flow runs will trigger this automation to exclude flow runs from the deployment you've selected."

/** Refuses automations that answer every flow run with another one. */
export function loopProblem({ enabled, trigger, actions }: Core): string | null {
  if (!enabled || trigger.type !== 'event' || trigger.posture !== 'Reactive') return null
  if (!trigger.expect.some((event) => everyRunsEvents.includes(event))) return null
  const runs = actions.filter((action) => action.type === 'run-deployment')
  if (runs.length === 0) return null
  const everyRun = matchesEveryResourceOfKind(trigger.match, 'prefect.flow-run')
  const related = listOf(trigger.match_related).some((each) => matchesEveryResourceOfKind(each, 'prefect.flow-run'))
  for (const run of runs) {
    if (run.source === 'inferred') return inferredLoop
    if (everyRun && related) return selectedLoop
  }
  return null
}
