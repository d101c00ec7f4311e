/**
 * How many entries of news are kept: few when they are large, since Redis counts entries and not bytes. Judged by what this
 * pod publishes itself; each entry trims the stream, so whoever publishes much bounds it.
 */
const mostEntries = 4096
const leastEntries = 16
const keptBytes = 64 * 1024 * 1024
/** Weight of the newest entry in the average: a burst of large ones is noticed within some entries. */
const weight = 0.1

export class NewsLength {
  #averageBytes = 0

  /** An entry of this size is published; gives the length that the stream may have with it. */
  next(bytes: number): number {
    this.#averageBytes += (bytes - this.#averageBytes) * weight
    return Math.max(leastEntries, Math.min(mostEntries, Math.floor(keptBytes / Math.max(1, this.#averageBytes))))
  }
}
