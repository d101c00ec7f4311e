/** Signals that ask the process to stop. */

/** What Ctrl-C sends to a whole group arrives twice when a launcher passes it on too. */
const sameRequestMilliseconds = 500

/**
 * Resolves with the first SIGINT or SIGTERM. Later ones are handed to `again`, but for the copies of the first that arrive
 * at the same time.
 */
export function stopRequested(again: (signal: NodeJS.Signals) => void): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    let since: number | undefined
    const listen = (signal: NodeJS.Signals): void => {
      if (since === undefined) {
        since = performance.now()
        resolve(signal)
      } else if (performance.now() - since > sameRequestMilliseconds) again(signal)
    }
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, listen)
  })
}
