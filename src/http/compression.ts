import { constants, gzip, gzipSync } from 'node:zlib'

/** From this size on the reference compresses, so from here on a reply depends on `Accept-Encoding`. */
export const varyFromBytes = 500

/**
 * Up to this size compressing here (16-100 µs) costs the main thread less than handing it to the thread pool (70 µs and
 * more, measured).
 */
const smallBytes = 32 * 1024

const options = { level: constants.Z_BEST_SPEED }

/** Compresses `body` and calls `done`, at once when it is small, else later; undefined when that failed. */
export function compress(body: Uint8Array, done: (compressed: Uint8Array | undefined) => void): void {
  if (body.length <= smallBytes) done(gzipSync(body, options))
  else gzip(body, options, (error, compressed) => done(error === null ? compressed : undefined))
}
