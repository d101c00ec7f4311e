/** Opens connections: which host, with or without TLS, with or without start-up options. */
import pg from 'pg'
import { DatabaseError } from '../database.ts'
import { PostgresConnection } from './connection.ts'
import { postgresError, refusesEncryption, refusesOptions } from './errors.ts'
import type { Encryption, PostgresAddress, PostgresOptions } from './options.ts'
import { tlsOptions } from './tls.ts'
import { types } from './types.ts'

type Session = PostgresOptions['targetSession']

/** Opens a connection to the first host that answers and fits. */
export async function connect(options: PostgresOptions): Promise<PostgresConnection> {
  const sessions: readonly Session[] = options.targetSession === 'prefer-standby' ? ['standby', 'any'] : [options.targetSession]
  let failure: unknown = new DatabaseError('unavailable', 'the database URL names no host')
  for (const session of sessions) {
    for (const address of options.addresses) {
      try {
        return await connectTo(address, session, options)
      } catch (error) {
        failure = error
      }
    }
  }
  throw postgresError(failure)
}

/** Tries the ways to connect one after the other, but only when it was the way that the server did not want. */
async function connectTo(address: PostgresAddress, session: Session, options: PostgresOptions): Promise<PostgresConnection> {
  const encryptions: readonly Encryption[] = address.host.startsWith('/') ? ['plain'] : options.encryption
  let pooled = options.transactionPooling
  for (let way = 0; ; ) {
    const connection = new PostgresConnection(clientOf(address, encryptions[way] ?? 'plain', pooled, options), pooled)
    try {
      await connection.open(session)
      return connection
    } catch (error) {
      void connection.close()
      if (!pooled && refusesOptions(error)) pooled = true
      else if (refusesEncryption(error) && way + 1 < encryptions.length) way++
      else throw error
    }
  }
}

function clientOf(address: PostgresAddress, encryption: Encryption, pooled: boolean, options: PostgresOptions): pg.Client {
  return new pg.Client({
    ...address,
    user: options.user,
    password: options.password,
    database: options.database,
    ssl: tlsOptions(encryption),
    application_name: options.applicationName,
    connectionTimeoutMillis: options.connectionTimeoutMilliseconds,
    // A server that hangs answers no statement_timeout: give up a little later.
    ...(options.statementTimeoutMilliseconds > 0 && { query_timeout: options.statementTimeoutMilliseconds + 5000 }),
    ...(!pooled && { options: startupOptions(options.settings) }),
    keepAlive: true,
    pipeline: true,
    types,
  })
}

/** `-c name=value …`, with blanks and backslashes escaped. */
function startupOptions(settings: PostgresOptions['settings']): string {
  return Object.entries(settings)
    .map(([name, value]) => `-c ${name}=${value.replaceAll(/[\\\s]/g, '\\$&')}`)
    .join(' ')
}
