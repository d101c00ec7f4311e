/** What a connection to PostgreSQL needs to know. `connection-url.ts` makes it from a URL and the settings. */

export interface PostgresAddress {
  /** A name, an address, or the directory of a Unix socket. */
  host: string
  port: number
}

/** One way to speak to a server: plain, or with TLS. Files are read when a connection is opened: they may be renewed. */
export type Encryption = 'plain' | TlsFiles

export interface TlsFiles {
  /** The server's certificate must come from a known authority. */
  verify: boolean
  /** … and carry the host's name. */
  checkHostname: boolean
  /** Path of the authorities' certificates; the system's when absent. */
  caFile?: string
  certFile?: string
  keyFile?: string
  keyPassword?: string
}

export interface PostgresOptions {
  /** Tried in this order. */
  addresses: readonly PostgresAddress[]
  user: string
  password: string | undefined
  database: string
  /** Tried in this order, for addresses that are not Unix sockets. */
  encryption: readonly Encryption[]
  applicationName: string
  /** Session settings that the user asks for (search_path …). */
  settings: Readonly<Record<string, string>>
  targetSession: 'any' | 'primary' | 'standby' | 'prefer-standby'
  /** Zero: no limit. */
  statementTimeoutMilliseconds: number
  connectionTimeoutMilliseconds: number
  /** How long the outcome of a COMMIT is looked for whose answer was lost. */
  fateMilliseconds: number
  /** PgBouncer in transaction mode: no start-up options, no named statements. */
  transactionPooling: boolean
  role: 'writer' | 'reader'
  connections: number
}

/** Settings of every session: whatever the server or the role says, this is what our statements rely on. */
export const sessionSettings: Readonly<Record<string, string>> = {
  jit: 'off', // compiling costs more than our queries take
  timezone: 'UTC',
  datestyle: 'ISO',
  intervalstyle: 'postgres',
}
