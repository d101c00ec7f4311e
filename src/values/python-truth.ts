import { isRawNumber, type Json, toNumber } from './json.ts'

/** What Python takes for true: not null, false, zero, or anything empty. */
export function isTruthy(value: Json | undefined): boolean {
  if (typeof value !== 'object' || value === null) return Boolean(value)
  return isRawNumber(value) ? toNumber(value) !== 0 : Object.keys(value).length > 0
}
