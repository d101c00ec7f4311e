/**
 * A client in a process of its own: hundreds of requests in flight until the server dies, and every acknowledgement written
 * to a file at once. node load.ts <api> <flow id> <file of acknowledgements> <workers>
 */

import { randomUUID } from 'node:crypto'
import { openSync, writeSync } from 'node:fs'
import { Agent, request } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Acknowledgement } from './acknowledgements.ts'

const [api = '', flow = '', file = '', workers = '240'] = process.argv.slice(2)
const agent = new Agent({ keepAlive: true, maxSockets: Number.POSITIVE_INFINITY })
const log = openSync(file, 'a')
let inFlight = 0
let died = false

const repeats = 100

/** Repeats what a busy server did not do, as clients do. */
async function post(path: string, body: unknown): Promise<{ status: number; body: Record<string, unknown> } | null> {
  for (let attempt = 1; ; attempt++) {
    const answer = await postOnce(path, body)
    if (answer?.status !== 503 || died) return answer
    if (attempt === repeats) acknowledge({ kind: 'refused', path, status: 503, answer: `${repeats} times` })
    if (attempt === repeats) return answer
    await sleep(20)
  }
}

/** What the server answered; null when the connection broke. */
function postOnce(path: string, body: unknown): Promise<{ status: number; body: Record<string, unknown> } | null> {
  const text = JSON.stringify(body)
  inFlight++
  return new Promise((resolve) => {
    const end = (reply: { status: number; body: Record<string, unknown> } | null): void => {
      if (reply === null && !died) {
        died = true
        acknowledge({ kind: 'end', inFlight })
      }
      inFlight--
      resolve(reply)
    }
    const sent = request(api + path, {
      method: 'POST',
      agent,
      headers: { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) },
    })
    sent.on('error', () => end(null))
    sent.on('response', (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.on('error', () => end(null))
      response.on('end', () => {
        const answer = Buffer.concat(chunks).toString()
        const status = response.statusCode ?? 0
        if (status >= 400 && status !== 503) acknowledge({ kind: 'refused', path, status, answer: answer.slice(0, 300) })
        end({ status, body: answer === '' ? {} : (JSON.parse(answer) as Record<string, unknown>) })
      })
    })
    sent.end(text)
  })
}

const acknowledge = (entry: Acknowledgement): void => void writeSync(log, `${JSON.stringify(entry)}\n`)

/** One flow run after the other through its life, with a task run, logs and an event of its own. */
async function work(worker: number): Promise<void> {
  for (let round = 0; !died; round++) {
    const run = await post('/flow_runs/', { flow_id: flow, name: `crash-${worker}-${round}` })
    if (run === null || run.status !== 201) return
    const id = String(run.body['id'])
    acknowledge({ kind: 'flow_run', id })
    for (const type of ['PENDING', 'RUNNING', 'COMPLETED']) {
      const answer = await post(`/flow_runs/${id}/set_state`, { state: { type }, force: true })
      if (answer === null || answer.status !== 201) return
      const state = answer.body['state'] as { id: string }
      acknowledge({ kind: 'state', id: state.id, flowRun: id, type })
      if (type === 'PENDING' && !(await beside(id, worker, round))) return
    }
  }
}

async function beside(flowRun: string, worker: number, round: number): Promise<boolean> {
  const taskRun = await post('/task_runs/', { flow_run_id: flowRun, task_key: 'crash', dynamic_key: `${worker}-${round}` })
  if (taskRun === null || taskRun.status !== 201) return false
  acknowledge({ kind: 'task_run', id: String(taskRun.body['id']), flowRun })
  const timestamp = new Date().toISOString()
  const messages = [1, 2, 3].map((line) => `${flowRun} line ${line}`)
  const logs = messages.map((message) => ({ name: 'crash', level: 20, message, timestamp, flow_run_id: flowRun }))
  const logged = await post('/logs/', logs)
  if (logged === null || logged.status !== 201) return false
  acknowledge({ kind: 'logs', flowRun, messages })
  const id = randomUUID()
  const event = {
    id,
    event: 'crash.test',
    occurred: timestamp,
    resource: { 'prefect.resource.id': `crash.${flowRun}` },
    payload: { worker },
  }
  const sent = await post('/events', [event])
  if (sent === null || sent.status !== 204) return false
  acknowledge({ kind: 'event', id })
  return true
}

await Promise.all(Array.from({ length: Number(workers) }, (_, worker) => work(worker)))
if (!died) acknowledge({ kind: 'end', inFlight: 0 })
agent.destroy()
