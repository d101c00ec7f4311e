import { blocks } from './blocks.ts'
import { deployments } from './deployments.ts'
import { events } from './events.ts'
import { foreignKeys } from './foreign-keys.ts'
import { limitsAndSettings } from './limits-and-settings.ts'
import { runs } from './runs.ts'

const types = `
CREATE EXTENSION IF NOT EXISTS pg_trgm;
CREATE TYPE deployment_status AS ENUM ('READY', 'NOT_READY');
CREATE TYPE state_type AS ENUM
  ('SCHEDULED', 'PENDING', 'RUNNING', 'COMPLETED', 'FAILED', 'CANCELLED', 'CRASHED', 'PAUSED', 'CANCELLING');
CREATE TYPE work_pool_status AS ENUM ('READY', 'NOT_READY', 'PAUSED');
CREATE TYPE work_queue_status AS ENUM ('READY', 'NOT_READY', 'PAUSED');
CREATE TYPE worker_status AS ENUM ('ONLINE', 'OFFLINE');
`

/** Creates the reference's schema in an empty PostgreSQL database. */
export const postgresSchema: readonly string[] = [types, runs, deployments, blocks, events, limitsAndSettings, foreignKeys]
  .flatMap((part) => part.split(/;\n|;$/))
  .map((statement) => statement.trim())
  .filter((statement) => statement !== '')
