import type { Settings } from '../config/settings.ts'
import type { Broker, BrokerOptions } from './broker.ts'
import { MemoryBroker } from './memory.ts'
import { RedisBroker } from './redis/broker.ts'

/** The broker that the settings name. */
export function openBroker(settings: Settings, options: BrokerOptions): Broker {
  if (settings.get('PREFECT_BROKER_BACKEND') === 'memory') return new MemoryBroker()
  return new RedisBroker({ ...options, url: settings.get('PREFECT_REDIS_MESSAGING_URL') })
}
