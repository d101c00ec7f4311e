import { route } from '../route.ts'
import { FailedAttempt, FinishedAction, finishTriggeredAction, QueuePage, readTriggeredActions, recordFailedAttempt } from './handlers.ts'

export const routes = [
  route({ method: 'CALL', path: '', name: 'read_triggered_actions', access: 'read', body: QueuePage, handle: readTriggeredActions }),
  route({
    method: 'CALL',
    path: '',
    name: 'finish_triggered_action',
    access: 'alone',
    body: FinishedAction,
    handle: finishTriggeredAction,
  }),
  route({ method: 'CALL', path: '', name: 'fail_triggered_action', access: 'alone', body: FailedAttempt, handle: recordFailedAttempt }),
]
