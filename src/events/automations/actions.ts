/** What an automation does when it fires: the schemas of all actions. */
import type { Infer, Schema } from '../../schema/index.ts'
import * as s from '../../schema/index.ts'
import { NonNegativeTimeDelta } from '../../schema/prefect.ts'
import { Duration } from '../../values/duration.ts'
import type { Json } from '../../values/json.ts'
import type { Uuid } from '../../values/uuid.ts'
import { templateProblem } from '../templates/hydrating.ts'
import { parametersProblem } from './parameters.ts'

const action = <const Type extends string>(type: Type) => s.optional(s.literal<[Type]>(type), type as NoInfer<Type>)
const optionalText = s.optional(s.nullable(s.string()), null)
const optionalId = s.optional(s.nullable(s.uuid()), null)
const source = s.optional(s.literal('selected', 'inferred'), 'selected')

/** A selected object needs its id, one that is inferred from the event must not have any. */
const selection =
  (field: string) =>
  (chosen: string, id: Uuid | null): string | null =>
    (chosen === 'selected') === (id !== null) ? null : `${field} is ${id === null ? 'required' : 'not allowed'}`

const deploymentId = selection('deployment_id')
const workPoolId = selection('work_pool_id')
const workQueueId = selection('work_queue_id')
const automationId = selection('automation_id')

const onDeployment = <const Type extends string>(name: string, type: Type) =>
  s.check(
    s.model(name, { type: action(type), source, deployment_id: optionalId }),
    (value) => deploymentId(value.source, value.deployment_id),
    'selected_deployment_requires_id',
  )

const onWorkPool = <const Type extends string>(name: string, type: Type) =>
  s.check(
    s.model(name, { type: action(type), source, work_pool_id: optionalId }),
    (value) => workPoolId(value.source, value.work_pool_id),
    'selected_work_pool_requires_id',
  )

const onWorkQueue = <const Type extends string>(name: string, type: Type) =>
  s.check(
    s.model(name, { type: action(type), source, work_queue_id: optionalId }),
    (value) => workQueueId(value.source, value.work_queue_id),
    'selected_work_queue_requires_id',
  )

const onAutomation = <const Type extends string>(name: string, type: Type) =>
  s.check(
    s.model(name, { type: action(type), source, automation_id: optionalId }),
    (value) => automationId(value.source, value.automation_id),
    'selected_automation_requires_id',
  )

export const RunDeployment = s.check(
  s.model('RunDeployment', {
    type: action('run-deployment'),
    source,
    deployment_id: optionalId,
    parameters: s.optional(s.check(s.nullable(s.dict()), parametersProblem, 'validate_parameters'), null),
    job_variables: s.optional(s.nullable(s.dict()), null),
    schedule_after: s.optional(NonNegativeTimeDelta, () => Duration.zero),
  }),
  (value) => deploymentId(value.source, value.deployment_id),
  'selected_deployment_requires_id',
)
export type RunDeployment = Infer<typeof RunDeployment>

const StateType = s.enumeration('StateType', [
  'SCHEDULED',
  'PENDING',
  'RUNNING',
  'COMPLETED',
  'FAILED',
  'CANCELLED',
  'CRASHED',
  'PAUSED',
  'CANCELLING',
])

export const ChangeFlowRunState = s.model('ChangeFlowRunState', {
  type: action('change-flow-run-state'),
  name: optionalText,
  state: StateType,
  message: optionalText,
  force: s.optional(s.boolean(), false),
})
export type ChangeFlowRunState = Infer<typeof ChangeFlowRunState>

/** A text that is rendered when the action is performed. */
function template(field: string, validator: string, text: Schema<string> = s.string()): Schema<string> {
  const problem = (given: string): string | null => {
    const found = templateProblem(given)
    return found === null ? null : `'${field}' is not a valid template: ${found}`
  }
  return s.check(text, problem, validator)
}

export const SendNotification = s.model('SendNotification', {
  type: action('send-notification'),
  block_document_id: s.uuid(),
  subject: s.optional(template('subject', 'is_valid_template'), 'Prefect automated notification'),
  body: template('body', 'is_valid_template'),
})
export type SendNotification = Infer<typeof SendNotification>

export const CallWebhook = s.model('CallWebhook', {
  type: action('call-webhook'),
  block_document_id: s.uuid(),
  payload: s.optional(
    template('payload', 'validate_payload_templates', s.before(payloadText, s.string(), 'ensure_payload_is_a_string')),
    '',
  ),
})
export type CallWebhook = Infer<typeof CallWebhook>

/** Older clients send an object. */
function payloadText(payload: Json): Json {
  return payload === null || typeof payload === 'string' ? payload : JSON.stringify(payload, null, 2)
}

/** In the reference's order: a value that fits several is the first of them. */
export const Action = s.union(
  s.model('DoNothing', { type: action('do-nothing') }),
  RunDeployment,
  onDeployment('PauseDeployment', 'pause-deployment'),
  onDeployment('ResumeDeployment', 'resume-deployment'),
  s.model('CancelFlowRun', { type: action('cancel-flow-run') }),
  s.model('DeleteFlowRun', { type: action('delete-flow-run') }),
  ChangeFlowRunState,
  onWorkQueue('PauseWorkQueue', 'pause-work-queue'),
  onWorkQueue('ResumeWorkQueue', 'resume-work-queue'),
  SendNotification,
  CallWebhook,
  onAutomation('PauseAutomation', 'pause-automation'),
  onAutomation('ResumeAutomation', 'resume-automation'),
  s.model('SuspendFlowRun', { type: action('suspend-flow-run') }),
  s.model('ResumeFlowRun', { type: action('resume-flow-run') }),
  onWorkPool('PauseWorkPool', 'pause-work-pool'),
  onWorkPool('ResumeWorkPool', 'resume-work-pool'),
)
export type Action = Infer<typeof Action>
export const Actions: Schema<Action[]> = s.list(Action)
