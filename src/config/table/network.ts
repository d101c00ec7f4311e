/** Settings of the way in (the API) and the way down (the database). */
import { Duration } from '../../values/duration.ts'
import { derived, section, setting } from '../definition.ts'
import { boolean, duration, integer, literal, nullable, number, secret, text } from '../kinds.ts'
import { databaseUrl } from './urls.ts'

const pool = 'every storage actor holds its connections: PREFECT_SERVER_STORAGE_CONNECTIONS'

export const networkSections = {
  api: section('server.api', 'server', {
    PREFECT_SERVER_API_AUTH_STRING: setting(nullable(secret), null, 'user:password that every request must carry.'),
    PREFECT_SERVER_API_HOST: setting(text, '127.0.0.1', 'Address to listen on.'),
    PREFECT_SERVER_API_PORT: setting(integer(), 4200, 'Port to listen on.'),
    PREFECT_SERVER_API_BASE_PATH: setting(nullable(text), null, 'Path of the API; /api when not set.'),
    PREFECT_SERVER_API_DEFAULT_LIMIT: setting(integer(), 200, 'Most objects in an answer.', { also: 'PREFECT_API_DEFAULT_LIMIT' }),
    PREFECT_SERVER_API_KEEPALIVE_TIMEOUT: setting(integer(), 5, 'Seconds that an idle connection is kept.'),
    PREFECT_SERVER_API_CSRF_PROTECTION_ENABLED: setting(boolean, false, 'Changes need a CSRF token.', {
      also: 'PREFECT_SERVER_CSRF_PROTECTION_ENABLED',
    }),
    PREFECT_SERVER_API_CSRF_TOKEN_EXPIRATION: setting(duration, Duration.fromSeconds(3600), 'How long a CSRF token is good.', {
      also: 'PREFECT_SERVER_CSRF_TOKEN_EXPIRATION',
    }),
    PREFECT_SERVER_API_CORS_ALLOWED_ORIGINS: setting(text, '*', 'Origins that browsers may call from, separated by commas.', {
      also: 'PREFECT_SERVER_CORS_ALLOWED_ORIGINS',
    }),
    PREFECT_SERVER_API_CORS_ALLOWED_METHODS: setting(text, '*', 'Methods they may use.', { also: 'PREFECT_SERVER_CORS_ALLOWED_METHODS' }),
    PREFECT_SERVER_API_CORS_ALLOWED_HEADERS: setting(text, '*', 'Headers they may send.', { also: 'PREFECT_SERVER_CORS_ALLOWED_HEADERS' }),
    PREFECT_SERVER_API_WEBSOCKET_PING_INTERVAL: setting(number(), 20, 'Seconds between pings on a websocket.'),
    PREFECT_SERVER_API_WEBSOCKET_PING_TIMEOUT: setting(number(), 20, 'Seconds until a websocket without a pong is closed.'),
    PREFECT_SERVER_API_MAX_PARAMETER_SIZE: setting(integer({ ge: 0 }), 524_288, 'Largest parameters of a run, in bytes; 0 means any size.'),
  }),
  database: section('server.database', 'server', {
    PREFECT_SERVER_DATABASE_CONNECTION_URL: setting(
      databaseUrl,
      derived('made of the settings below; sqlite+aiosqlite:///$PREFECT_HOME/prefect.db'),
      'The database, as SQLAlchemy writes it.',
      { also: 'PREFECT_API_DATABASE_CONNECTION_URL' },
    ),
    PREFECT_SERVER_DATABASE_DRIVER: setting(
      nullable(literal('postgresql+asyncpg', 'sqlite+aiosqlite')),
      null,
      'Kind of database, where no URL is given.',
      {
        also: 'PREFECT_API_DATABASE_DRIVER',
      },
    ),
    PREFECT_SERVER_DATABASE_HOST: setting(nullable(text), null, 'Its host.', { also: 'PREFECT_API_DATABASE_HOST' }),
    PREFECT_SERVER_DATABASE_PORT: setting(nullable(integer()), null, 'Its port.', { also: 'PREFECT_API_DATABASE_PORT' }),
    PREFECT_SERVER_DATABASE_USER: setting(nullable(text), null, 'Its user.', { also: 'PREFECT_API_DATABASE_USER' }),
    PREFECT_SERVER_DATABASE_NAME: setting(nullable(text), null, 'Its name, or the path of the SQLite file.', {
      also: 'PREFECT_API_DATABASE_NAME',
    }),
    PREFECT_SERVER_DATABASE_PASSWORD: setting(
      nullable(secret),
      null,
      'Its password; also put into the URL where that has its name in braces after a $.',
      { also: 'PREFECT_API_DATABASE_PASSWORD' },
    ),
    PREFECT_SERVER_DATABASE_ECHO: setting(boolean, false, 'Logs every statement.', {
      also: 'PREFECT_API_DATABASE_ECHO',
      instead: "PREFECT_SERVER_LOGGING_LEVEL=DEBUG, or the database's own log",
    }),
    PREFECT_SERVER_DATABASE_MIGRATE_ON_START: setting(boolean, true, 'Brings the schema up to date at start.', {
      also: 'PREFECT_API_DATABASE_MIGRATE_ON_START',
    }),
    PREFECT_SERVER_DATABASE_TIMEOUT: setting(nullable(number()), 10, 'Seconds that a statement may take.', {
      also: 'PREFECT_API_DATABASE_TIMEOUT',
    }),
    PREFECT_SERVER_DATABASE_CONNECTION_TIMEOUT: setting(nullable(number()), 5, 'Seconds that connecting may take.', {
      also: 'PREFECT_API_DATABASE_CONNECTION_TIMEOUT',
    }),
    PREFECT_SERVER_DATABASE_MIGRATION_TIMEOUT: setting(
      nullable(number({ gt: 0 })),
      null,
      'Seconds that a statement of a migration may take.',
    ),
  }),
  sqlalchemy: section('server.database.sqlalchemy', 'inert', {
    PREFECT_SERVER_DATABASE_SQLALCHEMY_POOL_SIZE: setting(integer(), 5, 'Connections kept open.', {
      also: 'PREFECT_SQLALCHEMY_POOL_SIZE',
      instead: pool,
    }),
    PREFECT_SERVER_DATABASE_SQLALCHEMY_POOL_RECYCLE: setting(integer(), 3600, 'Seconds until a connection is renewed.', { instead: pool }),
    PREFECT_SERVER_DATABASE_SQLALCHEMY_POOL_TIMEOUT: setting(nullable(number()), 30, 'Seconds to wait for a free connection.', {
      instead: pool,
    }),
    PREFECT_SERVER_DATABASE_SQLALCHEMY_MAX_OVERFLOW: setting(integer(), 10, 'Connections beyond those kept open.', {
      also: 'PREFECT_SQLALCHEMY_MAX_OVERFLOW',
      instead: pool,
    }),
  }),
  connectArgs: section('server.database.sqlalchemy.connect_args', 'server', {
    PREFECT_SERVER_DATABASE_SQLALCHEMY_CONNECT_ARGS_APPLICATION_NAME: setting(
      nullable(text),
      null,
      'Name of the connections in PostgreSQL.',
    ),
    PREFECT_SERVER_DATABASE_SQLALCHEMY_CONNECT_ARGS_SEARCH_PATH: setting(
      nullable(text),
      null,
      'search_path of the connections in PostgreSQL.',
    ),
    PREFECT_SERVER_DATABASE_SQLALCHEMY_CONNECT_ARGS_STATEMENT_CACHE_SIZE: setting(
      nullable(integer()),
      null,
      '0 says that PgBouncer is in between: statements stay unnamed.',
    ),
    PREFECT_SERVER_DATABASE_SQLALCHEMY_CONNECT_ARGS_PREPARED_STATEMENT_CACHE_SIZE: setting(nullable(integer()), null, 'The same.'),
  }),
  tls: section('server.database.sqlalchemy.connect_args.tls', 'server', {
    PREFECT_SERVER_DATABASE_SQLALCHEMY_CONNECT_ARGS_TLS_ENABLED: setting(boolean, false, 'TLS to PostgreSQL.'),
    PREFECT_SERVER_DATABASE_SQLALCHEMY_CONNECT_ARGS_TLS_CA_FILE: setting(nullable(text), null, 'Certificate authority that is trusted.'),
    PREFECT_SERVER_DATABASE_SQLALCHEMY_CONNECT_ARGS_TLS_CERT_FILE: setting(nullable(text), null, 'Certificate of the client.'),
    PREFECT_SERVER_DATABASE_SQLALCHEMY_CONNECT_ARGS_TLS_KEY_FILE: setting(nullable(text), null, 'Its key.'),
    PREFECT_SERVER_DATABASE_SQLALCHEMY_CONNECT_ARGS_TLS_CHECK_HOSTNAME: setting(
      boolean,
      true,
      'The name in the certificate must be that of the host.',
    ),
  }),
}
