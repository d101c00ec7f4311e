/** Sends notifications by the block's service. */
import { type Message, type NotificationRequest, notificationOf, refusal } from '../../events/notifications/index.ts'
import type { LoadedBlock } from './blocks.ts'
import { OutgoingError, send } from './outgoing.ts'
import { restrictedUrlProblem } from './private-address.ts'

/** The block whose failures the reference does not take for failures of a notification: the action is tried again. */
const customWebhook = 'custom-webhook'

/** What is logged of what went wrong, or null. */
export async function notify({ slug, data }: LoadedBlock, message: Message): Promise<string | null> {
  const notification = notificationOf(slug, data, message)
  if ('invalid' in notification) return notification.invalid
  if ('failed' in notification) return notification.failed
  const problems: string[] = []
  for (const request of notification.requests) {
    const restricted = request.allowsPrivate ? null : await restrictedUrlProblem(request.url)
    const problem = restricted ?? (await sent(request))
    if (problem === null) continue
    if (slug === customWebhook) throw new Error(`a custom webhook failed: ${problem}`)
    if (restricted !== null) return restricted
    problems.push(problem)
  }
  return problems.length === 0 ? null : problems.join('\n')
}

async function sent(request: NotificationRequest): Promise<string | null> {
  try {
    const { status, text } = await send(request)
    const isTaken = request.accepted.includes(status) && (request.acceptedText === undefined || text === request.acceptedText)
    return isTaken ? null : refusal(request, status)
  } catch (error) {
    if (!(error instanceof OutgoingError)) throw error
    return request.noAnswer === '' ? error.shown : request.noAnswer
  }
}
