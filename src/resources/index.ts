/** Every operation of the server, in one table: the front end routes by it, the actors run by it. */

import { routes as admin } from './admin/routes.ts'
import { routes as artifacts } from './artifacts/routes.ts'
import { routes as automations } from './automations/routes.ts'
import { routes as blockCapabilities } from './block-capabilities/routes.ts'
import { routes as blockDocuments } from './block-documents/routes.ts'
import { routes as blockSchemas } from './block-schemas/routes.ts'
import { routes as blockTypes } from './block-types/routes.ts'
import { routes as collections } from './collections/routes.ts'
import { routes as concurrencyLimits } from './concurrency-limits/routes.ts'
import { routes as concurrencyLimitsV2 } from './concurrency-limits-v2/routes.ts'
import { routes as csrfTokens } from './csrf-tokens/routes.ts'
import { routes as deployments } from './deployments/routes.ts'
import { routes as events } from './events/routes.ts'
import { routes as flowRuns } from './flow-runs/routes.ts'
import { routes as flows } from './flows/routes.ts'
import { routes as leadership } from './leadership/routes.ts'
import { routes as logs } from './logs/routes.ts'
import type { Operation } from './operation.ts'
import { routes as runStates } from './run-states/routes.ts'
import { routes as savedSearches } from './saved-searches/routes.ts'
import { routes as taskRuns } from './task-runs/routes.ts'

import { routes as taskWorkers } from './task-workers/routes.ts'
import { routes as templates } from './templates/routes.ts'
import { routes as triggeredActions } from './triggered-actions/routes.ts'
import { routes as triggers } from './triggers/routes.ts'

import { routes as ui } from './ui/routes.ts'
import { routes as variables } from './variables/routes.ts'
import { routes as workPools } from './work-pools/routes.ts'
import { routes as workQueues } from './work-queues/routes.ts'
import { routes as workerChannel } from './worker-channel/routes.ts'
import { routes as workerCleanup } from './worker-cleanup/routes.ts'
import { routes as workers } from './workers/routes.ts'

export const operations: readonly Operation[] = [
  ...admin,
  ...artifacts,
  ...automations,
  ...blockCapabilities,
  ...blockDocuments,
  ...blockSchemas,
  ...blockTypes,
  ...collections,
  ...concurrencyLimits,
  ...concurrencyLimitsV2,
  ...csrfTokens,
  ...deployments,
  ...events,
  ...flowRuns,
  ...flows,
  ...leadership,
  ...logs,
  ...runStates,
  ...savedSearches,
  ...taskRuns,
  ...taskWorkers,
  ...templates,
  ...triggeredActions,
  ...triggers,
  ...ui,
  ...variables,
  ...workPools,
  ...workQueues,
  ...workerChannel,
  ...workerCleanup,
  ...workers,
]
