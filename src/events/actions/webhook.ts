/** What a webhook block says to send, and what is told of the answer. Pure. */
import type { JsonObject } from '../../values/json.ts'
import { isJsonObject } from '../../values/json.ts'
import { truncatedTo } from './reason.ts'

export interface WebhookBlock {
  method: string
  url: string
  headers: Record<string, string>
  allowsPrivate: boolean
  verify: boolean
}

export function webhookOf({
  method = 'POST',
  url = '',
  headers = {},
  allow_private_urls: allowsPrivate = true,
  verify = true,
}: JsonObject): WebhookBlock {
  return {
    method: String(method),
    url: String(url),
    headers: isJsonObject(headers) ? Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)])) : {},
    allowsPrivate: allowsPrivate !== false,
    verify: verify !== false,
  }
}

/** Headers that are secret, or of the way and not of the answer. */
const redacted = /^(?:authorization$|traceparent$|via$|x-forwarded|x-b3|x-cloud-trace|x-envoy|x-prefect)/

export function webhookDetails({
  status,
  headers,
  text,
}: {
  status: number
  headers: Readonly<Record<string, string>>
  text: string
}): JsonObject {
  return {
    status_code: status,
    response_body: truncatedTo(1000, text),
    response_headers: Object.fromEntries(Object.entries(headers).filter(([name]) => !redacted.test(name))),
  }
}
