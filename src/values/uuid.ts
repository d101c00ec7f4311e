import { createHash, randomBytes, randomUUID } from 'node:crypto'

/** Lower-case text with hyphens. */
export type Uuid = string

const pattern = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/

/** True for canonical text: 36 lower-case characters with hyphens. */
export function isUuid(text: string): text is Uuid {
  return pattern.test(text)
}

export function uuid4(): Uuid {
  return randomUUID()
}

let lastMilliseconds = 0
let counter = 0
let pool: Buffer = Buffer.alloc(0)
let offset = 0

/**
 * A time-ordered id (RFC 9562, version 7): neighbours in time are neighbours in every index, so that a group of inserts
 * touches a page once. Within a millisecond a 12-bit counter keeps the order.
 */
export function uuid7(): Uuid {
  const now = Date.now()
  if (now > lastMilliseconds) {
    lastMilliseconds = now
    counter = 0
  } else if (++counter > 0xfff) {
    lastMilliseconds++
    counter = 0
  }
  if (offset + 8 > pool.length) {
    pool = randomBytes(8192)
    offset = 0
  }
  const time = lastMilliseconds.toString(16).padStart(12, '0')
  const random = pool.subarray(offset, offset + 8)
  offset += 8
  random[0] = ((random[0] ?? 0) & 0x3f) | 0x80
  const tail = random.toString('hex')
  const sequence = counter.toString(16).padStart(3, '0')
  return `${time.slice(0, 8)}-${time.slice(8)}-7${sequence}-${tail.slice(0, 4)}-${tail.slice(4)}`
}

/** The namespace of names that are URLs (RFC 9562). */
export const urlNamespace: Uuid = '6ba7b811-9dad-11d1-80b4-00c04fd430c8'

/** The id that a name always has (version 5). */
export function uuid5(namespace: Uuid, name: string): Uuid {
  const digest = createHash('sha1')
    .update(Buffer.from(namespace.replaceAll('-', ''), 'hex'))
    .update(name)
    .digest()
  digest[6] = ((digest[6] ?? 0) & 0x0f) | 0x50
  digest[8] = ((digest[8] ?? 0) & 0x3f) | 0x80
  const text = digest.toString('hex')
  return [text.slice(0, 8), text.slice(8, 12), text.slice(12, 16), text.slice(16, 20), text.slice(20, 32)].join('-')
}
