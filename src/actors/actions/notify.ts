/** Sends notifications by the block's service. */
import { type Message, notificationsOf } from '../../events/notifications/index.ts'
import type { LoadedBlock } from './blocks.ts'
import { OutgoingError, send } from './outgoing.ts'
import { restrictedUrlProblem } from './private-address.ts'

/** What went wrong, or null. */
export async function notify({ slug, data }: LoadedBlock, message: Message): Promise<string | null> {
  const requests = notificationsOf(slug, data, message)
  if (typeof requests === 'string') return requests
  const problems: string[] = []
  for (const { accepted, ...request } of requests) {
    const restricted = request.allowsPrivate ? null : await restrictedUrlProblem(request.url)
    if (restricted !== null) return restricted
    try {
      const { status, text } = await send(request)
      if (!accepted.includes(status)) problems.push(`Failed to send notification: error=${status}. ${text.slice(0, 500)}`)
    } catch (error) {
      if (!(error instanceof OutgoingError)) throw error
      problems.push(error.shown)
    }
  }
  return problems.length === 0 ? null : problems.join('\n')
}
