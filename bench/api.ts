/** Requests that prepare a benchmark; they must succeed, if need be after some tries: the locked SQLite file answers 503. */
import { setTimeout as sleep } from 'node:timers/promises'

const tries = 20

export class Api {
  readonly url: string

  constructor(url: string) {
    this.url = url
  }

  async post(path: string, body: unknown): Promise<Record<string, unknown>> {
    const send = (): Promise<Response> =>
      fetch(this.url + path, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) })
    let response = await send()
    for (let count = 1; response.status === 503 && count < tries; count++) {
      await sleep(250)
      response = await send()
    }
    const text = await response.text()
    if (!response.ok) throw new Error(`POST ${path}: ${response.status} ${text.slice(0, 500)}`)
    return text === '' ? {} : JSON.parse(text)
  }

  /** Creates an object and gives its id. */
  async create(path: string, body: unknown): Promise<string> {
    return String((await this.post(path, body))['id'])
  }
}
