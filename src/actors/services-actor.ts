/** The services actor: the loops of a pod, in a thread of their own. */
import { workerData } from 'node:worker_threads'
import { Settings, type SettingsData } from '../config/settings.ts'
import { companionPort } from './companion-port.ts'
import { services } from './services/index.ts'
import { Loop } from './services/loop.ts'

export interface ServicesActorData {
  settings: SettingsData
}

const reportInterval = 1000

const { settings: data }: ServicesActorData = workerData
const settings = Settings.fromData(data)
const port = companionPort()
const loops = services.filter((service) => service.enabled(settings)).map((service) => new Loop(service, settings, port.call))

for (const loop of loops) loop.start()
const reports = setInterval(() => port.post({ type: 'report', report: loops.map((loop) => loop.report) }), reportInterval)

port.onMessage((message) => {
  if (message.type === 'news') for (const loop of loops) loop.tell(message.topic)
  if (message.type !== 'stop') return
  clearInterval(reports)
  void Promise.all(loops.map((loop) => loop.stop())).then(() => port.post({ type: 'stopped' }))
})
