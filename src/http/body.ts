/** Receives request bodies, within bounds of size, of time and of what all of them hold together. */
import type { DispatchReply } from '../actors/dispatcher.ts'
import { frontEndErrors } from './errors.ts'
import type { Limits } from './limits.ts'
import type { Response } from './uws.ts'

export interface BodyOutcome {
  /** Called once with the whole body, unless it was refused or the client left. */
  complete(body: Uint8Array): void
  /** Called at most once, instead. The connection is of no more use. */
  refuse(reply: DispatchReply): void
}

export class BodyReceiver {
  readonly #limits: Limits
  /** Bodies of more than one piece that are not complete. */
  readonly #incomplete = new Set<IncomingBody>()
  #heldBytes = 0

  constructor(limits: Limits) {
    this.#limits = limits
  }

  /** Bytes of all bodies that were received and not released. */
  get heldBytes(): number {
    return this.#heldBytes
  }

  /**
   * Receives the body of `response`'s request. To be called while the request's handler runs. The returned function
   * gives back what the body holds; it must be called when the exchange is over, whatever became of the body.
   */
  receive(response: Response, declaredLength: string, outcome: BodyOutcome): () => void {
    const body = new IncomingBody(response, outcome)
    if (Number(declaredLength) > this.#limits.bodyBytes) body.refuse(frontEndErrors.bodyTooLarge)
    else response.onBody((piece, last) => this.#take(body, piece, last))
    return () => {
      this.#incomplete.delete(body)
      this.#heldBytes -= body.forget()
    }
  }

  /** Refuses the bodies that take too long and keeps the slow ones going. To be called about every second. */
  sweep(): void {
    const { bodyMilliseconds, bodySlowestBytes } = this.#limits
    for (const body of this.#incomplete) {
      if (body.age > bodyMilliseconds + (body.bytes / bodySlowestBytes) * 1000) this.#refuse(body, frontEndErrors.bodyTooSlow)
      else body.response.keepReceiving()
    }
  }

  #take(body: IncomingBody, piece: Uint8Array, last: boolean): void {
    if (body.over) return
    this.#heldBytes += piece.length
    body.add(piece)
    if (body.bytes > this.#limits.bodyBytes) this.#refuse(body, frontEndErrors.bodyTooLarge)
    else if (this.#heldBytes > this.#limits.allBodiesBytes) this.#refuse(body, frontEndErrors.overloaded)
    else if (last) {
      this.#incomplete.delete(body)
      body.complete()
    } else this.#incomplete.add(body)
  }

  #refuse(body: IncomingBody, reply: DispatchReply): void {
    this.#incomplete.delete(body)
    body.refuse(reply)
  }
}

class IncomingBody {
  readonly response: Response
  readonly #outcome: BodyOutcome
  readonly #started = performance.now()
  #pieces: Uint8Array[] = []
  bytes = 0
  /** Complete, refused or forgotten: further pieces mean nothing. */
  over = false

  constructor(response: Response, outcome: BodyOutcome) {
    this.response = response
    this.#outcome = outcome
  }

  /** Milliseconds since the request came. */
  get age(): number {
    return performance.now() - this.#started
  }

  add(piece: Uint8Array): void {
    this.bytes += piece.length
    if (piece.length > 0) this.#pieces.push(piece.slice())
  }

  complete(): void {
    this.over = true
    const pieces = this.#pieces
    this.#pieces = []
    this.#outcome.complete(joined(pieces, this.bytes))
  }

  refuse(reply: DispatchReply): void {
    this.over = true
    this.#pieces = []
    this.#outcome.refuse(reply)
  }

  /** Gives up what it holds, and tells how many bytes that were. */
  forget(): number {
    const { bytes } = this
    this.over = true
    this.#pieces = []
    this.bytes = 0
    return bytes
  }
}

function joined(pieces: readonly Uint8Array[], length: number): Uint8Array {
  const [first] = pieces
  if (pieces.length === 1 && first !== undefined) return first
  const whole = new Uint8Array(length)
  let offset = 0
  for (const piece of pieces) {
    whole.set(piece, offset)
    offset += piece.length
  }
  return whole
}

const jsonType = /^\s*application\/(?:[^;]*\+)?json\s*(?:;|$)/i
const decoder = new TextDecoder()
const encoder = new TextEncoder()

/**
 * The body as JSON text. Only a JSON content type, or none, makes it JSON; whatever else was sent is a text to the
 * schemas, so it goes on as a JSON string and is refused there (422) with the text as the input.
 */
export function asJson(body: Uint8Array, contentType: string): Uint8Array {
  if (body.length === 0 || contentType === '' || jsonType.test(contentType)) return body
  return encoder.encode(JSON.stringify(decoder.decode(body)))
}
