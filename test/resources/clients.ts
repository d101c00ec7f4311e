/** Requests to the pods under test, by as many clients as a test wants. */
import { setTimeout as sleep } from 'node:timers/promises'
import { inject } from 'vitest'

export interface Answer {
  status: number
  body: Record<string, unknown>
}

let next = 0

/** The pods take turns, so that on PostgreSQL every test crosses two of them. */
function pod(): string {
  const pods = inject('pods')
  const chosen = pods[next++ % pods.length]
  if (chosen === undefined) throw new Error('no pod runs')
  return chosen
}

const repeats = 20

/** Repeats what was answered with 503, as the real client does: it promises that nothing was done. */
async function send(path: string, request: RequestInit): Promise<Response> {
  let response = await fetch(`${pod()}${path}`, request)
  for (let count = 0; response.status === 503 && count < repeats; count++) {
    await sleep(50)
    response = await fetch(`${pod()}${path}`, request)
  }
  return response
}

export async function post(path: string, body: unknown): Promise<Answer> {
  const headers = { 'content-type': 'application/json' }
  const response = await send(path, { method: 'POST', headers, body: JSON.stringify(body) })
  const text = await response.text()
  return { status: response.status, body: text === '' ? {} : JSON.parse(text) }
}

export async function get(path: string): Promise<Answer> {
  const response = await fetch(`${pod()}${path}`)
  return { status: response.status, body: (await response.json()) as Answer['body'] }
}

/** Deletes an object and gives the status. */
export async function remove(path: string): Promise<number> {
  return (await send(path, { method: 'DELETE' })).status
}

/** Creates an object and gives its id. */
export async function create(path: string, body: unknown): Promise<string> {
  const answer = await post(path, body)
  if (answer.status !== 201 && answer.status !== 200) throw new Error(`POST ${path}: ${answer.status} ${JSON.stringify(answer.body)}`)
  return String(answer.body['id'])
}

/** Proposes a state until the server accepts it; it may say WAIT while the slots are taken. */
export async function untilAccepted(path: string, state: unknown): Promise<void> {
  for (let attempt = 0; attempt < 600; attempt++) {
    const { status, body } = await post(path, { state })
    if (status !== 200 && status !== 201) throw new Error(`POST ${path}: ${status} ${JSON.stringify(body)}`)
    if (body['status'] === 'ACCEPT') return
    if (body['status'] !== 'WAIT' && body['status'] !== 'REJECT') throw new Error(`POST ${path}: ${JSON.stringify(body)}`)
    await sleep(20)
  }
  throw new Error(`POST ${path}: never accepted`)
}

/** Counts who holds a slot at the same time. */
export class Holders {
  now = 0
  most = 0

  enter(): void {
    this.now++
    this.most = Math.max(this.most, this.now)
  }

  leave(): void {
    this.now--
  }
}
