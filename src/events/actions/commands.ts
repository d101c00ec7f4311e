/** The actions that are one request to the API: which one, on what, with which parameters. Pure. */
import type { Json } from '../../values/json.ts'
import type { Timestamp } from '../../values/timestamp.ts'
import type { Action } from '../automations/actions.ts'
import type { TriggeredAction } from '../automations/firing.ts'
import type { ResourceLabels } from '../event.ts'
import { flowRunOf, selectedOrInferred } from './involved.ts'

export interface Command {
  /** Method and path of the operation. */
  operation: string
  params: string[]
  body?: Json
  /** The object that the action is for, as a related resource of its events. */
  target: ResourceLabels
  /** A state change answers 200 also when it was not accepted. */
  mustBeAccepted?: string
  /** The reference tells the status of the answer with the result, but for one action. */
  hidesStatus?: boolean
}

type Of<Type extends Action['type']> = Extract<Action, { type: Type }>
type Commands = {
  readonly [Type in Action['type']]?: (action: Of<Type>, triggered: TriggeredAction, now: Timestamp) => Command
}

const target = (kind: string, id: string): ResourceLabels => ({ 'prefect.resource.id': `${kind}.${id}`, 'prefect.resource.role': 'target' })

const deployment =
  (operation: string) =>
  ({ source, deployment_id: id }: Of<'pause-deployment'> | Of<'resume-deployment'>, triggered: TriggeredAction): Command => {
    const kind = 'prefect.deployment'
    const deploymentId = selectedOrInferred({ source, id }, triggered, { kind, words: 'deployment' })
    return { operation: `POST /deployments/{id:uuid}/${operation}`, params: [deploymentId], target: target(kind, deploymentId) }
  }

const workQueue =
  (isPaused: boolean) =>
  ({ source, work_queue_id: id }: Of<'pause-work-queue'> | Of<'resume-work-queue'>, triggered: TriggeredAction): Command => {
    const kind = 'prefect.work-queue'
    const queueId = selectedOrInferred({ source, id }, triggered, { kind, words: 'work queue' })
    return { operation: 'PATCH /work_queues/{id:uuid}', params: [queueId], body: { is_paused: isPaused }, target: target(kind, queueId) }
  }

const automation =
  (isEnabled: boolean) =>
  ({ source, automation_id: id }: Of<'pause-automation'> | Of<'resume-automation'>, triggered: TriggeredAction): Command => {
    const kind = 'prefect.automation'
    const automationId = selectedOrInferred({ source, id }, triggered, { kind, words: 'automation' })
    return {
      operation: 'PATCH /automations/{id:uuid}',
      params: [automationId],
      body: { enabled: isEnabled },
      target: target(kind, automationId),
    }
  }

function stateChange(triggered: TriggeredAction, state: { [key: string]: Json }, force = false): Command {
  const id = flowRunOf(triggered)
  return {
    operation: 'POST /flow_runs/{id:uuid}/set_state',
    params: [id],
    body: { state, force },
    target: target('prefect.flow-run', id),
    mustBeAccepted: 'Failed to set state',
  }
}

function flowRun(operation: string, triggered: TriggeredAction): Pick<Command, 'operation' | 'params' | 'target'> {
  const id = flowRunOf(triggered)
  return { operation, params: [id], target: target('prefect.flow-run', id) }
}

/** A suspended run may be resumed for an hour. */
const suspensionSeconds = 3600

const commands: Commands = {
  'pause-deployment': deployment('pause_deployment'),
  'resume-deployment': deployment('resume_deployment'),
  'pause-work-queue': workQueue(true),
  'resume-work-queue': workQueue(false),
  'pause-automation': automation(false),
  'resume-automation': automation(true),
  'cancel-flow-run': (_action, triggered) =>
    stateChange(triggered, { type: 'CANCELLING', message: `Cancelled by Automation ${triggered.automation.id}` }),
  'suspend-flow-run': (_action, triggered, now) =>
    stateChange(triggered, {
      type: 'PAUSED',
      name: 'Suspended',
      message: `Suspended by Automation ${triggered.automation.id}`,
      state_details: { pause_timeout: now.addSeconds(suspensionSeconds).toJSON(), pause_reschedule: true },
    }),
  'change-flow-run-state': ({ name, state, message, force }, triggered) =>
    stateChange(triggered, { name, type: state, message: message || `State changed by Automation ${triggered.automation.id}` }, force),
  'delete-flow-run': (_action, triggered) => flowRun('DELETE /flow_runs/{id:uuid}', triggered),
  'resume-flow-run': (_action, triggered) => ({
    ...flowRun('POST /flow_runs/{id:uuid}/resume', triggered),
    mustBeAccepted: 'Failed to resume flow run',
    hidesStatus: true,
  }),
}

/** The request that performs the action, or null when it takes more than one. Throws ActionFailed. */
export function commandOf(triggered: TriggeredAction, now: Timestamp): Command | null {
  const make = commands[triggered.action.type] as ((action: Action, triggered: TriggeredAction, now: Timestamp) => Command) | undefined
  return make?.(triggered.action, triggered, now) ?? null
}
