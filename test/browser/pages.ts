/** The pages of the two UIs and what each must show of what was made. */
import type { Seed } from './seed.ts'

export interface UiPage {
  path: string | ((seed: Seed) => string)
  shows: readonly string[]
}

/** Every route of v2's router, without those that only redirect. */
export const v2Pages: readonly UiPage[] = [
  { path: '/dashboard', shows: ['Flow Runs', 'Work Pools', 'orchard-pool'] },
  { path: '/runs', shows: ['picking-run', 'sorting-run'] },
  { path: ({ finished }) => `/runs/flow-run/${finished}`, shows: ['picking-run', 'harvest-flow', 'the basket is full'] },
  { path: ({ taskRun }) => `/runs/task-run/${taskRun}`, shows: ['apple-task', 'picking-run'] },
  { path: '/flows', shows: ['harvest-flow'] },
  { path: ({ flow }) => `/flows/flow/${flow}`, shows: ['harvest-flow', 'picking-run'] },
  { path: '/deployments', shows: ['autumn-deployment', 'harvest-flow'] },
  { path: ({ deployment }) => `/deployments/deployment/${deployment}`, shows: ['autumn-deployment', 'picking-run', 'Every'] },
  { path: ({ deployment }) => `/deployments/deployment/${deployment}/edit`, shows: ['autumn-deployment'] },
  { path: ({ deployment }) => `/deployments/deployment/${deployment}/duplicate`, shows: ['autumn-deployment'] },
  { path: ({ deployment }) => `/deployments/deployment/${deployment}/run`, shows: ['autumn-deployment'] },
  { path: '/work-pools', shows: ['orchard-pool'] },
  { path: '/work-pools/create', shows: ['Process'] },
  { path: '/work-pools/work-pool/orchard-pool', shows: ['orchard-pool'] },
  { path: '/work-pools/work-pool/orchard-pool/edit', shows: ['orchard-pool'] },
  { path: '/work-pools/work-pool/orchard-pool/queue/ladder-queue', shows: ['ladder-queue'] },
  { path: '/work-pools/work-pool/orchard-pool/queue/create', shows: ['orchard-pool'] },
  { path: '/work-pools/work-pool/orchard-pool/queue/ladder-queue/edit', shows: ['orchard-pool'] },
  { path: '/blocks', shows: ['gate-block'] },
  { path: '/blocks/catalog', shows: ['Webhook'] },
  { path: '/blocks/catalog/webhook', shows: ['Webhook'] },
  { path: '/blocks/catalog/webhook/create', shows: ['Webhook'] },
  { path: ({ block }) => `/blocks/block/${block}`, shows: ['gate-block'] },
  { path: ({ block }) => `/blocks/block/${block}/edit`, shows: ['gate-block'] },
  { path: '/variables', shows: ['season_variable'] },
  { path: '/automations', shows: ['rain-automation'] },
  { path: '/automations/create', shows: ['Trigger'] },
  { path: ({ automation }) => `/automations/automation/${automation}`, shows: ['rain-automation'] },
  { path: ({ automation }) => `/automations/automation/${automation}/edit`, shows: ['rain-automation'] },
  { path: '/events', shows: ['rain-gauge'] },
  { path: '/artifacts', shows: ['weight-table'] },
  { path: ({ artifact }) => `/artifacts/artifact/${artifact}`, shows: ['Forty kilograms'] },
  { path: '/artifacts/key/weight-table', shows: ['weight-table'] },
  { path: '/concurrency-limits', shows: ['ladder-limit'] },
  { path: ({ tagLimit }) => `/concurrency-limits/concurrency-limit/${tagLimit}`, shows: ['basket-tag'] },
  { path: '/settings', shows: ['Settings'] },
]

/** The main pages of v1. */
export const v1Pages: readonly UiPage[] = [
  { path: '/dashboard', shows: ['Flow Runs', 'orchard-pool'] },
  { path: '/runs', shows: ['picking-run', 'sorting-run'] },
  { path: ({ finished }) => `/runs/flow-run/${finished}`, shows: ['picking-run', 'the basket is full'] },
  { path: '/flows', shows: ['harvest-flow'] },
  { path: '/deployments', shows: ['autumn-deployment'] },
  { path: ({ deployment }) => `/deployments/deployment/${deployment}`, shows: ['autumn-deployment'] },
  { path: '/work-pools', shows: ['orchard-pool'] },
  { path: '/blocks', shows: ['gate-block'] },
  { path: '/variables', shows: ['season_variable'] },
  { path: '/automations', shows: ['rain-automation'] },
  { path: '/artifacts', shows: ['weight-table'] },
  { path: '/concurrency-limits', shows: ['ladder-limit'] },
]
