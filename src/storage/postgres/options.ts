/** What a connection to PostgreSQL needs to know. `connection-url.ts` makes it from the settings. */
import type { ConnectionOptions as TlsOptions } from 'node:tls'

export interface PostgresAddress {
  /** A name, an address, or the directory of a Unix socket. */
  host: string
  port: number
}

export interface PostgresOptions {
  addresses: readonly PostgresAddress[]
  user: string
  password: string | undefined
  database: string
  ssl: TlsOptions | false
  applicationName: string | undefined
  /** Session settings of the user (search_path …) and ours. */
  settings: Readonly<Record<string, string>>
  /** Further start-up options, as they stood in the URL. */
  extraOptions: readonly string[]
  targetSession: 'any' | 'primary' | 'standby'
  /** Zero: no limit. */
  statementTimeoutMilliseconds: number
  connectionTimeoutMilliseconds: number
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
