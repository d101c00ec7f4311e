import { eventsOut } from './events-out.ts'
import { logsOut } from './logs-out.ts'
import { scheduledTaskRuns } from './scheduled-task-runs.ts'
import type { Stream } from './stream.ts'
import { workerChannel } from './worker-channel.ts'

/** Every websocket but `/events/in`, which goes straight into the mailbox. */
export const streams: readonly Stream[] = [eventsOut, logsOut, scheduledTaskRuns, workerChannel]
