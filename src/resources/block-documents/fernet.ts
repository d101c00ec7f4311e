/**
 * Fernet, the scheme in which the reference encrypts: version, time, initialisation vector, AES-128-CBC, HMAC-SHA256.
 * https://github.com/fernet/spec/blob/master/Spec.md
 */
import { createCipheriv, createDecipheriv, createHmac, randomBytes, timingSafeEqual } from 'node:crypto'

const version = 0x80
const headBytes = 9
const ivBytes = 16
const macBytes = 32

export class FernetError extends Error {}

export class Fernet {
  readonly #signing: Buffer
  readonly #encryption: Buffer

  /** `key`: 32 bytes in URL-safe base64. */
  constructor(key: string) {
    const bytes = Buffer.from(key, 'base64url')
    if (bytes.length !== 32) throw new FernetError('a Fernet key has 32 bytes in URL-safe base64')
    this.#signing = bytes.subarray(0, 16)
    this.#encryption = bytes.subarray(16)
  }

  static newKey(): string {
    return padded(randomBytes(32))
  }

  encrypt(text: string): string {
    const head = Buffer.alloc(headBytes)
    head[0] = version
    head.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 1000)), 1)
    const iv = randomBytes(ivBytes)
    const cipher = createCipheriv('aes-128-cbc', this.#encryption, iv)
    const signed = Buffer.concat([head, iv, cipher.update(text, 'utf8'), cipher.final()])
    return padded(Buffer.concat([signed, this.#sign(signed)]))
  }

  decrypt(token: string): string {
    const bytes = Buffer.from(token, 'base64url')
    const signed = bytes.subarray(0, -macBytes)
    const isSigned = bytes.length > headBytes + ivBytes + macBytes && timingSafeEqual(this.#sign(signed), bytes.subarray(-macBytes))
    if (!isSigned || bytes[0] !== version) throw new FernetError('encrypted with another key, or damaged')
    const iv = signed.subarray(headBytes, headBytes + ivBytes)
    const decipher = createDecipheriv('aes-128-cbc', this.#encryption, iv)
    return decipher.update(signed.subarray(headBytes + ivBytes), undefined, 'utf8') + decipher.final('utf8')
  }

  #sign(bytes: Buffer): Buffer {
    return createHmac('sha256', this.#signing).update(bytes).digest()
  }
}

/** Python's base64 insists on its padding. */
function padded(bytes: Buffer): string {
  const text = bytes.toString('base64url')
  return text.padEnd(Math.ceil(text.length / 4) * 4, '=')
}
