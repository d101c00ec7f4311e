import { cleanupReconciler } from './cleanup-reconciler.ts'
import { repossessor } from './repossessor.ts'
import type { Service } from './service.ts'
import { proactiveTriggers, reactiveTriggers, tidyTriggers } from './triggers.ts'

/** Every service of a pod, in the order in which they start. */
export const services: readonly Service[] = [repossessor, cleanupReconciler, reactiveTriggers, proactiveTriggers, tidyTriggers]
