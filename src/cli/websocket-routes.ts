/** Websockets between the front end and whoever talks on them: events go to the mailbox, all others to the streams actor. */
import { Companion } from '../actors/companion.ts'
import type { FromCompanion } from '../actors/companion-protocol.ts'
import type { Dispatcher } from '../actors/dispatcher.ts'
import type { EventIngest } from '../actors/event-ingest.ts'
import type { NewsFrame } from '../actors/frames.ts'
import type { Stream } from '../actors/streams/stream.ts'
import type { Socket, WebSocketRoute } from '../http/websocket.ts'

/** `/events/in`. */
export function eventsInRoute(ingest: EventIngest): WebSocketRoute {
  const takers = new Map<Socket, (text: string) => void>()
  return {
    path: '/events/in',
    open: (socket) => void takers.set(socket, ingest.open(socket)),
    message: (socket, text) => takers.get(socket)?.(text),
    close: (socket) => void takers.delete(socket),
  }
}

const serviceRestart = 1012

export interface StreamRoutesOptions {
  data: unknown
  dispatcher: Dispatcher
  onNews: (news: NewsFrame) => void
}

/** The routes of all streams, and the thread behind them. */
export class StreamRoutes {
  readonly routes: WebSocketRoute[]
  readonly #actor: Companion
  readonly #sockets = new Map<number, Socket>()
  readonly #ids = new Map<Socket, number>()
  #lastId = 0

  constructor(streams: readonly Stream[], options: StreamRoutesOptions) {
    this.#actor = new Companion({
      file: 'streams-actor',
      data: options.data,
      dispatcher: options.dispatcher,
      onMessage: (message) => this.#receive(message, options.onNews),
      onRestart: () => {
        for (const socket of this.#sockets.values()) socket.close(serviceRestart)
      },
    })
    this.routes = streams.map((stream) => this.#route(stream))
  }

  news(frame: NewsFrame): void {
    this.#actor.news(frame)
  }

  async close(timeout: number): Promise<void> {
    await this.#actor.close(timeout)
  }

  #route({ path, requiresSubprotocol, authenticationFailedReason }: Stream): WebSocketRoute {
    return {
      path,
      ...(requiresSubprotocol && { requiresSubprotocol }),
      ...(authenticationFailedReason !== undefined && { authenticationFailedReason }),
      open: (socket, params) => {
        this.#lastId += 1
        this.#sockets.set(this.#lastId, socket)
        this.#ids.set(socket, this.#lastId)
        this.#actor.post({ type: 'opened', socket: this.#lastId, path, params: [...params] })
      },
      message: (socket, text) => {
        const id = this.#ids.get(socket)
        if (id !== undefined) this.#actor.post({ type: 'message', socket: id, text })
      },
      close: (socket) => {
        const id = this.#ids.get(socket)
        if (id === undefined) return
        this.#ids.delete(socket)
        this.#sockets.delete(id)
        this.#actor.post({ type: 'closed', socket: id })
      },
    }
  }

  #receive(message: FromCompanion, onNews: (news: NewsFrame) => void): void {
    if (message.type === 'send') this.#sockets.get(message.socket)?.send(message.text)
    else if (message.type === 'close') this.#sockets.get(message.socket)?.close(message.code, message.reason)
    else if (message.type === 'news') onNews({ topic: message.topic, payload: Buffer.from(message.payload) })
  }
}
