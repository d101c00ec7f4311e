import { describe, expect, test } from 'vitest'
import { SettingsError } from '../../../src/config/settings-error.ts'
import { type ConnectionInput, connectionOptions, parsePostgresUrl } from '../../../src/storage/postgres/connection-url.ts'

const input: ConnectionInput = {
  url: 'postgresql://u:p@h/d',
  applicationName: null,
  searchPath: null,
  tls: { enabled: false, caFile: null, certFile: null, keyFile: null, checkHostname: true },
  statementTimeout: 10,
  connectionTimeout: 5,
  transactionPooling: false,
  role: 'writer',
  connections: 4,
  environment: {},
  systemUser: () => 'system',
  exists: () => false,
}
const optionsOf = (url: string, changes: Partial<ConnectionInput> = {}) => connectionOptions({ ...input, url, ...changes })

describe('the parts of a URL', () => {
  test.each([
    ['postgresql://u:p@h:1234/d', { addresses: [{ host: 'h', port: 1234 }], user: 'u', password: 'p', database: 'd' }],
    ['postgresql+asyncpg://u:p@h/d', { addresses: [{ host: 'h', port: 5432 }], user: 'u', password: 'p', database: 'd' }],
    ['postgres://h', { addresses: [{ host: 'h', port: 5432 }], user: undefined, password: undefined, database: undefined }],
    ['postgresql://u@h/', { addresses: [{ host: 'h', port: 5432 }], user: 'u', password: undefined, database: undefined }],
    ['postgresql://u:@h/d', { user: 'u', password: undefined }],
    ['postgresql:///d', { addresses: [], database: 'd' }],
    ['postgresql://', { addresses: [], database: undefined }],
    // What the reference's tools do not escape either.
    ['postgresql://u:a:b/c?d#e@h/d', { user: 'u', password: 'a:b/c?d#e', database: 'd' }],
    ['postgresql://%75:%40%2F%25%20@h/d%20e', { user: 'u', password: '@/% ', database: 'd e' }],
    ['postgresql://u:+@h/d', { password: '+' }],
    ['postgresql://u:p@[::1]:1/d', { addresses: [{ host: '::1', port: 1 }] }],
    ['postgresql://u:p@[fe80::1]/d', { addresses: [{ host: 'fe80::1', port: 5432 }] }],
    [
      'postgresql://a:1,b:2,c/d',
      {
        addresses: [
          { host: 'a', port: 1 },
          { host: 'b', port: 2 },
          { host: 'c', port: 5432 },
        ],
      },
    ],
    [
      'postgresql://u@/d?host=a:1&host=b:2',
      {
        addresses: [
          { host: 'a', port: 1 },
          { host: 'b', port: 2 },
        ],
      },
    ],
    [
      'postgresql://u@/d?host=a,b&port=1,2',
      {
        addresses: [
          { host: 'a', port: 1 },
          { host: 'b', port: 2 },
        ],
      },
    ],
    [
      'postgresql://u@/d?host=a&host=b&port=7',
      {
        addresses: [
          { host: 'a', port: 7 },
          { host: 'b', port: 7 },
        ],
      },
    ],
    ['postgresql://u@/d?host=/var/run/postgresql', { addresses: [{ host: '/var/run/postgresql', port: 5432 }] }],
    ['postgresql://u@/d?host=/tmp&port=6', { addresses: [{ host: '/tmp', port: 6 }] }],
    ['postgresql://u@/d?host=/tmp/.s.PGSQL.77', { addresses: [{ host: '/tmp', port: 77 }] }],
    ['postgresql://u@%2Fvar%2Frun/d', { addresses: [{ host: '/var/run', port: 5432 }] }],
    [
      'postgresql:///?user=u&password=p&dbname=d&host=h',
      { addresses: [{ host: 'h', port: 5432 }], user: 'u', password: 'p', database: 'd' },
    ],
    ['postgresql:///?database=d', { database: 'd' }],
  ])('%s', (url, parts) => {
    expect(parsePostgresUrl(url)).toMatchObject(parts)
  })

  test.each([
    ['nonsense', /must look like postgresql:\/\/user:password@host:5432\/name/],
    ['postgresql://u:Zq@Xw@h/d', /holds an @, which must be written as %40/],
    ['postgresql://u:secret%zz@h/d', /a % that is no %XX escape/],
    ['postgresql://u:secret@h:secret/d', /port in the database URL must be a number/],
    ['postgresql://u:secret@h:70000/d', /port in the database URL must be a number/],
    ['postgresql://u:secret@h/d?ssl=secret', /ssl in the database URL must be one of disable, allow/],
    ['postgresql://u:secret@h/d?target_session_attrs=secret', /target_session_attrs in the database URL must be one of any/],
    ['postgresql://u:secret@h/d?timeout=secret', /timeout in the database URL must be a number/],
    ['postgresql://u:secret@h/d?service=secret', /a service, which is not supported/],
    ['postgresql://u:secret@h/d?ssl=verify-full', /ssl=verify-full needs sslrootcert=FILE/],
  ])('%s is refused, without a piece of it in the message', (url, sentence) => {
    const refused = () => optionsOf(url)
    expect(refused).toThrow(SettingsError)
    expect(refused).toThrow(sentence)
    expect(refused).not.toThrow(/secret|Zq|Xw/)
  })
})

describe('what the URL leaves out', () => {
  test('comes from the environment, then from this machine', () => {
    const environment = { PGUSER: 'eu', PGPASSWORD: 'ep', PGDATABASE: 'ed', PGHOST: 'eh', PGPORT: '9', PGSSLMODE: 'disable' }
    expect(optionsOf('postgresql://', { environment })).toMatchObject({
      user: 'eu',
      password: 'ep',
      database: 'ed',
      addresses: [{ host: 'eh', port: 9 }],
      encryption: ['plain'],
    })
    expect(optionsOf('postgresql://u:p@h/d', { environment })).toMatchObject({
      user: 'u',
      password: 'p',
      database: 'd',
      addresses: [{ host: 'h', port: 5432 }],
    })
    expect(optionsOf('postgresql://')).toMatchObject({
      user: 'system',
      database: 'system',
      password: undefined,
      addresses: [{ host: 'localhost', port: 5432 }],
    })
    expect(optionsOf('postgresql://u@')).toMatchObject({ user: 'u', database: 'u' })
  })

  test('the usual sockets go before localhost', () => {
    const exists = (path: string) => path === '/var/run/postgresql/.s.PGSQL.5432'
    expect(optionsOf('postgresql:///d', { exists }).addresses).toEqual([
      { host: '/var/run/postgresql', port: 5432 },
      { host: 'localhost', port: 5432 },
    ])
  })
})

describe('encryption', () => {
  const unverified = { verify: false, checkHostname: false }
  test.each([
    ['', [unverified, 'plain']],
    ['ssl=disable', ['plain']],
    ['sslmode=disable', ['plain']],
    ['ssl=false', ['plain']],
    ['ssl=allow', ['plain', unverified]],
    ['ssl=prefer', [unverified, 'plain']],
    ['ssl=require', [unverified]],
    ['ssl=true', [unverified]],
    ['ssl=require&sslrootcert=/ca', [{ verify: true, checkHostname: false, caFile: '/ca' }]],
    ['ssl=verify-ca&sslrootcert=/ca', [{ verify: true, checkHostname: false, caFile: '/ca' }]],
    ['sslmode=verify-full&sslrootcert=/ca', [{ verify: true, checkHostname: true, caFile: '/ca' }]],
    ['ssl=prefer&sslrootcert=/ca', [unverified, 'plain']],
    [
      'ssl=require&sslcert=/cert&sslkey=/key&sslpassword=pass',
      [{ ...unverified, certFile: '/cert', keyFile: '/key', keyPassword: 'pass' }],
    ],
  ])('%s', (query, encryption) => {
    expect(optionsOf(`postgresql://u:p@h/d?${query}`).encryption).toEqual(encryption)
  })

  test("the settings' own TLS goes before the URL's", () => {
    const tls = { enabled: true, caFile: '/ca', certFile: '/cert', keyFile: '/key', checkHostname: true }
    expect(optionsOf('postgresql://u:p@h/d?ssl=disable', { tls }).encryption).toEqual([
      { verify: true, checkHostname: true, caFile: '/ca', certFile: '/cert', keyFile: '/key' },
    ])
    expect(optionsOf('postgresql://u:p@h/d', { tls: { ...tls, caFile: null, keyFile: null, checkHostname: false } }).encryption).toEqual([
      { verify: true, checkHostname: false },
    ])
  })

  test('files in their usual places are found', () => {
    const exists = (path: string) => path.startsWith('/home/u/.postgresql/')
    expect(optionsOf('postgresql://u:p@h/d?ssl=verify-full', { exists, environment: { HOME: '/home/u' } }).encryption).toEqual([
      {
        verify: true,
        checkHostname: true,
        caFile: '/home/u/.postgresql/root.crt',
        certFile: '/home/u/.postgresql/postgresql.crt',
        keyFile: '/home/u/.postgresql/postgresql.key',
      },
    ])
  })
})

describe('parameters', () => {
  test.each([
    ['options=-csearch_path=mine', { search_path: 'mine' }],
    ['options=-c%20search_path%3Da%2Cb%20-c%20work_mem%3D64MB', { search_path: 'a,b', work_mem: '64MB' }],
    ['options=-c%20search_path%3Da%5C%20b', { search_path: 'a b' }],
    ['options=--search_path%3Dmine', { search_path: 'mine' }],
    ['options=--statement-timeout%3D5', { statement_timeout: '5' }],
    ['search_path=mine&default_transaction_isolation=serializable', { search_path: 'mine', default_transaction_isolation: 'serializable' }],
    ['async_fallback=true&prepared_statement_name_func=x', {}],
  ])('%s are settings of the session', (query, settings) => {
    expect(optionsOf(`postgresql://u:p@h/d?${query}`).settings).toEqual(settings)
  })

  test('the search path of the settings wins', () => {
    expect(optionsOf('postgresql://u:p@h/d?search_path=url', { searchPath: 'mine, public' }).settings).toEqual({
      search_path: 'mine, public',
    })
  })

  test.each([
    ['', { applicationName: 'prefect-server', statementTimeoutMilliseconds: 10_000, connectionTimeoutMilliseconds: 5000 }],
    ['application_name=mine', { applicationName: 'mine', settings: {} }],
    ['command_timeout=2.5&timeout=1', { statementTimeoutMilliseconds: 2500, connectionTimeoutMilliseconds: 1000 }],
    ['prepared_statement_cache_size=0', { transactionPooling: true }],
    ['statement_cache_size=0', { transactionPooling: true }],
    ['statement_cache_size=100', { transactionPooling: false }],
    ['target_session_attrs=read-write', { targetSession: 'primary' }],
    ['target_session_attrs=prefer-standby', { targetSession: 'prefer-standby' }],
    ['', { targetSession: 'any' }],
  ])('%s', (query, options) => {
    expect(optionsOf(`postgresql://u:p@h/d?${query}`)).toMatchObject(options)
  })

  test('the settings say the rest', () => {
    expect(
      optionsOf('postgresql://u:p@h/d?application_name=url', { applicationName: 'mine', statementTimeout: null, transactionPooling: true }),
    ).toMatchObject({
      applicationName: 'mine',
      settings: {},
      statementTimeoutMilliseconds: 0,
      transactionPooling: true,
      role: 'writer',
      connections: 4,
    })
  })
})
