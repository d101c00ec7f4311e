/** The address of Redis, made of its parts. */
import type { Get } from './get.ts'

/** The parts as a URL; where none of them says anything, the reference's other setting for a Redis. */
export function redisUrlFromParts(get: Get): string {
  const docket = get('PREFECT_SERVER_DOCKET_URL')
  if (get('PREFECT_REDIS_MESSAGING_HOST') === 'localhost' && /^redis/.test(docket)) return docket
  const password = get('PREFECT_REDIS_MESSAGING_PASSWORD')
  const user = encodeURIComponent(get('PREFECT_REDIS_MESSAGING_USERNAME'))
  const credentials = password === '' ? '' : `${user}:${encodeURIComponent(password)}@`
  const scheme = get('PREFECT_REDIS_MESSAGING_SSL') ? 'rediss' : 'redis'
  return `${scheme}://${credentials}${get('PREFECT_REDIS_MESSAGING_HOST')}:${get('PREFECT_REDIS_MESSAGING_PORT')}/${get('PREFECT_REDIS_MESSAGING_DB')}`
}
