/** The schedules of a deployment. Whatever changes them deletes the runs that they made. */
import type { Infer } from '../../schema/index.ts'
import * as s from '../../schema/index.ts'
import { sql } from '../../storage/sql.ts'
import { insertInto, updateTable, type Values } from '../../storage/statements.ts'
import type { JsonObject } from '../../values/json.ts'
import { type Uuid, uuid7 } from '../../values/uuid.ts'
import type { Context } from '../context.ts'
import { httpError, integrityConflict, notFound } from '../errors.ts'
import { created, noContent, ok, type Reply, type Request } from '../route.ts'
import { lockDeployment } from './queries.ts'
import { type ScheduleRow, scheduleResponse, selectSchedules } from './schedule-records.ts'
import { ScheduleCreate, type ScheduleUpdate } from './schedule-schemas.ts'
import { deleteScheduledRuns } from './scheduled-runs.ts'

export const SchedulesCreate = s.list(ScheduleCreate)

/** What a schedule is made of. */
export type NewSchedule = Pick<ScheduleCreate, 'schedule' | 'active' | 'parameters' | 'slug'> & { max_scheduled_runs?: number | null }

export async function readDeploymentSchedules({ tx }: Context, { params }: Request): Promise<Reply> {
  const id = await requireDeployment({ tx }, params)
  const schedules = await selectSchedules(tx, sql`deployment_id = ${id}`)
  return ok(schedules.map(scheduleResponse))
}

export async function createDeploymentSchedules(context: Context, { params, body }: Request<ScheduleCreate[]>): Promise<Reply> {
  const id = await lockedDeployment(context, params)
  const rows = await insertSchedules(context, id, body)
  if (rows === null) throw httpError(409, 'Schedule slugs must be unique within a deployment.')
  return created(rows.map(scheduleResponse))
}

export async function updateDeploymentSchedule(context: Context, { params, body }: Request<Infer<typeof ScheduleUpdate>>): Promise<Reply> {
  const id = await lockedDeployment(context, params)
  const changed = await changeSchedule(context, sql`id = ${params.schedule_id ?? ''} AND deployment_id = ${id}`, body)
  if (!changed) throw notFound('Schedule not found.')
  await deleteScheduledRuns(context, [id], { autoScheduledOnly: true, futureOnly: true })
  return noContent()
}

export async function deleteDeploymentSchedule(context: Context, { params }: Request): Promise<Reply> {
  const { tx } = context
  const id = await lockedDeployment(context, params)
  const theirs = sql`id = ${params.schedule_id ?? ''} AND deployment_id = ${id}`
  if ((await tx.execute(sql`DELETE FROM deployment_schedule WHERE ${theirs}`)) === 0) throw notFound('Schedule not found.')
  await deleteScheduledRuns(context, [id], { autoScheduledOnly: true })
  return noContent()
}

/** Puts these schedules in the place of those that the deployment has. */
export async function replaceSchedules(context: Context, deployment: Uuid, schedules: readonly NewSchedule[]): Promise<void> {
  await context.tx.execute(sql`DELETE FROM deployment_schedule WHERE deployment_id = ${deployment}`)
  const kept = schedules.map(({ schedule, active, parameters, slug }) => ({ schedule, active, parameters, slug }))
  if ((await insertSchedules(context, deployment, kept)) === null) throw integrityConflict()
}

/** The new schedules; null when a slug is taken. The deployment is locked. */
export async function insertSchedules(
  { tx, now }: Context,
  deployment: Uuid,
  schedules: readonly NewSchedule[],
): Promise<ScheduleRow[] | null> {
  if (schedules.length === 0) return []
  const rows = schedules.map(({ schedule, active, parameters, slug, max_scheduled_runs = null }, index) => ({
    id: uuid7(),
    created: now,
    // Lists have an order, and instants tell which was first.
    updated: now.addMicroseconds(index),
    deployment_id: deployment,
    schedule: JSON.parse(JSON.stringify(schedule)) as JsonObject,
    active,
    max_scheduled_runs,
    parameters,
    slug,
  }))
  const inserted = await tx.execute(insertInto('deployment_schedule', rows, { onConflict: 'nothing' }))
  return inserted === rows.length ? rows : null
}

/** Changes what is not null; false when there is no such schedule. */
export async function changeSchedule({ tx, now }: Context, where: ReturnType<typeof sql>, change: ScheduleUpdate): Promise<boolean> {
  const { active, schedule, max_scheduled_runs, parameters, slug } = change
  if (slug !== null) await refuseTakenSlug(tx, where, slug)
  const changes: Values = { parameters, updated: now }
  for (const [column, value] of Object.entries({ active, schedule, max_scheduled_runs, slug })) if (value !== null) changes[column] = value
  return (await tx.execute(updateTable('deployment_schedule', changes, where))) > 0
}

/** What the unique index would say, before it does. */
async function refuseTakenSlug(tx: Context['tx'], where: ReturnType<typeof sql>, slug: string): Promise<void> {
  const taken = await tx.query(sql`
    SELECT other.id FROM deployment_schedule AS other
    JOIN (SELECT id, deployment_id FROM deployment_schedule WHERE ${where}) AS changed
      ON other.deployment_id = changed.deployment_id AND other.id <> changed.id
    WHERE other.slug = ${slug}`)
  if (taken.length > 0) throw integrityConflict()
}

async function lockedDeployment(context: Context, params: Record<string, string>): Promise<Uuid> {
  await lockDeployment(context.tx, sql`id = ${params.id ?? ''}`)
  return await requireDeployment(context, params)
}

async function requireDeployment({ tx }: Pick<Context, 'tx'>, { id = '' }: Record<string, string>): Promise<Uuid> {
  const found = await tx.query(sql`SELECT id FROM deployment WHERE id = ${id}`)
  if (found.length === 0) throw notFound('Deployment not found.')
  return id
}
