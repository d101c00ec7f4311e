/** A database that the reference has made and filled, with its answers, and a way to ask it ourselves. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Sqlite from 'better-sqlite3'
import pg from 'pg'
import type { JsonSchema, ValidationIssue } from '../../src/schema/index.ts'
import { type Dialect, render, type Sql, sql } from '../../src/storage/sql.ts'
import { oraclePython } from '../environment/oracle.ts'
import { createDatabase } from '../environment/postgres.ts'
import { run } from '../environment/processes.ts'

export interface Answers {
  filters: string[][]
  related: string[][]
  sorts: [string, string][][]
  errors: ValidationIssue[][]
  searches: object[]
  schemas: Record<string, JsonSchema>
}

export interface Prepared {
  answers: Answers
  /** The first column. */
  query(statement: Sql): Promise<string[]>
  /** How the database goes about it, with every index that helps: the tables are too small for it to choose one itself. */
  plan(statement: Sql): Promise<string>
  close(): Promise<void>
}

export const prepare: Record<Dialect, (asked: unknown) => Promise<Prepared>> = {
  async sqlite(asked) {
    await oraclePython()
    const folder = await mkdtemp(join(tmpdir(), 'prefect-filters-'))
    const path = join(folder, 'prefect.db')
    const remove = (): Promise<void> => rm(folder, { recursive: true })
    const answers = await reference(`sqlite+aiosqlite:///${path}`, asked, remove)
    const database = new Sqlite(path, { readonly: true })
    return {
      answers,
      async query(statement) {
        const { text, parameters } = render(statement, 'sqlite')
        return database
          .prepare(text)
          .pluck()
          .all(...parameters)
          .map(String)
      },
      async plan(statement) {
        const { text, parameters } = render(statement, 'sqlite')
        const steps = database.prepare<unknown[], { detail: string }>(`EXPLAIN QUERY PLAN ${text}`).all(...parameters)
        return steps.map(({ detail }) => detail).join('\n')
      },
      async close() {
        database.close()
        await remove()
      },
    }
  },
  async postgres(asked) {
    await oraclePython()
    const { url, drop } = await createDatabase('filters')
    const answers = await reference(url.replace('postgresql://', 'postgresql+asyncpg://'), asked, drop)
    const client = new pg.Client({ connectionString: url })
    await client.connect()
    return {
      answers,
      query: (statement) => first(client, statement),
      async plan(statement) {
        await client.query('BEGIN; SET LOCAL enable_seqscan = off; SET LOCAL enable_sort = off; SET LOCAL enable_bitmapscan = off')
        const steps = await first(client, sql`EXPLAIN ${statement}`)
        await client.query('ROLLBACK')
        return steps.join('\n')
      },
      async close() {
        await client.end()
        await drop()
      },
    }
  },
}

async function first(client: pg.Client, statement: Sql): Promise<string[]> {
  const { text, parameters } = render(statement, 'postgres')
  const { rows } = await client.query<[string]>({ text, values: parameters, rowMode: 'array' })
  return rows.map(([value]) => value)
}

/** Without answers the database is of no use, and goes. */
async function reference(url: string, asked: unknown, remove: () => Promise<void>): Promise<Answers> {
  const script = join(import.meta.dirname, 'reference.py')
  const env = { ...process.env, PREFECT_API_DATABASE_CONNECTION_URL: url, PREFECT_LOGGING_LEVEL: 'CRITICAL' }
  const { code, output } = await run(await oraclePython(), [script], { env, input: JSON.stringify(asked) })
  if (code !== 0) {
    await remove()
    throw new Error(`the reference gave no answers: ${output}`)
  }
  return JSON.parse(output.slice(output.indexOf('{"filters"')))
}
