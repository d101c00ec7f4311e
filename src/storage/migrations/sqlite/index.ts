import { blocks } from './blocks.ts'
import { deployments } from './deployments.ts'
import { events } from './events.ts'
import { limitsAndSettings } from './limits-and-settings.ts'
import { runs } from './runs.ts'

/** Creates the reference's schema in an empty SQLite database. */
export const sqliteSchema: readonly string[] = [...runs, ...deployments, ...blocks, ...events, ...limitsAndSettings]
