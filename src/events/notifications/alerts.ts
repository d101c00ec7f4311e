/** PagerDuty, Opsgenie, Twilio and SendGrid. */
import { isJsonObject, type JsonObject } from '../../values/json.ts'
import {
  appName,
  formEncoded,
  imageUrl,
  joined,
  jsonRequest,
  type NotificationRequest,
  notifyType,
  type Service,
  text,
  texts,
} from './request.ts'

const severities: Readonly<Record<string, string>> = { info: 'info', success: 'info', warning: 'warning', failure: 'critical' }

/** An event of PagerDuty. With a subject the body becomes a detail: the summary is short. */
export const pagerDuty: Service = (block, { subject, body }) => {
  const type = notifyType(block)
  const given = isJsonObject(block.custom_details) ? block.custom_details : {}
  const details: JsonObject = subject === '' ? given : { ...given, 'Prefect Notification Body': unquoted(body) }
  const optional = (key: string, field: string): JsonObject => (text(block, field) === '' ? {} : { [key]: text(block, field) })
  const payload: JsonObject = {
    routing_key: text(block, 'integration_key'),
    payload: {
      summary: subject === '' ? body.trimEnd() : `${subject.trim()}\r\n`,
      severity: severities[type] ?? 'info',
      source: text(block, 'source', 'Prefect'),
      component: text(block, 'component', 'Notification'),
      ...optional('group', 'group'),
      ...optional('class', 'class_id'),
      ...(Object.keys(details).length > 0 && { custom_details: details }),
    },
    client: appName,
    event_action: 'trigger',
    ...(text(block, 'clickable_url') !== '' && { links: [{ href: text(block, 'clickable_url') }] }),
    ...(block.include_image !== false && { images: [{ src: imageUrl(type, 128), alt: type }] }),
  }
  const region = text(block, 'region_name', 'us') === 'eu' ? 'events.eu' : 'events'
  const request = jsonRequest(`https://${region}.pagerduty.com/v2/enqueue`, payload, {
    headers: { authorization: `Token token=${text(block, 'api_key')}` },
    accepted: [200, 201, 202],
    failure: 'Failed to send Pager Duty notification: ',
    noAnswer: '[WARNING]: A Connection error occurred sending Pager Duty notification.',
  })
  return { requests: [request] }
}

/** In the reference the details travel in an address. */
function unquoted(plain: string): string {
  return plain.replaceAll(/(?:%[0-9a-fA-F]{2})+/g, (encoded) => Buffer.from(encoded.replaceAll('%', ''), 'hex').toString('utf8'))
}

const shortestMessage = 130
const opsgenieBatch = 50

/** Alerts of Opsgenie, to each of the targets or to many at once. */
export const opsgenie: Service = (block, { subject, body }) => {
  const [title, description] = [subject.trim(), body.trimEnd()]
  const message = title === '' ? description : title
  const details = isJsonObject(block.details) ? block.details : {}
  const tags = texts(block, 'tags')
  const payload: JsonObject = {
    source: appName,
    message: message.length > shortestMessage ? `${message.slice(0, shortestMessage - 3)}...` : message,
    description,
    details: { ...details, type: notifyType(block) },
    priority: `P${text(block, 'priority', '3')}`,
    ...(tags.length > 0 && { tags }),
    ...(text(block, 'entity') !== '' && { entity: text(block, 'entity') }),
    ...(text(block, 'alias') !== '' && { alias: text(block, 'alias') }),
  }
  const named = (field: string, type: string): JsonObject[] =>
    texts(block, field).map((name) => ({ type, [type === 'user' ? 'username' : 'name']: name }))
  const responders = [
    ...named('target_team', 'team'),
    ...named('target_schedule', 'schedule'),
    ...named('target_user', 'user'),
    ...named('target_escalation', 'escalation'),
  ]
  const size = block.batch === true ? opsgenieBatch : 1
  const batches = Array.from({ length: Math.ceil(responders.length / size) }, (_, index) =>
    responders.slice(index * size, (index + 1) * size),
  )
  const bodies = batches.length === 0 ? [payload] : batches.map((batch) => ({ ...payload, responders: batch }))
  const host = text(block, 'region_name', 'us') === 'eu' ? 'api.eu' : 'api'
  return {
    requests: bodies.map((each) =>
      jsonRequest(`https://${host}.opsgenie.com/v2/alerts`, each, {
        headers: { authorization: `GenieKey ${text(block, 'apikey')}` },
        accepted: [200, 202],
        failure: 'Failed to send Opsgenie notification:',
        noAnswer: '[WARNING]: A Connection error occurred sending Opsgenie notification.',
      }),
    ),
  }
}

const phone = (number: string): string => `+${number.replaceAll(/\D/g, '')}`

/** A short message of Twilio to each of the numbers. */
export const twilio: Service = (block, message) => {
  const account = text(block, 'account_sid')
  const credentials = Buffer.from(`${account}:${text(block, 'auth_token')}`).toString('base64')
  const requests = texts(block, 'to_phone_numbers').map((target): NotificationRequest => {
    const to = phone(target)
    return {
      ...jsonRequest(
        `https://api.twilio.com/2010-04-01/Accounts/${account}/Messages.json`,
        {},
        {
          headers: {
            accept: 'application/json',
            'content-type': 'application/x-www-form-urlencoded',
            authorization: `Basic ${credentials}`,
          },
          accepted: [200, 201],
          failure: `Failed to send Twilio notification to ${to}: `,
          noAnswer: `[WARNING]: A Connection error occurred sending Twilio:${to} notification.`,
        },
      ),
      body: formEncoded([
        ['Body', joined(message)],
        ['From', phone(text(block, 'from_phone_number'))],
        ['To', to],
      ]),
    }
  })
  return { requests }
}

/** A mail by SendGrid to each of the addresses. */
export const sendGrid: Service = (block, { subject, body }) => ({
  requests: texts(block, 'to_emails').map((address) =>
    jsonRequest(
      'https://api.sendgrid.com/v3/mail/send',
      {
        personalizations: [{ to: [{ email: address }] }],
        from: { email: text(block, 'sender_email') },
        subject: subject.trim() === '' ? '<no subject>' : subject.trim(),
        content: [{ type: 'text/html', value: body.trimEnd() }],
      },
      {
        headers: { authorization: `Bearer ${text(block, 'api_key')}` },
        accepted: [200, 202],
        failure: `Failed to send SendGrid notification to ${address}: `,
        noAnswer: `[WARNING]: A Connection error occurred sending SendGrid notification to ${address}.`,
      },
    ),
  ),
})
