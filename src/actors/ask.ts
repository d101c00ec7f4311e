/** Asks storage actors for an operation that is the server's own. */
import { operations } from '../resources/index.ts'
import type { Dispatch, Dispatcher } from './dispatcher.ts'

/** Resolves with the reply's body; rejects when it was refused, or could not be asked. A `lane` goes past the requests of clients. */
export function ask(dispatcher: Dispatcher, name: string, body: unknown, lane?: Dispatch['lane']): Promise<Record<string, unknown>> {
  const operation = operations.findIndex((candidate) => candidate.name === name)
  const request = {
    operation,
    params: [],
    query: '',
    headers: {},
    body: Buffer.from(JSON.stringify(body)),
    ...(lane !== undefined && { lane }),
  }
  return new Promise((resolve, reject) => {
    const pending = dispatcher.submit(request, (reply) => {
      const text = Buffer.from(reply.body).toString()
      if (reply.status >= 300) reject(new Error(`${name} answered ${reply.status}: ${text}`))
      else resolve(JSON.parse(text))
    })
    if (pending === undefined) reject(new Error(`${name} could not be asked: too much is waiting`))
  })
}
