/** The commands of the CLI whose output is compared; ids in them are those of the server's own runs. */
import { all } from './dump.ts'

/** Commands that print JSON of a jsonb column: PostgreSQL sorts its keys, SQLite does not. */
export const anyKeyOrder = /^\$ prefect deployment inspect simple\/simple\n/

export async function commands(api: string): Promise<string[]> {
  const flowRun = async (name: string): Promise<string> =>
    (await all(api, '/flow_runs/filter', { flow_runs: { name: { any_: [name] } } }))[0]?.id ?? ''
  const taskRun = async (name: string): Promise<string> =>
    (await all(api, '/task_runs/filter', { task_runs: { name: { any_: [name] } } }))[0]?.id ?? ''
  const [logs, subflows, suspended, says] = [
    await flowRun('logs'),
    await flowRun('subflows'),
    await flowRun('suspended'),
    await taskRun('says'),
  ]
  return [
    'flow ls --limit 50',
    'flow-run ls --limit 60',
    'flow-run ls --state-type FAILED',
    'flow-run ls --state Completed --flow-name mapped',
    `flow-run inspect ${subflows}`,
    `flow-run inspect ${suspended} --output json`,
    `flow-run logs ${logs}`,
    `flow-run logs ${logs} --head -n 2`,
    'flow-run inspect 00000000-0000-4000-8000-000000000000',
    'task-run ls --limit 20 --task-run-name says',
    `task-run inspect ${says}`,
    'deployment ls',
    'deployment inspect simple/simple',
    'deployment inspect simple/absent',
    'deployment schedule ls simple/simple',
    'concurrency-limit ls',
    'concurrency-limit inspect one-at-a-time',
    'concurrency-limit create another 5',
    'concurrency-limit reset another',
    'concurrency-limit delete another',
    'global-concurrency-limit ls',
    'work-pool ls',
    'variable set answer 42',
    'variable get answer',
    'variable ls',
    'variable inspect answer',
    'variable unset answer',
    'artifact ls',
    'automation ls',
    `flow-run delete ${logs}`,
    `flow-run inspect ${logs}`,
  ]
}
