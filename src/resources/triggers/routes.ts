import { route } from '../route.ts'
import { EvaluateBatches, evaluateTriggerBatches } from './evaluate-batches.ts'
import { EvaluateProactive, evaluateProactiveTriggers, tidyTriggers } from './evaluate-proactive.ts'

export const routes = [
  route({
    method: 'CALL',
    path: '',
    name: 'evaluate_trigger_batches',
    access: 'alone',
    body: EvaluateBatches,
    handle: evaluateTriggerBatches,
  }),
  route({
    method: 'CALL',
    path: '',
    name: 'evaluate_proactive_triggers',
    access: 'alone',
    body: EvaluateProactive,
    handle: evaluateProactiveTriggers,
  }),
  route({ method: 'CALL', path: '', name: 'tidy_triggers', access: 'alone', handle: tidyTriggers }),
]
