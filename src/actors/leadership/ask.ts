/** Asks storage actors for an operation, past the requests of clients and services. */
import { operations } from '../../resources/index.ts'
import type { Dispatcher } from '../dispatcher.ts'

/** Resolves with the reply's body; rejects when it was refused, or could not be asked. */
export function ask(dispatcher: Dispatcher, name: string, body: unknown): Promise<Record<string, unknown>> {
  const operation = operations.findIndex((candidate) => candidate.name === name)
  const request = { operation, params: [], query: '', headers: {}, body: Buffer.from(JSON.stringify(body)), lane: 'leadership' as const }
  return new Promise((resolve, reject) => {
    const pending = dispatcher.submit(request, (reply) => {
      const text = Buffer.from(reply.body).toString()
      if (reply.status >= 300) reject(new Error(`${name} answered ${reply.status}: ${text}`))
      else resolve(JSON.parse(text))
    })
    if (pending === undefined) reject(new Error(`${name} could not be asked: too much is waiting`))
  })
}
