/** What the comparison with the reference leaves out or accepts. Both lists are meant to be short, and the first one empty. */
import type { Backend } from '../environment/servers.ts'

export interface Unsupported {
  /** Of `file::scenario`. */
  scenario: RegExp
  reason: string
}

/** Scenarios that our server cannot pass yet. They are not run, and the run says so. */
export const notYetSupported: readonly Unsupported[] = []

/** Paths that the fuzzer leaves alone, because our server does not serve them yet; null when it serves all. */
export const fuzzOnly: string | null = null

export interface Accepted {
  scenario: RegExp
  /** Of the difference's place, such as `$.results[0].name` or `status`. */
  place: RegExp
  backend?: Backend
  /** As docs/differences.md explains it at length. */
  because: string
}

/** Differences that stay. Each is explained in docs/differences.md. */
export const accepted: readonly Accepted[] = [
  {
    scenario: /^auth\.yaml::csrf tokens$/,
    place: /^\$\.detail$/,
    because: 'an empty header of CSRF counts as missing here, and as wrong there; both refuse with 403',
  },
  {
    scenario: /^websockets\.yaml::events out, wrong messages$/,
    place: /^\$\[2\]\.closed\[[01]\]$/,
    because: 'the reference has a close reason that is longer than a close frame may be, so its clients see 1006',
  },
  {
    scenario: /^task_workers\.yaml::two task workers share a task$/,
    place: /^\$\[5\]\.closed\[[01]\]$/,
    because: 'the reference drops a worker that answers otherwise than the protocol says without a close code',
  },
  {
    scenario: /^deployments\.yaml::schedules$/,
    place: /^\$\.detail$/,
    backend: 'sqlite',
    because: 'the reference itself says this differently on its two databases, and it is compared on PostgreSQL',
  },
]
