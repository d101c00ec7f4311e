import type { Instant } from './instant.ts'

/** Which dates are asked for: from `start` to `end`, at most `count`, looking at no more than `attempts` candidates. */
export interface Window {
  start: Instant
  end: Instant | null
  count: number
  attempts: number
}

export const maxIterations = 1000
