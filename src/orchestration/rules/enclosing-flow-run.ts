/** Rules about task runs and the flow run that they belong to. */
import type { Needs } from '../facts.ts'
import type { TaskRun } from '../run.ts'
import { anyState, only, Paused } from '../states.ts'
import type { Rule, StateRequest } from '../transition.ts'

const needsFlowRun = ({ run }: StateRequest<TaskRun>, needs: Needs): void => {
  if (run.flow_run_id !== null) needs.flowRuns.add(run.flow_run_id)
}

/** Tasks run only while their flow runs; when it is paused they wait with it. */
export const PreventRunningTasksFromStoppedFlows: Rule<TaskRun> = {
  name: 'PreventRunningTasksFromStoppedFlows',
  from: anyState,
  to: only('RUNNING'),
  needs: needsFlowRun,
  before(_initial, _proposed, transition) {
    const flowRun = transition.facts.flowRuns.get(transition.run.flow_run_id ?? '')
    if (flowRun === undefined || flowRun.state?.type === 'RUNNING') return
    if (flowRun.state?.type !== 'PAUSED') return transition.abort('The enclosing flow must be running to begin task execution.')
    const { pause_timeout, pause_reschedule } = flowRun.state.state_details
    const notReady = Paused({ name: 'NotReady', state_details: { pause_timeout, pause_reschedule } })
    transition.reject(notReady, `The flow is paused, new tasks can execute after resuming flow run: ${flowRun.id}.`)
  },
}

/** Notes in which attempt of its flow a task ran. */
export const UpdateFlowRunTrackerOnTasks: Rule<TaskRun> = {
  name: 'UpdateFlowRunTrackerOnTasks',
  from: anyState,
  to: only('RUNNING'),
  needs: needsFlowRun,
  after(_initial, _validated, { run, facts }) {
    const flowRun = facts.flowRuns.get(run.flow_run_id ?? '')
    if (flowRun) run.flow_run_run_count = flowRun.run_count
  },
}
