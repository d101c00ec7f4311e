/** The nodes of a run's graph and their edges, from the inputs of its task runs. Pure. */
import type { StateType } from '../../orchestration/states.ts'
import { isJsonObject, type Json } from '../../values/json.ts'
import type { Timestamp } from '../../values/timestamp.ts'
import type { Uuid } from '../../values/uuid.ts'

export interface GraphRow {
  kind: 'flow-run' | 'task-run'
  id: Uuid
  label: string
  state_type: StateType | null
  start_time: Timestamp
  end_time: Timestamp | null
  /** Name of a parameter → what it was given. */
  inputs: Json
}

interface Edge {
  id: Uuid
}

export interface GraphNode extends Omit<GraphRow, 'inputs'> {
  parents: Edge[]
  children: Edge[]
  /** Tasks that were running around this one. */
  encapsulating: Edge[]
}

interface Argument {
  /** The run that the argument comes from. */
  source: Uuid | null
  encapsulates: boolean
}

/**
 * Nodes that have not ended before `since`, in the order of their starts. As in the reference an edge shows once for every
 * argument of its upper end: clients get the same lists from both servers.
 */
export function graphNodes(rows: readonly GraphRow[], since: Timestamp): GraphNode[] {
  const sorted = rows.toSorted((a, b) => compare(a.start_time.text, b.start_time.text) || compare(a.id, b.id))
  const nodes = new Map<Uuid, GraphNode>()
  const argumentsOf = new Map<Uuid, Argument[]>()
  for (const { inputs, ...row } of sorted) {
    if (!nodes.has(row.id)) nodes.set(row.id, { ...row, parents: [], children: [], encapsulating: [] })
    argumentsOf.set(row.id, [...(argumentsOf.get(row.id) ?? []), ...argumentsIn(inputs)])
  }
  // Children come in the order of their starts, and so do the lists of children.
  for (const child of nodes.values()) {
    for (const { source, encapsulates } of argumentsOf.get(child.id) ?? []) {
      const parent = source === null ? undefined : nodes.get(source)
      if (parent === undefined) continue
      const times = argumentsOf.get(parent.id)?.length ?? 1
      if (encapsulates) child.encapsulating.push({ id: parent.id })
      else {
        for (let time = 0; time < times; time++) {
          child.parents.push({ id: parent.id })
          parent.children.push({ id: child.id })
        }
      }
    }
  }
  const place = new Map([...nodes.keys()].map((id, index) => [id, index]))
  const byStart = (a: Edge, b: Edge): number => (place.get(a.id) ?? 0) - (place.get(b.id) ?? 0)
  for (const node of nodes.values()) {
    node.parents.sort(byStart)
    node.encapsulating = [...new Set(node.encapsulating.map((edge) => edge.id))].map((id) => ({ id })).sort(byStart)
  }
  const shown = [...nodes.values()].filter(({ end_time: end }) => end === null || !end.isBefore(since))
  return shown.sort((a, b) => compare(a.start_time.text, b.start_time.text) || compareEnds(a.end_time, b.end_time))
}

/** A row without any input still counts as one, as after an outer join. */
function argumentsIn(inputs: Json): Argument[] {
  const found = isJsonObject(inputs)
    ? Object.entries(inputs).flatMap(([key, values]) => {
        const encapsulates = key === '__parents__'
        if (!Array.isArray(values) || values.length === 0) return [{ source: null, encapsulates }]
        return values.map((value) => ({ source: isJsonObject(value) && typeof value.id === 'string' ? value.id : null, encapsulates }))
      })
    : []
  return found.length === 0 ? [{ source: null, encapsulates: false }] : found
}

/** Those that go on come last. */
function compareEnds(a: Timestamp | null, b: Timestamp | null): number {
  if (a === null || b === null) return Number(a === null) - Number(b === null)
  return compare(a.text, b.text)
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)
