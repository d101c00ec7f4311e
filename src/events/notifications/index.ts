/** What a notification block sends, by the type of the block. Pure. */
import type { JsonObject } from '../../values/json.ts'
import { opsgenie, pagerDuty, sendGrid, twilio } from './alerts.ts'
import { discord, mattermost, slack, teams } from './chats.ts'
import { customWebhook } from './custom-webhook.ts'
import type { Message, Notification, Service } from './request.ts'

export { type Message, type Notification, type NotificationRequest, refusal } from './request.ts'

const services: Readonly<Record<string, Service>> = {
  'custom-webhook': customWebhook,
  'discord-webhook': discord,
  'mattermost-webhook': mattermost,
  'ms-teams-webhook': teams,
  'opsgenie-webhook': opsgenie,
  'pager-duty-webhook': pagerDuty,
  'sendgrid-email': sendGrid,
  'slack-webhook': slack,
  'twilio-sms': twilio,
}

/** The requests that send a message, or why there are none. */
export function notificationOf(slug: string, block: JsonObject, message: Message): Notification {
  const service = Object.hasOwn(services, slug) ? services[slug] : undefined
  return service === undefined ? { invalid: `KeyError("No block class found for slug '${slug}'.")` } : service(block, message)
}

/** What is wrong with a block of a notification service, or null. */
export function blockProblem(slug: string, block: JsonObject): string | null {
  if (!Object.hasOwn(services, slug)) return null
  const notification = notificationOf(slug, block, { subject: '', body: '' })
  return 'invalid' in notification ? notification.invalid : null
}
