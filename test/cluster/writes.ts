/**
 * Who writes for the leader: the test gives the services something to do, and a trigger in the database notes, for every
 * row that they write, the term that the writer says it has and the term that there is.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'

export interface NotedWrite {
  id: number
  /** What the writing session says; empty when no service wrote. */
  said: string
  term: number
}

export class Writes {
  readonly #client: pg.Client
  #feeding: Promise<void> | undefined
  #stopped = false

  private constructor(client: pg.Client) {
    this.#client = client
  }

  /** Begins to note writes, and to give the services expired leases to take back. */
  static async watch(url: string): Promise<Writes> {
    const client = new pg.Client({ connectionString: url })
    await client.connect()
    await client.query(`
      CREATE TABLE cluster_write (id bigserial PRIMARY KEY, said text, term bigint);
      CREATE FUNCTION note_write() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        INSERT INTO cluster_write (said, term) SELECT coalesce(current_setting('prefect_server.term', true), ''), term FROM server_term;
        -- Long enough for the writer to be stopped in the middle of its transaction.
        PERFORM pg_sleep(0.02);
        RETURN OLD;
      END $$;
      CREATE TRIGGER note_write AFTER DELETE ON server_lease FOR EACH ROW EXECUTE FUNCTION note_write();`)
    const writes = new Writes(client)
    writes.#feeding = writes.#feed()
    return writes
  }

  async noted(): Promise<NotedWrite[]> {
    const { rows } = await this.#client.query<{ id: string; said: string; term: string }>(
      'SELECT id, said, term FROM cluster_write ORDER BY id',
    )
    return rows.map(({ id, said, term }) => ({ id: Number(id), said, term: Number(term) }))
  }

  async stop(): Promise<void> {
    this.#stopped = true
    await this.#feeding
    await this.#client.end()
  }

  async #feed(): Promise<void> {
    while (!this.#stopped) {
      await this.#client.query(`
        INSERT INTO server_lease (id, expires_at, kind, resource_ids, slots)
        SELECT gen_random_uuid(), now() - interval '1 minute', 'other', '[]', 1 FROM generate_series(1, 3)
        WHERE (SELECT count(*) FROM server_lease) < 20`)
      await sleep(40)
    }
  }
}
