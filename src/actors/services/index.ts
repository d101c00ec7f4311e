import { actions } from './actions.ts'
import { cancelledFlowRuns, cancellingTimeouts, subflowRuns } from './cancellation-cleanup.ts'
import { cleanupReconciler } from './cleanup-reconciler.ts'
import { eventVacuum, flowRunVacuum, orphanVacuum } from './database-vacuum.ts'
import { foreman } from './foreman.ts'
import { lateRuns } from './late-runs.ts'
import { pauseExpirations } from './pause-expirations.ts'
import { repossessor } from './repossessor.ts'
import { recentDeploymentsScheduler, scheduler } from './scheduler.ts'
import type { Service } from './service.ts'
import { proactiveTriggers, reactiveTriggers, tidyTriggers } from './triggers.ts'

/** Every service of a pod, in the order in which they start. */
export const services: readonly Service[] = [
  scheduler,
  recentDeploymentsScheduler,
  lateRuns,
  foreman,
  pauseExpirations,
  cancelledFlowRuns,
  subflowRuns,
  cancellingTimeouts,
  eventVacuum,
  flowRunVacuum,
  orphanVacuum,
  repossessor,
  cleanupReconciler,
  reactiveTriggers,
  proactiveTriggers,
  tidyTriggers,
  actions,
]
