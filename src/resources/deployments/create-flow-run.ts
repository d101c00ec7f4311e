/** `POST /deployments/{id}/create_flow_run`, grouped; and its bulk form, of which each run succeeds or fails by itself. */
import type { Infer } from '../../schema/index.ts'
import * as s from '../../schema/index.ts'
import type { Uuid } from '../../values/uuid.ts'
import type { Context } from '../context.ts'
import { ApiError, httpError } from '../errors.ts'
import { type FlowRunDraft, loadForNewFlowRuns, makeFlowRun, type NewFlowRuns, writeNewFlowRuns } from '../flow-runs/new-flow-runs.ts'
import { flowRunResponse } from '../flow-runs/records.ts'
import type { Grouped, Member, Surroundings } from '../grouped.ts'
import { created, ok, type Reply, type Request } from '../route.ts'
import { ensurePoolQueue } from '../work-queues/ensure.ts'
import type { DeploymentRow } from './queries.ts'
import { deploymentOf, draftRun, loadRunSources, RunRefused, type RunRequest, type RunSources } from './run-drafts.ts'
import { DeploymentFlowRunCreate } from './schemas.ts'

type Asking = Pick<Member<RunRequest>, 'request' | 'now'>
/** What comes of a request, before runs are made: a draft, a refusal, or that its queue has to be made first. */
type Drafted = FlowRunDraft | ApiError | 'missing queue'

interface Working extends NewFlowRuns {
  drafts: Map<Member<RunRequest>, Drafted>
}

export const createFlowRunFromDeployment: Grouped<RunRequest, Working> = {
  async load(tx, members, surroundings) {
    const requests = members.map(({ request }) => request)
    const sources = await loadRunSources(
      tx,
      requests.map(idOf),
      requests.map(({ body }) => body),
    )
    const drafts = new Map<Member<RunRequest>, Drafted>()
    for (const member of members) drafts.set(member, await draftOrRefusal({ tx, ...surroundings }, sources, member))
    return { ...(await loadForNewFlowRuns(tx, [...drafts.values()].filter(isDraft), surroundings.now)), drafts }
  },

  decide(working, member, surroundings) {
    const draft = working.drafts.get(member)
    if (draft === undefined) throw new RangeError('a member of the group was not loaded')
    if (draft instanceof ApiError) throw draft
    return draft === 'missing queue' ? 'alone' : reply(working, draft, member, surroundings)
  },

  async write(tx, working, { now }) {
    await writeNewFlowRuns(tx, working, now)
  },

  /** In a queue that does not exist yet. */
  async alone(context, request) {
    const load = (): Promise<RunSources> => loadRunSources(context.tx, [idOf(request)], [request.body])
    await ensureQueues(context, deploymentOf(await load(), idOf(request)), [request.body])
    const draft = await draftOrRefusal(context, await load(), { request, now: context.now })
    if (draft instanceof ApiError) throw draft
    const placed = requirePlaced(draft)
    const working = await loadForNewFlowRuns(context.tx, [placed], context.now)
    const answer = reply(working, placed, context, context)
    await writeNewFlowRuns(context.tx, working, context.now)
    return answer
  },
}

const idOf = ({ params }: Request): Uuid => params.id ?? ''
const isDraft = (drafted: Drafted): drafted is FlowRunDraft => !(drafted instanceof ApiError) && drafted !== 'missing queue'

async function draftOrRefusal(context: Pick<Context, 'tx' | 'settings'>, sources: RunSources, { request, now }: Asking): Promise<Drafted> {
  try {
    return await draftRun(context, sources, deploymentOf(sources, idOf(request)), { body: request.body, headers: request.headers, now })
  } catch (error) {
    if (error instanceof ApiError) return error
    if (error instanceof RunRefused) return error.reply
    throw error
  }
}

function reply(
  working: NewFlowRuns,
  draft: FlowRunDraft,
  member: Pick<Member<unknown>, 'now' | 'emit' | 'publish'>,
  surroundings: Pick<Surroundings, 'settings'>,
): Reply {
  const { run, isNew } = makeFlowRun(working, draft, member, surroundings)
  const body = flowRunResponse(run, member.now)
  return isNew ? created(body) : ok(body)
}

/** Makes the queues that these requests name and that their deployment's pool does not have. */
async function ensureQueues(context: Context, { pool_name: pool }: DeploymentRow, bodies: readonly RunRequest[]): Promise<void> {
  if (pool === null) return
  for (const name of new Set(bodies.flatMap((body) => body.work_queue_name || []))) await ensurePoolQueue(context, pool, name)
}

/** At most so many runs in one request. */
const mostRuns = 100

export const FlowRunsBulkCreate = s.list(DeploymentFlowRunCreate)

interface Result {
  flow_run_id: Uuid | null
  status: 'CREATED' | 'FAILED'
  error: string | null
}

export async function bulkCreateFlowRuns(context: Context, request: Request<Infer<typeof FlowRunsBulkCreate>>): Promise<Reply> {
  const { tx, now } = context
  const { body: bodies, headers } = request
  if (bodies.length > mostRuns) throw httpError(400, `Cannot create more than ${mostRuns} flow runs at once.`)
  const id = idOf(request)
  const deployment = deploymentOf(await loadRunSources(tx, [id], []), id)
  if (bodies.length === 0) return ok({ results: [] })
  await ensureQueues(context, deployment, bodies)
  const sources = await loadRunSources(tx, [id], bodies)
  const drafts: (FlowRunDraft | Result)[] = []
  for (const body of bodies) {
    drafts.push(await draftRun(context, sources, deployment, { body, headers, now }).then(requirePlaced).catch(failure))
  }
  const working = await loadForNewFlowRuns(
    tx,
    drafts.filter((draft) => 'run' in draft),
    now,
  )
  const results = makeInTurn(working, drafts, context)
  await writeNewFlowRuns(tx, working, now)
  return ok({ results })
}

/** A run that breaks a reference is the last that is tried, as in the reference; but those before it are made. */
function makeInTurn(working: NewFlowRuns, drafts: readonly (FlowRunDraft | Result)[], context: Context): Result[] {
  let broken = false
  return drafts.map((draft) => {
    if (!('run' in draft)) return draft
    if (broken) return { flow_run_id: null, status: 'FAILED', error: 'Not tried, because a flow run before it could not be created.' }
    try {
      return { flow_run_id: makeFlowRun(working, draft, context, context).run.id, status: 'CREATED', error: null }
    } catch (error) {
      broken = true
      return failure(error)
    }
  })
}

function requirePlaced(draft: FlowRunDraft | 'missing queue'): FlowRunDraft {
  if (draft === 'missing queue') throw new RangeError('a queue that was made is not there')
  return draft
}

function failure(error: unknown): Result {
  if (error instanceof RunRefused) return { flow_run_id: null, status: 'FAILED', error: error.inBulk }
  if (error instanceof ApiError) return { flow_run_id: null, status: 'FAILED', error: detailOf(error) }
  throw error
}

function detailOf({ body, message }: ApiError): string {
  return typeof body === 'object' && body !== null && 'detail' in body && typeof body.detail === 'string' ? body.detail : message
}
