/** What ties a request to the lines of the log about it: what a proxy calls it, or a name of our own. */
import { randomBytes } from 'node:crypto'

const acceptable = /^[\w.:/+=-]{1,128}$/
/** Differs from process to process; the number that follows makes the name. */
const prefix = `${randomBytes(6).toString('hex')}-`
let last = 0

/** The id of a request, of the header `x-request-id` when that is fit for a log. */
export function requestId(given: string): string {
  if (given !== '' && acceptable.test(given)) return given
  last += 1
  return prefix + last.toString(36)
}
