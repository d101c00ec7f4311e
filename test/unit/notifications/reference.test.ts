/** What the reference's notification blocks send, and what ours do: the same requests. */
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { type Message, type NotificationRequest, notificationOf } from '../../../src/events/notifications/index.ts'
import type { JsonObject } from '../../../src/values/json.ts'

interface Sent {
  method: string
  url: string
  headers: Record<string, string>
  body: string
}
interface Answer {
  slug: string
  data: JsonObject
  message: Message
  failed?: string
  error?: string
  sent: Sent[]
}

const answers = JSON.parse(readFileSync(new URL('answers.json', import.meta.url), 'utf8')) as Answer[]

/** When it was sent is not what is compared, nor what a client of HTTP adds by itself. */
function comparable({ method, url, headers, body }: Sent | NotificationRequest): Sent {
  const { 'content-length': _length, ...rest } = headers
  return { method, url: new URL(url).href, headers: rest, body: body.replace(/"ts": [\d.]+/, '"ts": 0') }
}

describe('notifications as the reference sends them', () => {
  it.each(answers)('$slug $data $message.subject', ({ slug, data, message, failed, error, sent }) => {
    const notification = notificationOf(slug, data, message)
    if (error !== undefined) expect(notification).toEqual({ invalid: error })
    else if (failed !== undefined) expect(notification).toEqual({ failed })
    else expect('requests' in notification ? notification.requests.map(comparable) : notification).toEqual(sent.map(comparable))
  })
})
