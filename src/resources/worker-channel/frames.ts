/** What workers send through their channel. Unknown fields are refused everywhere; frames of the server's are none. */
import * as s from '../../schema/index.ts'
import { NonNegativeInteger, PositiveInteger } from '../../schema/prefect.ts'
import { isJsonObject, type Json } from '../../values/json.ts'
import { cleanupKinds } from '../worker-cleanup/messages.ts'

export const channelVersion = 'work_pool_worker_channel.v1'
export const requiredCapabilities = ['worker_heartbeat.v1', 'work_pool_snapshot.v1']
export const cleanupDelivery = 'cleanup_delivery.v1'

const strict = { extra: 'forbid' } as const
const text = s.string({ minLength: 1 })

function frame<Type extends string, Payload>(type: Type, payload: s.Schema<Payload>) {
  return s.model(type, { type: s.literal(type), id: s.uuid(), sent_at: s.datetime(), payload }, strict)
}

const HelloPayload = s.check(
  s.before(
    withConcurrency,
    s.model(
      'WorkerHelloPayload',
      {
        consumer_id: s.uuid(),
        worker_name: text,
        worker_type: text,
        heartbeat_interval_seconds: PositiveInteger,
        supported_channel_versions: s.list(text, { minLength: 1 }),
        requested_capabilities: s.list(text, { minLength: 1 }),
        work_queue_names: s.optional(s.list(text), () => []),
        handled_cleanup_kinds: s.optional(s.list(s.literal(...cleanupKinds)), () => []),
        max_cleanup_concurrency: s.optional(NonNegativeInteger, 0),
        create_pool_if_not_found: s.optional(s.boolean(), false),
        default_base_job_template: s.optional(s.dict(), () => ({})),
        worker_metadata: s.optional(s.nullable(s.dict()), null),
      },
      strict,
    ),
    'default_cleanup_concurrency',
  ),
  ({ requested_capabilities: requested, handled_cleanup_kinds: kinds, max_cleanup_concurrency: most }) => {
    const missing = requiredCapabilities.filter((capability) => !requested.includes(capability))
    if (missing.length > 0) return `Missing required channel capabilities: ${missing.toSorted().join(', ')}`
    if (requested.includes(cleanupDelivery)) return null
    if (kinds.length > 0) return '`handled_cleanup_kinds` requires `cleanup_delivery.v1`'
    return most > 0 ? '`max_cleanup_concurrency` requires `cleanup_delivery.v1`' : null
  },
  'required_capabilities_are_requested',
)
export type Hello = s.Infer<typeof HelloPayload>

/** A worker that cleans up and does not say how much at once cleans up one at a time. */
function withConcurrency(input: Json): Json {
  if (!isJsonObject(input) || 'max_cleanup_concurrency' in input) return input
  const { requested_capabilities: requested, handled_cleanup_kinds: kinds } = input
  const cleansUp = Array.isArray(requested) && requested.includes(cleanupDelivery) && Array.isArray(kinds) && kinds.length > 0
  return cleansUp ? { ...input, max_cleanup_concurrency: 1 } : input
}

const operation = { message_id: s.uuid(), reservation_token: text }
const Operation = s.model('CleanupOperationPayload', operation, strict)

/** Every frame that a worker may send, by its type. */
export const WorkerFrame = s.tagged('type', {
  'worker.hello.v1': frame('worker.hello.v1', HelloPayload),
  'worker.heartbeat.v1': frame(
    'worker.heartbeat.v1',
    s.model('WorkerHeartbeatPayload', { consumer_id: s.uuid(), worker_name: text, heartbeat_interval_seconds: PositiveInteger }, strict),
  ),
  'cleanup.ack.v1': frame('cleanup.ack.v1', Operation),
  'cleanup.release.v1': frame('cleanup.release.v1', s.model('CleanupReleasePayload', { ...operation, reason: text }, strict)),
  'cleanup.renew.v1': frame('cleanup.renew.v1', Operation),
})
export type WorkerFrame = s.Infer<typeof WorkerFrame>
export type CleanupFrame = Extract<WorkerFrame, { type: `cleanup.${string}` }>
