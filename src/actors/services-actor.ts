/**
 * The services actor: the loops of a pod, in a thread of their own. Those that only a leader may run start when the main
 * thread says so, with the term that their requests carry, and stop when it says that.
 */
import { workerData } from 'node:worker_threads'
import { Settings, type SettingsData } from '../config/settings.ts'
import { companionPort } from './companion-port.ts'
import { services } from './services/index.ts'
import { type Ask, Loop } from './services/loop.ts'
import type { Service } from './services/service.ts'

export interface ServicesActorData {
  settings: SettingsData
}

const reportInterval = 1000

const { settings: data }: ServicesActorData = workerData
const settings = Settings.fromData(data)
const port = companionPort()
const enabled = services.filter((service) => service.enabled(settings))

/** Loops that begin and end together. */
class Turn {
  readonly loops: readonly Loop[]
  #over = false

  constructor(members: readonly Service[], term: number | undefined) {
    const refuseWhenOver = (operation: string): void => {
      if (this.#over) throw new Error(`${operation} is not asked for: the services were told to stop`)
    }
    const ask: Ask = {
      async call(operation, body, params) {
        refuseWhenOver(operation)
        return await port.call(operation, body, params, term)
      },
      async request(call) {
        refuseWhenOver(call.operation)
        return await port.request(call, term)
      },
    }
    this.loops = members.map((service) => new Loop(service, settings, ask))
    for (const loop of this.loops) loop.start()
  }

  /** What the loops are at ends with the answer that they wait for: they get to ask no further one. */
  async stop(): Promise<void> {
    this.#over = true
    await Promise.all(this.loops.map((loop) => loop.stop()))
  }
}

const always = new Turn(
  enabled.filter((service) => service.everywhere === true),
  undefined,
)
let leading: Turn | undefined

async function rest(): Promise<void> {
  const turn = leading
  leading = undefined
  await turn?.stop()
}

async function lead(term: number | undefined): Promise<void> {
  await rest()
  leading = new Turn(
    enabled.filter((service) => service.everywhere !== true),
    term,
  )
}

const running = (): Loop[] => [...always.loops, ...(leading?.loops ?? [])]
const report = (): void => port.post({ type: 'report', report: running().map((loop) => loop.report) })
const reports = setInterval(report, reportInterval)

port.onMessage((message) => {
  if (message.type === 'news') for (const loop of running()) loop.tell(message.topic)
  else if (message.type === 'lead') void lead(message.term)
  else if (message.type === 'rest') void rest().then(() => port.post({ type: 'rested' }))
  else if (message.type === 'stop') {
    clearInterval(reports)
    void Promise.all([always.stop(), rest()]).then(() => port.post({ type: 'stopped' }))
  }
})
