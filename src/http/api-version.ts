import type { DispatchReply } from '../actors/dispatcher.ts'
import { malformedApiVersion, outdatedApiVersion } from './errors.ts'

const minimum = [0, 8, 0] as const

/** What Python's int() takes. */
const pythonInteger = /^\s*[+-]?\d+(?:_\d+)*\s*$/

/** The refusal that a request with this `X-PREFECT-API-VERSION` deserves; undefined when it may go on. */
export function checkApiVersion(header: string): DispatchReply | undefined {
  if (header === '') return undefined
  const parts = header.split('.')
  if (parts.length !== minimum.length || !parts.every((part) => pythonInteger.test(part))) return malformedApiVersion(header)
  for (const [index, least] of minimum.entries()) {
    const part = Number(parts[index]?.replaceAll('_', ''))
    if (part > least) return undefined
    if (part < least) return outdatedApiVersion(header, minimum.join('.'))
  }
  return undefined
}
