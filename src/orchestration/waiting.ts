/** Waits that are spread by chance, so that those who wait together do not come back together. */

/**
 * An exponentially distributed interval with about the given average, never longer than `1 + factor` times the average;
 * the lower bound cuts off as much below the median as the upper one above it. `random` is a number in [0, 1).
 */
export function clampedPoissonInterval(average: number, random: number, factor = 0.3): number {
  if (average <= 0) return 0
  const longest = 1 + factor
  const shortest = longest >= 50 ? 0 : Math.log2(2 ** longest / (2 ** longest - 1))
  const lower = 1 - Math.exp(-Math.max(0, shortest))
  const upper = 1 - Math.exp(-longest)
  return -Math.log(Math.max(1 - (lower + (upper - lower) * random), 1e-10)) * average
}
