/** States of runs as the database holds them and as the API shows them; flow runs and task runs differ only in the table. */
import { readStateDetails } from '../../orchestration/state-details.ts'
import type { State, StateType } from '../../orchestration/states.ts'
import { type Sql, sql } from '../../storage/sql.ts'
import type { Json } from '../../values/json.ts'
import type { Timestamp } from '../../values/timestamp.ts'
import type { Uuid } from '../../values/uuid.ts'

/** The API's State is the rules' State. */
export type StateRecord = State

/**
 * The columns of a state joined AS `state`, and of its result joined AS `result` (see `resultJoin`), under names of their
 * own. A result that a client persisted lives in an artifact; states of older servers carry it themselves.
 */
export const stateColumns: Sql = sql.raw(
  [
    'state.type AS "state.type"',
    'state.name AS "state.name"',
    'state.timestamp AS "state.timestamp"',
    'state.message AS "state.message"',
    'state.state_details AS "state.details"',
    'state.data AS "state.data"',
    'result.data AS "state.result"',
  ].join(', '),
)

export const resultJoin: Sql = sql.raw('LEFT JOIN artifact AS result ON result.id = state.result_artifact_id')

/** The state in a row that was selected with `stateColumns`; null when the run has none. */
export function stateOf(row: { state_id: Uuid | null } & Record<string, unknown>): StateRecord | null {
  if (row.state_id === null || row['state.type'] === null) return null
  return {
    id: row.state_id,
    type: row['state.type'] as StateType,
    name: row['state.name'] as string,
    timestamp: row['state.timestamp'] as Timestamp,
    message: row['state.message'] as string | null,
    data: stateData(row['state.data'] as Json, row['state.result'] as Json),
    state_details: readStateDetails(row['state.details'] as Json),
  }
}

/** A state's data: its own when it has some that is not empty, else its result's. */
export function stateData(own: Json, result: Json): Json {
  const empty =
    own === null ||
    own === undefined ||
    own === false ||
    own === 0 ||
    own === '' ||
    (typeof own === 'object' && Object.keys(own).length === 0)
  return empty ? (result ?? null) : own
}
