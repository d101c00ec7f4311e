import { readFileSync } from 'node:fs'
import type { ConnectionOptions } from 'node:tls'
import type { Encryption } from './options.ts'

/** The `ssl` option of pg for one kind of encryption. Reads the files. */
export function tlsOptions(encryption: Encryption): ConnectionOptions | false {
  if (encryption === 'plain') return false
  const { verify, checkHostname, caFile, certFile, keyFile, keyPassword } = encryption
  return {
    minVersion: 'TLSv1.2',
    rejectUnauthorized: verify,
    ...(!checkHostname && { checkServerIdentity: () => undefined }),
    ...(caFile !== undefined && { ca: readFileSync(caFile) }),
    ...(certFile !== undefined && { cert: readFileSync(certFile), key: readFileSync(keyFile ?? certFile) }),
    ...(keyPassword !== undefined && { passphrase: keyPassword }),
  }
}
