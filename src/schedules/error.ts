/** A schedule that yields no dates because the reference's own code raises on it; the message says why. */
export class ScheduleError extends Error {
  override readonly name = 'ScheduleError'
}
