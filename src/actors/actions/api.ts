/** The API as an action asks it: in the name of its automation. */

import type { TriggeredAction } from '../../events/automations/firing.ts'
import type { Json } from '../../values/json.ts'
import type { Call } from '../companion-protocol.ts'
import type { ServiceContext } from '../services/service.ts'

export interface ApiReply {
  status: number
  body: Json
}

/** Something is wrong with the server, not with the request: it shall be tried again. */
export class ApiUnavailable extends Error {}

export class Api {
  readonly #context: Pick<ServiceContext, 'request'>
  readonly #headers: NonNullable<Call['headers']>

  constructor(context: Pick<ServiceContext, 'request'>, { automation }: TriggeredAction) {
    this.#context = context
    this.#headers = {
      'prefect-automation-id': automation.id,
      'prefect-automation-name': Buffer.from(automation.name).toString('base64'),
    }
  }

  /** Asks for an operation, named by its method and path. */
  async ask(operation: string, params: string[] = [], body: Json | undefined = undefined, query = ''): Promise<ApiReply> {
    const reply = await this.#context.request({ operation, params, query, headers: this.#headers, body })
    if (reply.status === 503 || reply.status === 412) throw new ApiUnavailable(`${operation} answered ${reply.status}`)
    return { status: reply.status, body: reply.body as Json }
  }
}
