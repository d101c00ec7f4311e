import type { Writes } from '../../orchestration/writes.ts'
import type { Context } from '../context.ts'

/** Tells whoever serves task workers that background task runs wait for them. */
export function publishWrites({ scheduledTaskRuns }: Writes, publish: Context['publish']): void {
  for (const waiting of scheduledTaskRuns) publish('scheduled-task-runs', waiting)
}
