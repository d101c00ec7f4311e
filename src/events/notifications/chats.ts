/** Slack, Microsoft Teams, Discord and Mattermost. */
import type { JsonObject } from '../../values/json.ts'
import {
  appName,
  imageUrl,
  invalidBlock,
  joined,
  jsonRequest,
  type Notification,
  notifyType,
  plainAppName,
  type Service,
  text,
  texts,
} from './request.ts'

const slackUrl = /^https?:\/\/(hooks\.slack(?:-gov)?\.com)\/services\/([A-Z0-9]+)\/([A-Z0-9]+)\/([A-Z0-9]+)\/?$/i
const slackColors: Readonly<Record<string, string>> = { info: '#3AA3E3', success: '#3AA337', failure: '#A32037', warning: '#CACF29' }
const nobody: Notification = { failed: '[ERROR]: There are no service(s) to notify' }

const slackText = (plain: string): string => plain.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')

const jsonUrl = /^json(s?):\/\/(?:([^@/]*)@)?([^/?#]+)([^?#]*)/i

/** The reference sends to any of its library's services; ours beside Slack to addresses that take plain JSON. */
const plainJson: Service = (block, { subject, body }) => {
  const [whole, secure = '', credentials, host = '', path = ''] = jsonUrl.exec(text(block, 'url')) ?? []
  if (whole === undefined) return nobody
  const payload = { version: '1.0', title: subject.trim(), message: body.trimEnd(), attachments: [], type: notifyType(block) }
  const request = jsonRequest(`http${secure.toLowerCase()}://${host}${path === '' ? '/' : path}`, payload, {
    headers: credentials === undefined ? {} : { authorization: `Basic ${Buffer.from(decodeURIComponent(credentials)).toString('base64')}` },
    allowsPrivate: block.allow_private_urls !== false,
    accepted: Array.from({ length: 100 }, (_, index) => 200 + index),
    failure: 'Failed to send JSON POST notification: ',
    noAnswer: `[WARNING]: A Connection error occurred sending JSON notification to ${host.replace(/:\d+$/, '')}.`,
  })
  return { requests: [request] }
}

/** An incoming webhook of Slack, or of Slack for governments. */
export const slack: Service = (block, { subject, body }) => {
  const url = text(block, 'url')
  const [, host = '', ...tokens] = slackUrl.exec(url) ?? []
  if (host === '') return plainJson(block, { subject, body })
  const name = host.toLowerCase() === 'hooks.slack.com' ? appName : plainAppName
  const icon = imageUrl(notifyType(block), 72)
  const attachment = {
    title: slackText(subject.trim()),
    text: slackText(body.trimEnd()),
    color: slackColors[notifyType(block)] ?? '',
    footer_icon: icon,
    footer: name,
    ts: Date.now() / 1000,
  }
  const request = jsonRequest(
    `https://${host}/services/${tokens.join('/')}`,
    { mrkdwn: true, attachments: [attachment], icon_url: icon },
    {
      headers: { 'user-agent': name, accept: 'application/json', 'content-type': 'application/json; charset=utf-8' },
      allowsPrivate: block.allow_private_urls !== false,
      accepted: [200],
      acceptedText: 'ok',
      failure: 'Failed to send to Slack: ',
      noAnswer: '[WARNING]: A Connection error occurred posting to Slack.',
    },
  )
  return { requests: [request] }
}

const teamsUrl =
  /^https?:\/\/([A-Z0-9_.-]+)(:[1-9][0-9]{0,5})?(?:\/powerautomate\/automations\/direct(?:\/cu\/[0-9]+)?)?\/workflows\/[A-Z0-9_-]+\/triggers\/manual\/paths\/invoke\/?(\?.+)$/i

/** A workflow of Power Automate that posts an adaptive card. */
export const teams: Service = (block, { subject, body }) => {
  const url = text(block, 'url')
  if (!teamsUrl.test(url))
    return { invalid: invalidBlock('MicrosoftTeamsWebhook', 'Invalid Microsoft Teams Workflow URL provided.', block) }
  const type = notifyType(block)
  const title = subject.trim()
  const parts: JsonObject[] = [
    ...(block.include_image === false ? [] : [{ type: 'Image', url: imageUrl(type, 32), height: '32px', altText: type }]),
    ...(title === '' ? [] : [{ type: 'TextBlock', text: title, style: 'heading', weight: 'Bolder', size: 'Large', id: 'title' }]),
    { type: 'TextBlock', text: body.trimEnd(), style: 'default', wrap: block.wrap !== false, id: 'body' },
  ]
  const card = {
    $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
    type: 'AdaptiveCard',
    version: '1.4',
    body: parts,
    msteams: { width: 'full' },
  }
  const payload = {
    type: 'message',
    attachments: [{ contentType: 'application/vnd.microsoft.card.adaptive', contentUrl: null, content: card }],
  }
  const request = jsonRequest(url, payload, {
    allowsPrivate: block.allow_private_urls !== false,
    accepted: [200, 202],
    failure: 'Failed to send Workflows notification: ',
    noAnswer: '[WARNING]: A Connection error occurred sending Workflows notification.',
  })
  return { requests: [request] }
}

/** A webhook of Discord. The reference forgets the bot's name on its way, and texts have no images. */
export const discord: Service = (block, message) => {
  const type = notifyType(block)
  const isSpoken = block.tts === true
  const avatar = block.avatar === true ? { avatar_url: text(block, 'avatar_url', imageUrl(type, 256)) } : {}
  const request = jsonRequest(
    `https://discord.com/api/webhooks/${text(block, 'webhook_id')}/${text(block, 'webhook_token')}`,
    { tts: isSpoken, wait: !isSpoken, ...avatar, content: joined(message) },
    {
      headers: { 'content-type': 'application/json; charset=utf-8' },
      accepted: [200, 204],
      failure: 'Failed to send Discord notification: ',
      noAnswer: '[WARNING]: A Connection error occurred posting to Discord.',
    },
  )
  return { requests: [request] }
}

/** A webhook of a Mattermost server, to each of the channels. */
export const mattermost: Service = (block, message) => {
  const path = text(block, 'path').trim().replace(/\/+$/, '')
  const url = `${block.secure === true ? 'https' : 'http'}://${text(block, 'hostname')}:${text(block, 'port', '8065')}${path}/hooks/${text(block, 'token')}`
  const channels = [...new Set(texts(block, 'channels').map((channel) => channel.replace(/^#+/, '')))].sort()
  const payload = {
    text: joined(message),
    ...(block.include_image === true && { icon_url: imageUrl(notifyType(block), 72) }),
    username: text(block, 'botname', plainAppName),
  }
  const bodies: readonly (readonly [string, JsonObject])[] =
    channels.length === 0 ? [['None', payload]] : channels.map((channel) => [channel, { ...payload, channel }])
  const requests = bodies.map(([channel, each]) =>
    jsonRequest(url, each, {
      headers: { 'user-agent': plainAppName },
      accepted: [200],
      failure: `Failed to send Mattermost notification to channel ${channel}: `,
      hasComma: true,
      noAnswer: `[WARNING]: A Connection error occurred sending Mattermost webhook notification to ${channel}.`,
    }),
  )
  return { requests }
}
