/** A webhook of the user's own: `{{subject}}`, `{{body}}`, `{{name}}` and the block's secrets are filled in. */
import { isJsonObject, type Json, type JsonObject } from '../../values/json.ts'
import { pythonRepr } from '../../values/python-text.ts'
import { appName, formEncoded, invalidBlock, type Notification, type Service, text } from './request.ts'

const placeholder = /\{\{\s*([\w.\-[\]$]+)\s*\}\}/g
const fields = ['url', 'params', 'form_data', 'json_data', 'headers', 'cookies'] as const

export const customWebhook: Service = (block, { subject, body }) => {
  if (block.form_data != null && block.json_data != null)
    return { invalid: invalidBlock('CustomWebhookNotificationBlock', 'both `Form Data` and `JSON Data` provided', block) }
  const secrets = entries(block.secrets)
  const values = new Map([...secrets, ['subject', subject], ['body', body], ['name', text(block, 'name')]])
  const unknown = unknownPlaceholder(block, values)
  if (unknown !== null) return unknown
  const fill = (value: Json | undefined): Json => filled(value ?? null, values)
  const query = entries(fill(block.params))
  const url = String(fill(block.url))
  const form = fill(block.form_data)
  const json = fill(block.json_data)
  const cookies = entries(fill(block.cookies))
  const [content, type] = contentOf(form, json)
  return {
    requests: [
      {
        method: text(block, 'method', 'POST'),
        url: query.length === 0 ? url : withQuery(url, formEncoded(query)),
        headers: {
          accept: '*/*',
          'user-agent': appName,
          ...(type !== null && { 'content-type': type }),
          ...(cookies.length > 0 && { cookie: cookies.map(([name, value]) => `${name}=${value}`).join('; ') }),
          ...Object.fromEntries(entries(fill(block.headers)).map(([name, value]) => [name.toLowerCase(), value])),
        },
        body: content,
        verify: true,
        allowsPrivate: block.allow_private_urls !== false,
        timeoutMilliseconds: Number(block.timeout ?? 10) * 1000,
        accepted: Array.from({ length: 100 }, (_, index) => 200 + index),
        failure: '',
        noAnswer: '',
      },
    ],
  }
}

function contentOf(form: Json, json: Json): readonly [content: string, type: string | null] {
  if (typeof form === 'string') return [form, null]
  if (form !== null) return [formEncoded(entries(form)), 'application/x-www-form-urlencoded']
  return json === null ? ['', null] : [JSON.stringify(json), 'application/json']
}

function withQuery(url: string, query: string): string {
  return `${url.replace(/[?#].*$/s, '')}?${query}`
}

function entries(value: Json | undefined): [string, string][] {
  return isJsonObject(value) ? Object.entries(value).map(([name, each]) => [name, String(each)]) : []
}

function filled(value: Json, values: ReadonlyMap<string, string>): Json {
  if (typeof value === 'string') return value.replaceAll(placeholder, (whole, name: string) => values.get(name) ?? whole)
  if (Array.isArray(value)) return value.map((each) => filled(each, values))
  if (!isJsonObject(value)) return value
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, filled(member, values)]))
}

/** A block that names what nobody gives it is refused. */
function unknownPlaceholder(block: JsonObject, values: ReadonlyMap<string, string>): Notification | null {
  for (const field of fields) {
    for (const [whole, name] of JSON.stringify(block[field] ?? null).matchAll(placeholder)) {
      if (name === undefined || values.has(name)) continue
      const shown = `${field}/Placeholder(full_match='${whole}', name='${name}', type=<PlaceholderType.STANDARD: 'standard'>)`
      return { invalid: `KeyError(${pythonRepr(shown)})` }
    }
  }
  return null
}
