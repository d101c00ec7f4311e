/** `POST /flow_runs/{id}/resume`: a paused run goes on, with the input that it waits for when it waits for some. */

import { HydrationError, hydrate } from '../../events/hydration.ts'
import { Resuming, Running, type State, stamp } from '../../orchestration/states.ts'
import type { Infer } from '../../schema/index.ts'
import * as s from '../../schema/index.ts'
import { isJsonObject, type Json, type JsonObject, parseJson } from '../../values/json.ts'
import { uuid7 } from '../../values/uuid.ts'
import type { Context } from '../context.ts'
import { integrityConflict, objectNotFound } from '../errors.ts'
import { hydrationContext } from '../parameter-schemas/context.ts'
import { UnusableSchema, validateValues } from '../parameter-schemas/validation.ts'
import { ok, type Reply, type Request } from '../route.ts'
import { clientOf } from '../run-states/orchestration.ts'
import { insertInput, selectInput } from './inputs.ts'
import { selectFlowRun } from './records.ts'
import { transitionFlowRun } from './set-state.ts'

export const FlowRunResume = s.parameters({ run_input: s.optional(s.nullable(s.dict()), null) })

export async function resumeFlowRun(context: Context, { params, body, headers }: Request<Infer<typeof FlowRunResume>>): Promise<Reply> {
  const id = params.id ?? ''
  const { tx, now } = context
  const run = await selectFlowRun(tx, id)
  if (run === null) throw objectNotFound(`Flow run with id ${id} not found`)
  const { state } = run
  if (state?.type !== 'PAUSED') return ok(refused(null, 'ABORT', 'Cannot resume a flow run that is not paused.'))
  const keyset = state.state_details.run_input_keyset
  const expectsInput = keyset !== null && Object.keys(keyset).length > 0
  let input: JsonObject = {}
  if (expectsInput) {
    const read = await readInput(context, id, keyset.schema ?? '', body.run_input ?? {})
    if ('problem' in read) return ok(refused(state, 'REJECT', read.problem))
    input = read.input
  }
  const next = state.state_details.pause_reschedule ? Resuming(now) : Running()
  const reply = await transitionFlowRun(context, id, () => ({
    proposed: stamp(next, uuid7(), now),
    policy: 'CoreFlowPolicy',
    force: false,
    ...clientOf(headers),
  }))
  const isAccepted = isJsonObjectWith(reply.body, 'status') && reply.body.status === 'ACCEPT'
  if (expectsInput && isAccepted && Object.keys(input).length > 0) {
    const row = { flow_run_id: id, key: keyset.response ?? '', value: JSON.stringify(input), sender: null }
    if (!(await insertInput(tx, row, now))) throw integrityConflict()
  }
  return reply
}

const isJsonObjectWith = <Key extends string>(value: unknown, key: Key): value is Record<Key, unknown> =>
  typeof value === 'object' && value !== null && key in value

/** The input, hydrated and checked by the schema that the run left among its own inputs. */
async function readInput(
  { tx }: Context,
  id: string,
  schemaKey: string,
  given: JsonObject,
): Promise<{ input: JsonObject } | { problem: string }> {
  let input: JsonObject
  try {
    input = hydrate(given, await hydrationContext(tx))
  } catch (error) {
    if (!(error instanceof HydrationError)) throw error
    return { problem: `Error hydrating run input: ${error.message}` }
  }
  const text = await selectInput(tx, id, schemaKey)
  if (text === null) return { problem: 'Run input schema not found.' }
  const schema = parsed(text)
  if (schema === undefined) return { problem: 'Run input schema is not valid JSON.' }
  if (!isJsonObject(schema)) return { problem: 'Invalid schema: it is no object.' }
  try {
    const problem = validateValues(input, schema)
    return problem === null ? { input } : { problem: `Reason: ${problem}` }
  } catch (error) {
    if (error instanceof UnusableSchema) return { problem: error.message }
    throw error
  }
}

function parsed(text: string): Json | undefined {
  try {
    return parseJson(text)
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}

const refused = (state: State | null, status: 'ABORT' | 'REJECT', reason: string): object => ({
  state,
  status,
  details: { type: 'abort_details', reason },
})
