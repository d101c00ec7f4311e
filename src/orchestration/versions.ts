/** Versions of clients and of the API, as far as rules ask about them. */

/**
 * True when `version` is the final release `minimum` or a later one. Pre-releases come before their release (PEP 440:
 * 3.4.11rc1 and 3.4.11.dev2 are earlier than 3.4.11, 3.4.11.post1 and 3.4.11+local are not). Text that is no version is
 * earlier than everything.
 */
export function isAtLeast(version: string, minimum: string): boolean {
  const match = /^(\d+(?:\.\d+)*)(.*)$/.exec(version)
  if (match === null) return false
  const [, release = '', suffix = ''] = match
  const order = compareReleases(release, minimum)
  return order > 0 || (order === 0 && !/^[.\-_]?(a|b|c|rc|alpha|beta|pre|preview|dev)/.test(suffix))
}

function compareReleases(left: string, right: string): number {
  const [a, b] = [left.split('.').map(Number), right.split('.').map(Number)]
  for (let place = 0; place < Math.max(a.length, b.length); place++) {
    const difference = (a[place] ?? 0) - (b[place] ?? 0)
    if (difference !== 0) return difference
  }
  return 0
}

/** From this version on clients renew the lease of their deployment's slot while they run. */
export const firstClientWithLeases = '3.4.11'

/** These workers took the deployment's slots themselves. */
export const workersThatTakeSlots: ReadonlySet<string> = new Set(['3.0.0rc20', '3.0.0', '3.0.1', '3.0.2', '3.0.3'])

/** True unless the client is known to keep no leases; one that says nothing of itself is an old one. */
export const keepsLeases = (clientVersion: string | null): boolean =>
  clientVersion !== null && isAtLeast(clientVersion, firstClientWithLeases)

/** Since API version 0.8.4 flow runs remember their pauses. A request without a version is a current one. */
export const knowsPauses = (apiVersion: string | null): boolean => apiVersion === null || isAtLeast(apiVersion, '0.8.4')

/** Before API version 0.8.3 a client relied on the server to restart the failed tasks of a flow that is retried. */
export const restartsTasksItself = (apiVersion: string | null): boolean => apiVersion === null || isAtLeast(apiVersion, '0.8.3')
