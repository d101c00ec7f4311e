/** Settings that the reference does not have, and those of its Redis plugin. */
import { derived, ownSection, setting } from '../definition.ts'
import { boolean, integer, literal, nullable, number, secret, text } from '../kinds.ts'
import { databaseUrl, redisUrl } from './urls.ts'

const count = integer({ ge: 1 })

export const ownSections = {
  database: ownSection('database', {
    PREFECT_DATABASE_BACKEND: setting(literal('sqlite', 'postgres'), derived('what the URL says'), 'Kind of database.'),
    PREFECT_DATABASE_URL: setting(nullable(databaseUrl), null, 'The database: postgres://user:password@host/name or sqlite:///path.'),
  }),
  broker: ownSection('broker', {
    PREFECT_BROKER_BACKEND: setting(
      literal('memory', 'redis'),
      derived('redis where a setting of the reference names prefect_redis or a Redis; memory'),
      'What carries news between servers.',
    ),
  }),
  redis: ownSection('redis.messaging', {
    PREFECT_REDIS_MESSAGING_URL: setting(redisUrl, derived('made of the settings below'), 'Redis: redis://user:password@host:6379/0.', {
      also: 'PREFECT_REDIS_URL',
    }),
    PREFECT_REDIS_MESSAGING_HOST: setting(text, 'localhost', 'Its host.'),
    PREFECT_REDIS_MESSAGING_PORT: setting(integer(), 6379, 'Its port.'),
    PREFECT_REDIS_MESSAGING_DB: setting(integer(), 0, 'The number of its database.'),
    PREFECT_REDIS_MESSAGING_USERNAME: setting(text, 'default', 'Its user.'),
    PREFECT_REDIS_MESSAGING_PASSWORD: setting(secret, '', 'Its password.'),
    PREFECT_REDIS_MESSAGING_SSL: setting(boolean, false, 'TLS to Redis.'),
  }),
  server: ownSection('server', {
    PREFECT_SERVER_ENCRYPTION_KEY: setting(
      nullable(secret),
      null,
      'Fernet key of secrets in blocks; otherwise one is made and kept in the database.',
      {
        also: 'ORION_ENCRYPTION_KEY',
      },
    ),
  }),
  storage: ownSection('server.storage', {
    PREFECT_SERVER_STORAGE_WRITE_ACTORS: setting(
      count,
      derived('half the processors, 1 to 4'),
      'Threads that write to PostgreSQL; SQLite has one.',
    ),
    PREFECT_SERVER_STORAGE_READ_ACTORS: setting(count, derived('half the processors, 1 to 4'), 'Threads that read.'),
    PREFECT_SERVER_STORAGE_CONNECTIONS: setting(count, 4, 'Connections of each of these threads to PostgreSQL.'),
    PREFECT_SERVER_STORAGE_PGBOUNCER: setting(
      boolean,
      derived('a statement cache size of 0'),
      'PgBouncer in transaction mode is in between.',
    ),
  }),
  http: ownSection('server.http', {
    PREFECT_SERVER_HTTP_MAX_BODY_BYTES: setting(count, 33_554_432, 'Largest body of a request; larger ones get 413.'),
    PREFECT_SERVER_HTTP_SHUTDOWN_SECONDS: setting(number({ ge: 0 }), 10, 'Seconds that requests under way have when the server stops.'),
  }),
}
