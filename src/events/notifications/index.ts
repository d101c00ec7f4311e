/** What a notification block sends, by the type of the block. Pure. */
import type { JsonObject } from '../../values/json.ts'

export interface Message {
  subject: string
  body: string
}

/** A request to a service, and the answers that mean that it took the message. */
export interface NotificationRequest {
  method: string
  url: string
  headers: Record<string, string>
  body: string
  verify: boolean
  allowsPrivate: boolean
  timeoutMilliseconds: number
  accepted: readonly number[]
}

type Service = (block: JsonObject, message: Message) => readonly NotificationRequest[] | string

const services: Readonly<Record<string, Service>> = {}

/** The requests that send a message, or what is wrong with the block. */
export function notificationsOf(slug: string, block: JsonObject, message: Message): readonly NotificationRequest[] | string {
  const service = Object.hasOwn(services, slug) ? services[slug] : undefined
  return service === undefined ? `No block class found for slug '${slug}'.` : service(block, message)
}
