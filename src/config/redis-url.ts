/** The address of Redis, made of its parts. */
import type { Get } from './get.ts'

export function redisUrlFromParts(get: Get): string {
  const password = get('PREFECT_REDIS_MESSAGING_PASSWORD')
  const user = encodeURIComponent(get('PREFECT_REDIS_MESSAGING_USERNAME'))
  const credentials = password === '' ? '' : `${user}:${encodeURIComponent(password)}@`
  const scheme = get('PREFECT_REDIS_MESSAGING_SSL') ? 'rediss' : 'redis'
  return `${scheme}://${credentials}${get('PREFECT_REDIS_MESSAGING_HOST')}:${get('PREFECT_REDIS_MESSAGING_PORT')}/${get('PREFECT_REDIS_MESSAGING_DB')}`
}
