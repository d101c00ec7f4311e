/** Passwords, TLS and Unix sockets, at a private PostgreSQL. */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { ConnectionInput } from '../../src/storage/postgres/connection-url.ts'
import { sql } from '../../src/storage/sql.ts'
import { type PrivatePostgres, startPostgres, withClient } from '../environment/postgres.ts'
import { findCommand } from '../environment/processes.ts'
import { postgresDatabase } from './databases.ts'

const password = 'p@ss/wörd:%'
const hba = `
local   all all                trust
hostssl all certified 127.0.0.1/32 cert
hostssl all encrypted 127.0.0.1/32 trust
hostnossl all plain   127.0.0.1/32 trust
host    all secret    127.0.0.1/32 scram-sha-256
host    all postgres  127.0.0.1/32 trust
`

const openssl = findCommand('openssl')

describe.skipIf(openssl === null)('a private PostgreSQL with TLS (needs openssl)', () => {
  let server: PrivatePostgres
  let keys: string
  beforeAll(async () => {
    keys = mkdtempSync(join(tmpdir(), 'prefect-storage-keys-'))
    makeKeys(keys)
    const read = (name: string) => readFileSync(join(keys, name), 'utf8')
    server = await startPostgres({
      hba,
      settings: ['ssl = on', "ssl_ca_file = 'ca.crt'", "ssl_cert_file = 'server.crt'", "ssl_key_file = 'server.key'"],
      files: { 'ca.crt': read('ca.crt'), 'server.crt': read('server.crt'), 'server.key': read('server.key') },
    })
    await withClient(`${server.url}/postgres`, (client) =>
      client.query(
        `CREATE ROLE secret LOGIN PASSWORD '${password}'; CREATE ROLE certified LOGIN; CREATE ROLE encrypted LOGIN; CREATE ROLE plain LOGIN`,
      ),
    )
  })
  afterAll(async () => {
    await server?.stop()
    rmSync(keys, { recursive: true })
  })

  /** Whether the connection is encrypted, or the error. */
  async function connect(url: string, input: Partial<ConnectionInput> = {}): Promise<unknown> {
    const database = postgresDatabase(url, input)
    try {
      const [row] = await database.read((tx) => tx.query<{ ssl: boolean }>(sql`SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()`))
      return row?.ssl ? 'encrypted' : 'plain'
    } finally {
      await database.close()
    }
  }
  const urlOf = (user: string, query = '', host = '127.0.0.1') => `postgresql://${user}@${host}:${server.port}/postgres?${query}`
  const ca = () => `sslrootcert=${join(keys, 'ca.crt')}`

  test('a password with every odd character', async () => {
    expect(await connect(urlOf(`secret:${encodeURIComponent(password)}`))).toBe('encrypted')
    expect(await connect(urlOf('secret'), { environment: { PGPASSWORD: password } })).toBe('encrypted')
  })

  test('a wrong password: unavailable, and the message does not tell it', async () => {
    const refused = connect(urlOf('secret:Wr0ng'))
    await expect(refused).rejects.toMatchObject({ kind: 'unavailable', code: '28P01' })
    await expect(refused).rejects.not.toThrow(/Wr0ng/)
    await refused.catch((error: unknown) => expect(JSON.stringify(error, Object.getOwnPropertyNames(error))).not.toContain('Wr0ng'))
  })

  test.each([
    ['prefer', 'postgres', 'encrypted'],
    ['allow', 'postgres', 'plain'],
    ['disable', 'postgres', 'plain'],
    ['require', 'postgres', 'encrypted'],
    ['prefer', 'plain', 'plain'], // the server wants it plain: the second way is tried
    ['allow', 'encrypted', 'encrypted'],
  ])('ssl=%s as %s is %s', async (mode, user, expected) => {
    expect(await connect(urlOf(user, `ssl=${mode}`))).toBe(expected)
  })

  test.each([
    ['require', 'plain'],
    ['disable', 'encrypted'],
  ])('ssl=%s as %s is refused', async (mode, user) => {
    await expect(connect(urlOf(user, `ssl=${mode}`))).rejects.toMatchObject({ kind: 'unavailable', code: '28000' })
  })

  test('verify-full checks the authority and the name, verify-ca the authority', async () => {
    expect(await connect(urlOf('postgres', `ssl=verify-full&${ca()}`, 'localhost'))).toBe('encrypted')
    expect(await connect(urlOf('postgres', `ssl=verify-ca&${ca()}`))).toBe('encrypted')
    await expect(connect(urlOf('postgres', `ssl=verify-full&${ca()}`))).rejects.toMatchObject({ kind: 'unavailable' })
    const other = `sslrootcert=${join(keys, 'other.crt')}`
    await expect(connect(urlOf('postgres', `ssl=verify-ca&${other}`))).rejects.toMatchObject({ kind: 'unavailable' })
    await expect(connect(urlOf('postgres', `ssl=require&${other}`))).rejects.toMatchObject({ kind: 'unavailable' })
  })

  test('a certificate of the client, by the URL and by the settings', async () => {
    const [certFile, keyFile, caFile] = ['client.crt', 'client.key', 'ca.crt'].map((name) => join(keys, name)) as [string, string, string]
    expect(await connect(urlOf('certified', `ssl=require&sslcert=${certFile}&sslkey=${keyFile}`))).toBe('encrypted')
    const tls = { enabled: true, caFile, certFile, keyFile, checkHostname: true }
    expect(await connect(urlOf('certified', '', 'localhost'), { tls })).toBe('encrypted')
    await expect(connect(urlOf('certified'), { tls })).rejects.toMatchObject({ kind: 'unavailable' })
    expect(await connect(urlOf('certified'), { tls: { ...tls, checkHostname: false } })).toBe('encrypted')
    await expect(connect(urlOf('certified', 'ssl=require'))).rejects.toMatchObject({ kind: 'unavailable' })
  })

  test('a file that is not there', async () => {
    await expect(connect(urlOf('postgres', 'ssl=verify-ca&sslrootcert=/nowhere/ca.crt'))).rejects.toMatchObject({ kind: 'unavailable' })
  })

  test('a Unix socket, also with ssl=require', async () => {
    for (const query of ['', '&ssl=require']) {
      expect(await connect(`postgresql://postgres@/postgres?host=${server.folder}&port=${server.port}${query}`)).toBe('plain')
    }
    expect(await connect(`postgresql://postgres@${encodeURIComponent(server.folder)}/postgres?port=${server.port}`)).toBe('plain')
  })

  test('the server restarts after a crash: unavailable, then everything goes on', async () => {
    const database = postgresDatabase(urlOf('postgres'), { connections: 2 })
    expect(await database.transaction((tx) => tx.query(sql`SELECT 1 AS one`))).toEqual([{ one: 1 }])
    const during = database.transaction((tx) => tx.query(sql`SELECT pg_sleep(20)`))
    const failed = expect(during).rejects.toMatchObject({ kind: 'unavailable' })
    await server.restart()
    await failed
    expect(await database.read((tx) => tx.query(sql`SELECT 1 AS one`))).toEqual([{ one: 1 }])
    expect(await database.transaction((tx) => tx.query(sql`SELECT 1 AS one`))).toEqual([{ one: 1 }])
    await database.close()
  })
})

function makeKeys(folder: string): void {
  const run = (...args: string[]) => execFileSync(openssl ?? '', args, { cwd: folder, stdio: 'pipe' })
  const name = (text: string) => ['-subj', `/CN=${text}`]
  for (const authority of ['ca', 'other']) {
    run(
      'req',
      '-x509',
      '-newkey',
      'rsa:2048',
      '-nodes',
      '-days',
      '2',
      '-keyout',
      `${authority}.key`,
      '-out',
      `${authority}.crt`,
      ...name(authority),
    )
  }
  for (const [file, subject] of [
    ['server', 'localhost'],
    ['client', 'certified'],
  ] as const) {
    run('req', '-newkey', 'rsa:2048', '-nodes', '-keyout', `${file}.key`, '-out', `${file}.csr`, ...name(subject))
    run('x509', '-req', '-in', `${file}.csr`, '-CA', 'ca.crt', '-CAkey', 'ca.key', '-CAcreateserial', '-days', '2', '-out', `${file}.crt`)
  }
}
