/** What the services have in common: requests, the texts of failures, JSON as Python writes it. */
import { pythonRepr } from '../../schema/python-str.ts'
import { isJsonObject, type Json, type JsonObject } from '../../values/json.ts'

export interface Message {
  subject: string
  body: string
}

/** A request to a service, and which answers mean that it took the message. */
export interface NotificationRequest {
  method: string
  url: string
  headers: Record<string, string>
  body: string
  verify: boolean
  allowsPrivate: boolean
  timeoutMilliseconds: number
  accepted: readonly number[]
  /** What the answer must be, when the status does not tell. */
  acceptedText?: string
  /** Before what went wrong: `Failed to send … : `. */
  failure: string
  /** A comma stands before the status, whether or not its meaning is known. */
  hasComma?: true
  /** When there was no answer at all. */
  noAnswer: string
}

/** The requests of a message; or why there are none: the block is wrong, or nobody is to be notified. */
export type Notification = { requests: readonly NotificationRequest[] } | { invalid: string } | { failed: string }

export type Service = (block: JsonObject, message: Message) => Notification

export const appName = 'Prefect Notifications'
/** Of blocks that the reference sends without its own name. */
export const plainAppName = 'Apprise'

const serviceTimeoutMilliseconds = 4000

/** A request with a body of JSON. */
export function jsonRequest(
  url: string,
  payload: JsonObject,
  rest: Pick<NotificationRequest, 'accepted' | 'failure' | 'noAnswer'> & Partial<NotificationRequest>,
): NotificationRequest {
  const { headers = {}, ...others } = rest
  return {
    method: 'POST',
    url,
    headers: { 'user-agent': appName, accept: '*/*', 'content-type': 'application/json', ...headers },
    body: pythonJson(payload),
    verify: true,
    allowsPrivate: true,
    timeoutMilliseconds: serviceTimeoutMilliseconds,
    ...others,
  }
}

/** As Python's json.dumps: blanks behind commas and colons, everything beyond ASCII escaped. */
export function pythonJson(value: Json): string {
  if (Array.isArray(value)) return `[${value.map(pythonJson).join(', ')}]`
  if (!isJsonObject(value)) return ascii(JSON.stringify(value))
  return `{${Object.entries(value)
    .map(([key, member]) => `${ascii(JSON.stringify(key))}: ${pythonJson(member)}`)
    .join(', ')}}`
}

const ascii = (text: string): string =>
  text.replaceAll(/[\u0080-\uffff]/g, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`)

/** Values of a form or a query. */
export function formEncoded(values: Iterable<readonly [string, string]>): string {
  const quoted = (text: string): string =>
    encodeURIComponent(text)
      .replaceAll(/[!'()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`)
      .replaceAll('%20', '+')
  return [...values].map(([name, value]) => `${quoted(name)}=${quoted(value)}`).join('&')
}

/** Title and body as services take them that know no titles. */
export function joined({ subject, body }: Message): string {
  const [title, text] = [subject.trim(), body.trimEnd()]
  return title === '' ? text : `${title}\r\n${text}`
}

export function imageUrl(type: string, size: 32 | 72 | 128 | 256): string {
  return `https://github.com/caronc/apprise/raw/master/apprise/assets/themes/default/apprise-${type}-${size}x${size}.png`
}

/** How the reference shows that a block's class refused its values. */
export function invalidBlock(className: string, problem: string, block: JsonObject): string {
  const shown = Array.from(pythonRepr(block))
  const input = shown.length > 50 ? `${shown.slice(0, 25).join('')}...${shown.slice(-24).join('')}` : shown.join('')
  return `1 validation error for ${className}\n  Value error, ${problem} [type=value_error, input_value=${input}, input_type=dict]\n    For further information visit https://errors.pydantic.dev/2.13/v/value_error`
}

export const text = (block: JsonObject, field: string, fallback = ''): string => {
  const value = block[field]
  return value === undefined || value === null ? fallback : String(value)
}

/** Texts of a list, or of a text with commas. */
export function texts(block: JsonObject, field: string): string[] {
  const value = block[field]
  if (Array.isArray(value)) return value.map(String)
  return typeof value === 'string' && value !== '' ? value.split(/[\s,]+/) : []
}

export const notifyType = (block: JsonObject): string => text(block, 'notify_type', 'info')

const meanings: Readonly<Record<number, string>> = {
  400: 'Bad Request - Unsupported Parameters.',
  401: 'Verification Failed.',
  404: 'Page not found.',
  405: 'Method not allowed.',
  500: 'Internal server error.',
  503: 'Servers are overloaded.',
}

/** What is logged of a service that refused a message. */
export function refusal({ failure, hasComma }: NotificationRequest, status: number): string {
  const meaning = meanings[status] ?? ''
  return `[WARNING]: ${failure}${meaning}${meaning === '' && hasComma !== true ? '' : ', '}error=${status}.`
}
