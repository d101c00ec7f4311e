import {
  Automation,
  type AutomationCreate,
  type AutomationPartialUpdate,
  type AutomationUpdate,
} from '../../events/automations/automation.ts'
import { withNewIds } from '../../events/automations/triggers.ts'
import { type ObjectAction, objectEvent } from '../../events/object-events.ts'
import type { Infer } from '../../schema/index.ts'
import * as s from '../../schema/index.ts'
import { sql } from '../../storage/sql.ts'
import type { Json, JsonObject } from '../../values/json.ts'
import type { Context } from '../context.ts'
import { type ApiError, invalidRequest, objectNotFound } from '../errors.ts'
import { created, noContent, ok, type Reply, type Request } from '../route.ts'
import { AutomationFilter } from './filter.ts'
import { checkJobVariables } from './job-variables.ts'
import {
  changeAutomation,
  countAutomationsWhere,
  insertAutomation,
  lockAutomation,
  removeAutomations,
  type ShownAutomation,
  selectAutomation,
  selectAutomations,
} from './queries.ts'
import { relateToResource, selectRelatedAutomations, syncRelatedDeployments } from './related-resources.ts'
import type { AutomationsCount, AutomationsPage } from './schemas.ts'
import { AutomationSort } from './sort.ts'

/** Creates an automation; its triggers get ids of their own, whatever the client sent. */
export async function createAutomation(context: Context, { body }: Request<Infer<typeof AutomationCreate>>): Promise<Reply> {
  const { owner_resource: owner, ...fields } = body
  await checkJobVariables(context, fields.actions, 'skipped')
  const automation = await insertAutomation(context.tx, { ...fields, trigger: withNewIds(fields.trigger) }, context.now)
  await syncRelatedDeployments(context.tx, automation.id, automation.actions)
  if (owner) await relateToResource(context.tx, automation.id, owner, true)
  emit(context, 'created', automation)
  return created(automation)
}

/** Replaces the fields that were sent; the others stay. */
export async function updateAutomation(context: Context, { params, body }: Request<Infer<typeof AutomationUpdate>>): Promise<Reply> {
  const { tx, now } = context
  await checkJobVariables(context, body.actions, 'checked')
  const { id } = await lockedAutomation(context, params)
  const sent = s.sentFields(body)
  const changes = Object.fromEntries(Object.entries(body).filter(([field]) => sent.has(field)))
  await changeAutomation(tx, id, { ...changes, trigger: withNewIds(body.trigger) }, now)
  await syncRelatedDeployments(tx, id, body.actions)
  emit(context, 'updated', await requiredAutomation(context, params))
  return noContent()
}

/** Switches an automation on or off; what comes of it must be a valid automation. */
export async function patchAutomation(context: Context, { params, body }: Request<Infer<typeof AutomationPartialUpdate>>): Promise<Reply> {
  const automation = await lockedAutomation(context, params)
  const result = JSON.parse(JSON.stringify({ ...automation, ...body })) as JsonObject
  const issues: s.ValidationIssue[] = []
  if (s.collect(Automation, result, [], issues) === s.invalid) throw invalidPatch(issues, body)
  await changeAutomation(context.tx, automation.id, s.onlySent(body), context.now)
  emit(context, 'updated', await requiredAutomation(context, params))
  return noContent()
}

/** The reference reports these issues as pydantic does by itself: with a link. */
function invalidPatch(issues: readonly s.ValidationIssue[], body: Json): ApiError {
  const linked = issues.map((issue) => ({ ...issue, url: `https://errors.pydantic.dev/2.13/v/${issue.type}` }))
  return invalidRequest(linked, body)
}

export async function deleteAutomation(context: Context, { params }: Request): Promise<Reply> {
  const automation = await lockedAutomation(context, params)
  await removeAutomations(context.tx, [automation.id])
  emit(context, 'deleted', automation)
  return noContent()
}

export async function readAutomation(context: Context, { params }: Request): Promise<Reply> {
  return ok(await requiredAutomation(context, params))
}

export async function readAutomations({ tx }: Context, { body }: Request<Infer<typeof AutomationsPage>>): Promise<Reply> {
  const page = sql`ORDER BY ${AutomationSort.orderBy(body.sort)} LIMIT ${body.limit} OFFSET ${body.offset}`
  return ok(await selectAutomations(tx, AutomationFilter.where(body.automations), page))
}

export async function countAutomations({ tx }: Context, { body }: Request<Infer<typeof AutomationsCount>>): Promise<Reply> {
  return ok(await countAutomationsWhere(tx, AutomationFilter.where(body.automations)))
}

export async function readRelatedAutomations({ tx }: Context, { params }: Request): Promise<Reply> {
  return ok(await selectRelatedAutomations(tx, params.resource_id ?? '', false))
}

/** Deletes what belongs to a resource, for `prefect deploy` to make it anew. */
export async function deleteOwnedAutomations({ tx }: Context, { params }: Request): Promise<Reply> {
  const automations = await selectRelatedAutomations(tx, params.resource_id ?? '', true)
  const ids = automations.map((automation) => automation.id).toSorted()
  for (const id of ids) await lockAutomation(tx, id)
  if (ids.length > 0) await removeAutomations(tx, ids)
  return { status: 202, body: null }
}

async function lockedAutomation(context: Context, params: Record<string, string>): Promise<ShownAutomation> {
  await lockAutomation(context.tx, params.id ?? '')
  return requiredAutomation(context, params)
}

async function requiredAutomation({ tx }: Context, params: Record<string, string>): Promise<ShownAutomation> {
  const automation = await selectAutomation(tx, params.id ?? '')
  if (automation === null) throw objectNotFound('Automation not found')
  return automation
}

function emit(context: Context, action: ObjectAction, automation: ShownAutomation): void {
  const { id, name } = automation
  const payload = JSON.parse(JSON.stringify(automation)) as JsonObject
  context.emit(objectEvent({ kind: 'automation', action, id, name, payload }, context.now))
}
