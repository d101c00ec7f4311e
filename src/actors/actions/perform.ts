/** Performs one action and says what became of it. What is nobody's fault but ours is thrown: the action is tried again. */
import { type Command, commandOf } from '../../events/actions/commands.ts'
import { ActionFailed } from '../../events/actions/failed.ts'
import { selectedOrInferred } from '../../events/actions/involved.ts'
import { blockLoadedEvent, type Outcome } from '../../events/actions/outcome.ts'
import { reasonOfRefusal, refusedTransition } from '../../events/actions/reason.ts'
import { flowRunRequest, needsOf } from '../../events/actions/run-deployment.ts'
import { webhookDetails, webhookOf } from '../../events/actions/webhook.ts'
import type { Action, CallWebhook, RunDeployment } from '../../events/automations/actions.ts'
import type { TriggeredAction } from '../../events/automations/firing.ts'
import type { Event } from '../../events/event.ts'
import { HydrationError } from '../../events/hydration.ts'
import { blockProblem } from '../../events/notifications/index.ts'
import { renderTemplate, TemplateRenderError } from '../../events/templates/index.ts'
import { isJsonObject, type Json, type JsonObject } from '../../values/json.ts'
import { pythonRepr } from '../../values/python-text.ts'
import type { Timestamp } from '../../values/timestamp.ts'
import type { ServiceContext } from '../services/service.ts'
import { Api } from './api.ts'
import { type LoadedBlock, loadBlock } from './blocks.ts'
import { notify } from './notify.ts'
import { OutgoingError, send } from './outgoing.ts'
import { restrictedUrlProblem } from './private-address.ts'
import { templateContext, workspaceVariables } from './template-context.ts'

const webhookTimeoutMilliseconds = 5000

/** Actions that wait for somebody outside. */
export const outsideTypes: readonly Action['type'][] = ['call-webhook', 'send-notification']
export const isOutside = ({ type }: Action): boolean => outsideTypes.includes(type)

export interface Performed {
  outcome: Outcome
  /** Events of things that happened on the way. */
  events: Event[]
}

export async function perform(
  context: Pick<ServiceContext, 'request' | 'settings'>,
  triggered: TriggeredAction,
  now: () => Timestamp,
): Promise<Performed> {
  const performer = new Performer(context, triggered, now)
  return { outcome: await performer.outcome(), events: performer.events }
}

/** The reference shows its exceptions by their class, without what they say. */
const hydrationErrors: readonly (readonly [start: string, name: string])[] = [
  ['Invalid jinja', 'InvalidJinja'],
  ['Invalid JSON', 'InvalidJSON'],
  ['Variable ', 'WorkspaceVariableNotFound'],
  ["Missing 'template'", 'TemplateNotFound'],
  ["Missing 'value'", 'ValueNotFound'],
]
const hydrationErrorName = (message: string): string =>
  hydrationErrors.find(([start]) => message.startsWith(start))?.[1] ?? 'HydrationError'

class Performer {
  readonly events: Event[] = []
  readonly #api: Api
  readonly #triggered: TriggeredAction
  readonly #now: () => Timestamp
  readonly #uiUrl: string | null
  readonly #outcome: Outcome = { failure: null, details: {}, related: [] }

  constructor({ request, settings }: Pick<ServiceContext, 'request' | 'settings'>, triggered: TriggeredAction, now: () => Timestamp) {
    this.#api = new Api({ request }, triggered)
    this.#triggered = triggered
    this.#now = now
    this.#uiUrl = settings.get('PREFECT_UI_URL') ?? null
  }

  async outcome(): Promise<Outcome> {
    try {
      await this.#act(this.#triggered.action)
    } catch (error) {
      if (!(error instanceof ActionFailed)) throw error
      this.#outcome.failure = error.message
    }
    return this.#outcome
  }

  async #act(action: Action): Promise<void> {
    switch (action.type) {
      case 'do-nothing':
        return
      case 'run-deployment':
        return await this.#runDeployment(action)
      case 'pause-work-pool':
      case 'resume-work-pool':
        return await this.#pauseWorkPool(action)
      case 'call-webhook':
        return await this.#callWebhook(action)
      case 'send-notification': {
        const block = await this.#block(action.block_document_id, 'notification')
        if (!block.capabilities.includes('notify')) throw new ActionFailed('The referenced block was not a notification block')
        this.#outcome.related.push(...block.related)
        const [subject = '', body = ''] = await this.#rendered([action.subject, action.body])
        const problem = await notify(block, { subject, body })
        if (problem === null) return
        this.#outcome.details.notification_log = problem
        throw new ActionFailed('Notification failed')
      }
      default: {
        const command = commandOf(this.#triggered, this.#now())
        if (command !== null) await this.#command(command)
      }
    }
  }

  async #command({ operation, params, body, target, mustBeAccepted, hidesStatus }: Command): Promise<void> {
    this.#outcome.related.push(target)
    const reply = await this.#api.ask(operation, params, body)
    if (hidesStatus === true) {
      // The reference's client raises what it does not expect: the action is tried again, and put aside at last.
      if (reply.status >= 300) throw new Error(`${operation} answered ${reply.status}`)
    } else this.#noteStatus(reply.status, reply.body)
    const refusal = mustBeAccepted === undefined ? null : refusedTransition(reply.body)
    if (refusal !== null) throw new ActionFailed(`${mustBeAccepted}: ${refusal}`)
  }

  #noteStatus(status: number, body: Json): void {
    this.#outcome.details.status_code = status
    if (status >= 300) throw new ActionFailed(reasonOfRefusal(this.#triggered.action.type, status, body))
  }

  async #pauseWorkPool({
    type,
    source,
    work_pool_id: id,
  }: Extract<Action, { type: 'pause-work-pool' | 'resume-work-pool' }>): Promise<void> {
    const poolId = selectedOrInferred({ source, id }, this.#triggered, { kind: 'prefect.work-pool', words: 'work pool' })
    const { body } = await this.#api.ask('POST /work_pools/filter', [], { work_pools: { id: { any_: [poolId] } } })
    const pool = Array.isArray(body) ? (body[0] ?? null) : null
    if (!isJsonObject(pool)) throw new ActionFailed(`Work pool ${poolId} not found`)
    const name = String(pool.name)
    await this.#command({
      operation: 'PATCH /work_pools/{name}',
      params: [name],
      body: { is_paused: type === 'pause-work-pool' },
      target: { 'prefect.resource.id': `prefect.work-pool.${poolId}`, 'prefect.resource.name': name, 'prefect.resource.role': 'target' },
    })
  }

  async #runDeployment(action: RunDeployment): Promise<void> {
    const { source, deployment_id: id } = action
    const kind = 'prefect.deployment'
    const deploymentId = selectedOrInferred({ source, id }, this.#triggered, { kind, words: 'deployment' })
    this.#outcome.related.push({ 'prefect.resource.id': `${kind}.${deploymentId}`, 'prefect.resource.role': 'target' })
    const request = await this.#flowRunRequest(action)
    const { status, body } = await this.#api.ask('POST /deployments/{id:uuid}/create_flow_run', [deploymentId], request)
    if (status < 300 && isJsonObject(body)) {
      this.#outcome.related.push({
        'prefect.resource.id': `prefect.flow-run.${String(body.id)}`,
        'prefect.resource.role': 'flow-run',
        'prefect.resource.name': String(body.name),
      })
    }
    if (status === 409 && isJsonObject(body)) this.#outcome.details.validation_error = body.detail ?? null
    this.#noteStatus(status, body)
  }

  async #flowRunRequest(action: RunDeployment): Promise<JsonObject> {
    const needs = needsOf(action)
    const context = await templateContext(this.#api, this.#triggered, needs.templates, this.#uiUrl)
    const variables = await workspaceVariables(this.#api, needs.variables)
    try {
      return flowRunRequest(action, this.#triggered, { context, variables, uiUrl: this.#uiUrl, now: this.#now() })
    } catch (error) {
      if (!(error instanceof HydrationError)) throw error
      throw new ActionFailed(`Unable to create flow run from deployment: ${hydrationErrorName(error.message)}()`)
    }
  }

  async #block(id: string, what: 'webhook' | 'notification'): Promise<LoadedBlock> {
    const block = await loadBlock(this.#api, id, this.#triggered.action.type)
    const problem = blockProblem(block.slug, block.data)
    if (problem !== null) throw new ActionFailed(`The ${what} block was invalid: ${problem}`)
    this.events.push(blockLoadedEvent(block, this.#now()))
    if (what === 'webhook' && block.slug !== 'webhook') throw new ActionFailed('The referenced block was not a webhook block')
    return block
  }

  async #callWebhook({ block_document_id: id, payload }: CallWebhook): Promise<void> {
    const block = await this.#block(id, 'webhook')
    this.#outcome.related.push(...block.related)
    const [body = ''] = await this.#rendered([payload])
    const webhook = webhookOf(block.data)
    const problem = webhook.allowsPrivate ? null : await restrictedUrlProblem(webhook.url)
    if (problem !== null) throw new ActionFailed(`Webhook call failed: ValueError(${pythonRepr(problem)})`)
    try {
      const reply = await send({ ...webhook, body, timeoutMilliseconds: webhookTimeoutMilliseconds })
      Object.assign(this.#outcome.details, webhookDetails(reply))
    } catch (error) {
      if (!(error instanceof OutgoingError)) throw error
      throw new ActionFailed(`Webhook call failed: ${error.shown}`)
    }
  }

  async #rendered(templates: readonly string[]): Promise<string[]> {
    const context = await templateContext(this.#api, this.#triggered, templates, this.#uiUrl)
    try {
      return templates.map((template) => renderTemplate(template, context, { uiUrl: this.#uiUrl }))
    } catch (error) {
      if (!(error instanceof TemplateRenderError)) throw error
      Object.assign(this.#outcome.details, { template_error: error.message, template_source: error.template })
      throw new ActionFailed(`Template rendering failed: ${error.error}`)
    }
  }
}
