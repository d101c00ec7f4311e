/** `/flow_run_states` and `/task_run_states`: one table of routes for both kinds of runs. */
import type { Infer } from '../../schema/index.ts'
import * as s from '../../schema/index.ts'
import type { Transaction } from '../../storage/database.ts'
import { type Sql, sql } from '../../storage/sql.ts'
import type { Uuid } from '../../values/uuid.ts'
import type { Context } from '../context.ts'
import { notFound } from '../errors.ts'
import { ok, type Reply, type Request, type Route, route } from '../route.ts'
import { resultJoin, type StateRecord, stateColumns, stateOf } from './records.ts'

type Kind = 'flow_run' | 'task_run'

/** The states that `rest` chooses. */
export async function selectStates(tx: Transaction, kind: Kind, rest: Sql): Promise<StateRecord[]> {
  const rows = await tx.query<{ state_id: Uuid } & Record<string, unknown>>(sql`
    SELECT state.id AS state_id, ${stateColumns} FROM ${sql.id(`${kind}_state`)} AS state ${resultJoin} ${rest}`)
  return rows.flatMap((row) => stateOf(row) ?? [])
}

function stateRoutes(kind: Kind): Route[] {
  const owner = `${kind}_id`
  const OfRun = s.query({ [owner]: s.uuid() })

  async function readState({ tx }: Context, { params }: Request): Promise<Reply> {
    const [state] = await selectStates(tx, kind, sql`WHERE state.id = ${params.id ?? ''}`)
    if (state === undefined) throw notFound('Flow run state not found') // of both kinds
    return ok(state)
  }

  async function readStates({ tx }: Context, { query }: Request<unknown, Infer<typeof OfRun>>): Promise<Reply> {
    return ok(await selectStates(tx, kind, sql`WHERE ${sql.id('state', owner)} = ${query[owner] ?? ''} ORDER BY state.timestamp ASC`))
  }

  return [
    route({ method: 'GET', path: `/${kind}_states/{id:uuid}`, name: `read_${kind}_state`, access: 'read', handle: readState }),
    route({ method: 'GET', path: `/${kind}_states/`, name: `read_${kind}_states`, access: 'read', query: OfRun, handle: readStates }),
  ]
}

export const routes = [...stateRoutes('flow_run'), ...stateRoutes('task_run')]
