/** A plain client of one server: JSON in, JSON out, anything but a 2xx is an error. */
import { setTimeout as sleep } from 'node:timers/promises'

export type Json = Record<string, unknown> & { id: string }

export class Session {
  readonly api: string
  constructor(api: string) {
    this.api = api
  }

  get = (path: string): Promise<Json> => this.send('GET', path)
  post = (path: string, body: unknown = {}): Promise<Json> => this.send('POST', path, body)
  put = (path: string, body: unknown): Promise<Json> => this.send('PUT', path, body)
  patch = (path: string, body: unknown): Promise<Json> => this.send('PATCH', path, body)
  delete = (path: string): Promise<Json> => this.send('DELETE', path)

  private async send(method: string, path: string, body?: unknown): Promise<Json> {
    let response = await this.attempt(method, path, body)
    // the reference on SQLite refuses some requests while it is writing events; clients try again
    for (let retry = 1; response.status === 503 && retry <= 8; retry++) {
      await sleep(retry * 200)
      response = await this.attempt(method, path, body)
    }
    const text = await response.text()
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`)
    return (text === '' ? {} : JSON.parse(text)) as Json
  }

  private attempt(method: string, path: string, body: unknown): Promise<Response> {
    return fetch(this.api + path, {
      method,
      ...(body !== undefined && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
    })
  }
}
