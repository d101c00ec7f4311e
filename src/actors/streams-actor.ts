/** The streams actor: what goes on in the websockets of a pod, in a thread of its own. The main thread only moves frames. */
import { workerData } from 'node:worker_threads'
import { Settings, type SettingsData } from '../config/settings.ts'
import { log } from '../logging/log.ts'
import { parseJson } from '../values/json.ts'
import { companionPort } from './companion-port.ts'
import { streams } from './streams/index.ts'
import type { Conversation, StreamContext } from './streams/stream.ts'

const { settings: data }: { settings: SettingsData } = workerData
const port = companionPort()
const context: StreamContext = {
  settings: Settings.fromData(data),
  call: port.call,
  publish: (topic, payload) => {
    const text = JSON.stringify(payload)
    tell(topic, text)
    port.post({ type: 'news', topic, payload: text })
  },
}
const conversations = new Map<number, Conversation>()

function open(socket: number, path: string, params: string[]): void {
  const stream = streams.find((candidate) => candidate.path === path)
  if (stream === undefined) throw new RangeError(`no stream ${path}`)
  const conversation = stream.open(
    {
      send: (message) => port.post({ type: 'send', socket, text: JSON.stringify(message) }),
      close: (code, reason) => port.post({ type: 'close', socket, code, reason }),
    },
    params,
    context,
  )
  conversations.set(socket, conversation)
}

function tell(topic: string, payload: string): void {
  const parsed = parseJson(payload)
  for (const stream of streams) stream.news?.(topic, parsed, context)
  for (const [socket, conversation] of conversations) guard(socket, () => conversation.news?.(topic, parsed))
}

/** An error in one conversation ends that one only. */
function guard(socket: number, work: () => void | Promise<void>): void {
  const fail = (error: unknown): void => {
    log.error({ err: error }, 'a websocket conversation failed')
    port.post({ type: 'close', socket, code: 1011, reason: '' })
  }
  try {
    const result = work()
    if (result instanceof Promise) result.catch(fail)
  } catch (error) {
    fail(error)
  }
}

port.onMessage((message) => {
  if (message.type === 'opened') guard(message.socket, () => open(message.socket, message.path, message.params))
  else if (message.type === 'message') guard(message.socket, () => conversations.get(message.socket)?.message(message.text))
  else if (message.type === 'news') tell(message.topic, message.payload)
  else if (message.type === 'stop') port.post({ type: 'stopped' })
  else if (message.type === 'closed') {
    const conversation = conversations.get(message.socket)
    conversations.delete(message.socket)
    if (conversation) guard(message.socket, () => conversation.closed())
  }
})
