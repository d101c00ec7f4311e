/**
 * From a database URL and the settings to the options of a connection. URLs are read as the reference's tools read them
 * (SQLAlchemy takes them apart, asyncpg gives meaning to the parameters), and libpq's spellings are understood too.
 *
 * No message repeats a part of the URL: with a wrongly quoted password, any part may be a piece of it.
 */
import { SettingsError } from '../../config/settings-error.ts'
import type { Encryption, PostgresAddress, PostgresOptions, TlsFiles } from './options.ts'

export interface ConnectionInput {
  /** postgresql://user:password@host:port/database?parameters */
  url: string
  applicationName: string | null
  searchPath: string | null
  tls: { enabled: boolean; caFile: string | null; certFile: string | null; keyFile: string | null; checkHostname: boolean }
  /** Seconds; null or 0: no limit. */
  statementTimeout: number | null
  connectionTimeout: number | null
  transactionPooling: boolean
  role: 'writer' | 'reader'
  connections: number
  /** PGUSER, PGHOST … stand in for what the URL leaves out. */
  environment: Readonly<Record<string, string | undefined>>
  /** The user that runs this process (in a container it may have no name). */
  systemUser: () => string
  /** True when a file exists: where sockets and the user's certificates usually are. */
  exists: (path: string) => boolean
}

export interface UrlParts {
  addresses: PostgresAddress[]
  user: string | undefined
  password: string | undefined
  database: string | undefined
  parameters: Map<string, string>
}

const usualPort = 5432
const pattern = /^[\w+]+:\/\/(?:([^:/@?]*)(?::([^@]*))?@)?([^/?]*)(?:\/([^?]*))?(?:\?(.*))?$/s

/** Takes a URL apart; parameters that name a host, user, password or database are merged into the parts. */
export function parsePostgresUrl(url: string): UrlParts {
  const match = pattern.exec(url)
  if (match === null) throw new SettingsError('The database URL must look like postgresql://user:password@host:5432/name.')
  const [, user, password, authority = '', path = '', query = ''] = match
  if (`${authority}${path}`.includes('@')) {
    throw new SettingsError('The user or password in the database URL holds an @, which must be written as %40.')
  }
  const search = new URLSearchParams(query)
  const parameters = new Map(search)
  const take = (name: string): string | undefined => {
    const value = parameters.get(name)
    parameters.delete(name)
    return value || undefined
  }
  const hosts = authority === '' ? search.getAll('host').flatMap((host) => host.split(',')) : decode(authority).split(',')
  const ports = search.getAll('port').flatMap((port) => port.split(','))
  take('host')
  take('port')
  return {
    addresses: hosts.map((host, index) => addressOf(host, ports[index] ?? ports[0])),
    user: decode(user) || take('user'),
    password: decode(password) || take('password'),
    database: decode(path) || take('dbname') || take('database'),
    parameters,
  }
}

function decode(text = ''): string {
  try {
    return decodeURIComponent(text)
  } catch {
    throw new SettingsError('The database URL holds a % that is no %XX escape: write it as %25.')
  }
}

function addressOf(host: string, port: string | undefined): PostgresAddress {
  if (host.startsWith('/'))
    return { host: host.replace(/\/\.s\.PGSQL\.\d+$/, ''), port: portOf(port ?? /\.s\.PGSQL\.(\d+)$/.exec(host)?.[1]) }
  const [, bracketed, name, own] = /^(?:\[([^\]]+)\]|([^:]*))(?::(.*))?$/.exec(host) ?? []
  return { host: bracketed ?? (name || 'localhost'), port: portOf(own || port) }
}

function portOf(text: string | undefined): number {
  const port = Number(text ?? usualPort)
  if (!Number.isInteger(port) || port < 1 || port > 65_535)
    throw new SettingsError('The port in the database URL must be a number from 1 to 65535.')
  return port
}

const socketFolders = ['/run/postgresql', '/var/run/postgresql', '/var/pgsql_socket', '/private/tmp', '/tmp']

/** Parameters that mean something to a client but nothing to us. */
const ignored = [
  'async_fallback',
  'prepared_statement_name_func',
  'krbsrvname',
  'gsslib',
  'gssencmode',
  'channel_binding',
  'client_encoding',
  'fallback_application_name',
]

/** Everything a connection needs, from the URL, the settings and the environment. */
export function connectionOptions(input: ConnectionInput): PostgresOptions {
  const { environment } = input
  const { addresses, user, password, database, parameters } = parsePostgresUrl(input.url)
  const take = (...names: string[]): string | undefined => {
    const values = names.map((name) => parameters.get(name))
    for (const name of names) parameters.delete(name)
    return values.find((value) => value !== undefined && value !== '')
  }
  if (parameters.has('service'))
    throw new SettingsError('The database URL names a service, which is not supported: write host, user and database.')
  const name = user ?? environment.PGUSER ?? input.systemUser()
  const cacheSizes = [take('statement_cache_size'), take('prepared_statement_cache_size')]
  const mode = take('ssl', 'sslmode') ?? environment.PGSSLMODE
  const files = {
    ca: take('sslrootcert') ?? environment.PGSSLROOTCERT,
    cert: take('sslcert'),
    key: take('sslkey'),
    password: take('sslpassword'),
  }
  const session = take('target_session_attrs') ?? environment.PGTARGETSESSIONATTRS
  const applicationName = input.applicationName ?? take('application_name') ?? 'prefect-server'
  const connectTimeout = take('timeout', 'connect_timeout')
  const commandTimeout = take('command_timeout')
  for (const parameter of [...ignored, 'application_name']) parameters.delete(parameter)
  return {
    addresses: addresses.length > 0 ? addresses : usualAddresses(input),
    user: name,
    password: password ?? environment.PGPASSWORD,
    database: database ?? environment.PGDATABASE ?? name,
    encryption: input.tls.enabled ? [tlsOfSettings(input.tls)] : encryptionOf(mode ?? 'prefer', files, input),
    applicationName,
    settings: { ...sessionSettingsOf(parameters), ...(input.searchPath !== null && { search_path: input.searchPath }) },
    targetSession: targetSessionOf(session),
    statementTimeoutMilliseconds: milliseconds(commandTimeout ?? input.statementTimeout),
    connectionTimeoutMilliseconds: milliseconds(connectTimeout ?? input.connectionTimeout),
    fateMilliseconds: 10_000,
    transactionPooling: input.transactionPooling || cacheSizes.includes('0'),
    role: input.role,
    connections: input.connections,
  }
}

function milliseconds(seconds: string | number | null): number {
  const value = Math.round(Number(seconds ?? 0) * 1000)
  if (Number.isNaN(value)) throw new SettingsError('A timeout in the database URL must be a number of seconds.')
  return value
}

/** Without a host: the usual Unix sockets, then this machine. */
function usualAddresses({ environment, exists }: ConnectionInput): PostgresAddress[] {
  const port = portOf(environment.PGPORT)
  const hosts = environment.PGHOST?.split(',') ?? [...socketFolders.filter((folder) => exists(`${folder}/.s.PGSQL.${port}`)), 'localhost']
  return hosts.map((host) => addressOf(host, String(port)))
}

/** What is left of the parameters are settings of the session; `options` holds more of them as `-c name=value`. */
function sessionSettingsOf(parameters: Map<string, string>): Record<string, string> {
  const settings: Record<string, string> = {}
  for (const [name, value] of parameters) {
    if (name !== 'options') settings[name] = value
  }
  const words = parameters.get('options')?.match(/(?:\\.|[^\\\s])+/g) ?? []
  const joined = words.map((word) => word.replaceAll(/\\(.)/g, '$1')).join('\0')
  for (const [, name = '', value = ''] of joined.matchAll(/(?:^|\0)(?:-c\0?|--)([\w.-]+)=([^\0]*)/g))
    settings[name.replaceAll('-', '_')] = value
  return settings
}

const sessions: Record<string, PostgresOptions['targetSession']> = {
  any: 'any',
  primary: 'primary',
  'read-write': 'primary',
  standby: 'standby',
  'read-only': 'standby',
  'prefer-standby': 'prefer-standby',
}

function targetSessionOf(name = 'any'): PostgresOptions['targetSession'] {
  const session = sessions[name]
  if (session === undefined)
    throw new SettingsError(`target_session_attrs in the database URL must be one of ${Object.keys(sessions).join(', ')}.`)
  return session
}

function tlsOfSettings(tls: ConnectionInput['tls']): TlsFiles {
  return {
    verify: true,
    checkHostname: tls.checkHostname,
    ...(tls.caFile !== null && { caFile: tls.caFile }),
    ...(tls.certFile !== null && tls.keyFile !== null && { certFile: tls.certFile, keyFile: tls.keyFile }),
  }
}

interface UrlFiles {
  ca: string | undefined
  cert: string | undefined
  key: string | undefined
  password: string | undefined
}

const modes = ['disable', 'allow', 'prefer', 'require', 'verify-ca', 'verify-full'] as const
const otherNames: Record<string, (typeof modes)[number]> = {
  true: 'require',
  '1': 'require',
  on: 'require',
  false: 'disable',
  '0': 'disable',
  off: 'disable',
}

function encryptionOf(text: string, files: UrlFiles, { environment, exists }: ConnectionInput): Encryption[] {
  const mode = otherNames[text.toLowerCase()] ?? modes.find((known) => known === text)
  if (mode === undefined) throw new SettingsError(`ssl in the database URL must be one of ${modes.join(', ')}.`)
  if (mode === 'disable') return ['plain']
  const usual = (file: string): string | undefined => {
    const path = `${environment.HOME ?? ''}/.postgresql/${file}`
    return exists(path) ? path : undefined
  }
  const caFile = files.ca ?? usual('root.crt')
  const certFile = files.cert ?? environment.PGSSLCERT ?? usual('postgresql.crt')
  const keyFile = files.key ?? environment.PGSSLKEY ?? usual('postgresql.key')
  const strict = mode.startsWith('verify')
  if (strict && caFile === undefined)
    throw new SettingsError(`ssl=${mode} needs sslrootcert=FILE in the database URL, or ~/.postgresql/root.crt.`)
  // As libpq does: an authority that is named is also asked.
  const verify = strict || (mode === 'require' && caFile !== undefined)
  const tls: TlsFiles = {
    verify,
    checkHostname: mode === 'verify-full',
    ...(verify && caFile !== undefined && { caFile }),
    ...(certFile !== undefined && { certFile }),
    ...(certFile !== undefined && keyFile !== undefined && { keyFile }),
    ...(files.password !== undefined && { keyPassword: files.password }),
  }
  if (mode === 'allow') return ['plain', tls]
  return mode === 'prefer' ? [tls, 'plain'] : [tls]
}
