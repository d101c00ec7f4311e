/** Everything acknowledged must be shown by the API of the server that was started again. */
import { post } from '../client/dump.ts'
import type { Acknowledged } from './acknowledgements.ts'
import { lost } from './invariants.ts'

export async function checkApi(api: string, acknowledged: Acknowledged): Promise<void> {
  lost('flow runs', acknowledged.flowRuns, await found(api, '/flow_runs/filter', 'flow_runs', acknowledged.flowRuns))
  lost('task runs', acknowledged.taskRuns, await found(api, '/task_runs/filter', 'task_runs', acknowledged.taskRuns))
  for (const some of chunks(acknowledged.logs, 60)) {
    const logs = (await post(api, '/logs/filter', { logs: { flow_run_id: { any_: some.map(({ flowRun }) => flowRun) } } })) as {
      message: string
    }[]
    lost(
      'logs',
      some.flatMap(({ messages }) => messages),
      new Set(logs.map(({ message }) => message)),
    )
  }
  await checkStates(api, acknowledged)
}

/** Ids that a filter finds among these. */
async function found(api: string, path: string, what: string, ids: readonly string[]): Promise<Set<string>> {
  const answers = await Promise.all(
    chunks(ids).map((some) => post(api, path, { [what]: { id: { any_: some } }, limit: 200 }) as Promise<{ id: string }[]>),
  )
  return new Set(answers.flat().map(({ id }) => id))
}

/** The run's state is the last acknowledged one or a later one. */
async function checkStates(api: string, { states }: Acknowledged): Promise<void> {
  const order = ['PENDING', 'RUNNING', 'COMPLETED']
  const last = new Map(states.map(({ flowRun, type }) => [flowRun, type]))
  for (const some of chunks([...last.keys()])) {
    const runs = (await post(api, '/flow_runs/filter', { flow_runs: { id: { any_: some } }, limit: 200 })) as {
      id: string
      state_type: string
    }[]
    for (const run of runs) {
      const acknowledged = last.get(run.id) ?? ''
      if (order.indexOf(run.state_type) < order.indexOf(acknowledged)) {
        throw new Error(`run ${run.id} is ${run.state_type}, but ${acknowledged} was acknowledged`)
      }
    }
  }
}

function chunks<Item>(items: readonly Item[], size = 200): Item[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, index) => items.slice(index * size, (index + 1) * size))
}
