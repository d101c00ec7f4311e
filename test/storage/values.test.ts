import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Database } from '../../src/storage/database.ts'
import { sql } from '../../src/storage/sql.ts'
import { insertInto, updateRows, updateTable } from '../../src/storage/statements.ts'
import { Duration } from '../../src/values/duration.ts'
import { parseJson } from '../../src/values/json.ts'
import { Timestamp } from '../../src/values/timestamp.ts'
import { isUuid, uuid7 } from '../../src/values/uuid.ts'
import { dialects, preparedDatabase } from './databases.ts'

describe.each(dialects)('values on %s', (dialect) => {
  let database: Database
  let remove: () => Promise<void>
  const flowId = uuid7()
  beforeAll(async () => {
    ;({ database, remove } = await preparedDatabase(dialect))
    await database.transaction((tx) => tx.execute(insertInto('flow', { id: flowId, name: 'a flow' })))
  })
  afterAll(async () => remove())

  /** Writes a flow run with `values`, and reads it back. */
  async function roundTrip(values: Record<string, unknown>): Promise<Record<string, unknown>> {
    const id = uuid7()
    return await database.transaction(async (tx) => {
      await tx.execute(insertInto('flow_run', { id, name: 'a run', flow_id: flowId, ...values }))
      const [row] = await tx.query(sql`SELECT * FROM flow_run WHERE id = ${id}`)
      return row ?? {}
    })
  }

  test.each([
    ['1970-01-01T00:00:00.000000Z'],
    ['2024-02-29T23:59:59.999999Z'],
    ['2026-07-01T12:00:00.000001Z'],
    ['1684-01-01T00:00:00.100000Z'],
    ['2023-11-14T22:13:20.004000Z'],
    ['2023-11-14T22:13:20.400000Z'],
    ['9999-12-31T23:59:59.999999Z'],
  ])('instants keep their microseconds: %s', async (text) => {
    const instant = Timestamp.fromCanonical(text)
    const row = await roundTrip({ start_time: instant, end_time: null })
    expect(row.start_time).toEqual(instant)
    expect(row.end_time).toBeNull()
  })

  test.each([0, 1, 1_500_000, 86_400_000_000, 400 * 86_400_000_000 + 3_723_000_004])('spans of time: %d µs', async (microseconds) => {
    const row = await roundTrip({ total_run_time: Duration.fromMicroseconds(microseconds) })
    expect(row.total_run_time).toEqual(Duration.fromMicroseconds(microseconds))
  })

  test('numbers, booleans, enumerated states and missing values', async () => {
    const row = await roundTrip({ run_count: 2_147_483_647, auto_scheduled: true, state_type: 'CANCELLING', deployment_id: null })
    expect(row).toMatchObject({
      run_count: 2_147_483_647,
      auto_scheduled: true,
      state_type: 'CANCELLING',
      deployment_id: null,
      flow_id: flowId,
    })
    expect(await roundTrip({ auto_scheduled: false })).toMatchObject({ auto_scheduled: false })

    const limit = {
      name: uuid7(),
      active: true,
      limit: 3,
      active_slots: 0,
      denied_slots: 0,
      slot_decay_per_second: 0.1,
      avg_slot_occupancy_seconds: 2,
    }
    await database.transaction((tx) => tx.execute(insertInto('concurrency_limit_v2', limit)))
    const [read] = await database.read((tx) => tx.query(sql`SELECT * FROM concurrency_limit_v2 WHERE name = ${limit.name}`))
    expect(read).toMatchObject(limit)
  })

  test.each([
    '{"a": [1, 2.5, -3, null, true, {"b": {}}], "leer": ""}',
    '{"big": 12345678901234567890, "exact": 0.1, "float": 1.0}',
    '{"é": "naïve 😀 \\u2028 \\"quoted\\" \\\\ {} \\n"}',
    '[]',
    '[1.0]',
    '"text"',
    '17',
    'false',
  ])('JSON: %s', async (text) => {
    const value = parseJson(text)
    const row = await roundTrip({ parameters: value, context: value })
    expect(JSON.stringify(row.parameters)).toBe(JSON.stringify(value))
    expect(JSON.stringify(row.context)).toBe(JSON.stringify(value))
  })

  test('a column of type json keeps the order of keys', async () => {
    const data = { zebra: 1, ant: 2, data: [{ z: 1, a: 2 }] }
    await database.transaction((tx) => tx.execute(insertInto('artifact', { key: 'ordered', data })))
    const [row] = await database.read((tx) => tx.query(sql`SELECT data FROM artifact WHERE key = 'ordered'`))
    expect(JSON.stringify(row?.data)).toBe(JSON.stringify(data))
  })

  test('a missing JSON value is NULL, not the text null', async () => {
    const row = await roundTrip({ labels: null, created_by: { id: null } })
    expect(row).toMatchObject({ labels: null, created_by: { id: null } })
    const count = sql`SELECT count(*) AS count FROM flow_run WHERE labels IS NULL AND id = ${String(row.id)}`
    expect(await database.read((tx) => tx.query(count))).toEqual([{ count: 1 }])
  })

  const oddTexts = [
    '',
    ' ',
    'NULL',
    'null',
    '{}',
    '{a,b}',
    '"',
    "'; DROP TABLE flow; --",
    '\\',
    '\\"',
    'a,b',
    'é😀\n\t\u2028',
    '%_',
    '$1 ?',
  ]

  test('any text, one row at a time and many at once', async () => {
    for (const name of oddTexts) expect(await roundTrip({ name })).toMatchObject({ name })
    const rows = oddTexts.map((text) => ({
      id: uuid7(),
      flow_run_id: null,
      name: text,
      level: 20,
      message: text,
      timestamp: Timestamp.now(),
    }))
    await database.transaction((tx) => tx.execute(insertInto('log', rows)))
    const ids = rows.map((row) => row.id)
    const read = await database.read((tx) =>
      tx.query(sql`SELECT name, message FROM log WHERE ${sql.isIn(sql`id`, ids, 'uuid')} ORDER BY id`),
    )
    expect(read).toEqual(oddTexts.map((text) => ({ name: text, message: text })))
    const found = await database.read((tx) => tx.query(sql`SELECT id FROM log WHERE ${sql.isIn(sql`message`, oddTexts, 'text')}`))
    expect(found).toHaveLength(oddTexts.length)
  })

  test.each([2, 128, 129, 4000])('%d rows in one statement', async (count) => {
    const key = uuid7()
    const rows = Array.from({ length: count }, (_, index) => ({
      id: uuid7(),
      occurred: Timestamp.fromMicroseconds(1_700_000_000_000_001 + index),
      event: `event ${index}`,
      resource_id: key,
      resource: { index, text: 'é"\\' },
      payload: parseJson('{"float": 1.0}'),
      received: Timestamp.now(),
      recorded: Timestamp.now(),
      follows: index % 2 === 0 ? null : key,
    }))
    const inserted = await database.transaction((tx) => tx.execute(insertInto('events', rows)))
    expect(inserted).toBe(count)
    const read = await database.read((tx) => tx.query(sql`SELECT * FROM events WHERE resource_id = ${key} ORDER BY occurred`))
    expect(read).toHaveLength(count)
    const last = rows.at(-1)
    expect(read.at(-1)).toMatchObject({
      id: last?.id,
      occurred: last?.occurred,
      event: last?.event,
      follows: last?.follows,
      resource: last?.resource,
    })
    expect(JSON.stringify(read.at(-1)?.payload)).toBe('{"float":1.0}')
    // The same again: nothing is inserted twice.
    const again = await database.transaction((tx) => tx.query(insertInto('events', rows, { onConflict: 'nothing', returning: ['id'] })))
    expect(again).toEqual([])
  })

  test('ids are made up in the order of time, created and updated are now', async () => {
    const before = Timestamp.now()
    const rows = await database.transaction((tx) =>
      tx.query<{ id: string; created: Timestamp; updated: Timestamp }>(
        insertInto('flow', [{ name: uuid7() }, { name: uuid7() }], { returning: ['id', 'created', 'updated'] }),
      ),
    )
    expect(rows).toHaveLength(2)
    for (const row of rows) {
      expect(isUuid(row.id) && row.id[14] === '7').toBe(true)
      expect(row.created.isAfter(before)).toBe(true)
      expect(row.updated).toEqual(row.created)
    }
  })

  test('updateTable changes what it is told, and `updated`', async () => {
    const { id, created } = await roundTrip({ name: 'old', tags: ['kept'] })
    const changes = updateTable('flow_run', { name: 'new', run_count: sql`run_count + 1`, labels: { a: [1] } }, sql`id = ${String(id)}`)
    expect(await database.transaction((tx) => tx.execute(changes))).toBe(1)
    const [row] = await database.read((tx) => tx.query<{ updated: Timestamp }>(sql`SELECT * FROM flow_run WHERE id = ${String(id)}`))
    expect(row).toMatchObject({ name: 'new', run_count: 1, labels: { a: [1] }, tags: ['kept'], created })
    expect(row?.updated.isAfter(created as Timestamp)).toBe(true)
    const fixed = Timestamp.fromCanonical('2020-01-01T00:00:00.000000Z')
    await database.transaction((tx) => tx.execute(updateTable('flow_run', { updated: fixed }, sql`id = ${String(id)}`)))
    expect(await database.read((tx) => tx.query(sql`SELECT updated FROM flow_run WHERE id = ${String(id)}`))).toEqual([{ updated: fixed }])
  })

  test.each([1, 3, 200])('updateRows gives each of %d rows its own values', async (count) => {
    const rows = Array.from({ length: count }, (_, index) => ({ id: uuid7(), name: `run ${index}`, flow_id: flowId, tags: [] }))
    const changes = rows.map(({ id }, index) => ({
      id,
      name: `changed ${index}`,
      state_type: index % 2 === 0 ? 'RUNNING' : null,
      tags: [`t${index}`],
      total_run_time: Duration.fromSeconds(index),
      end_time: index === 0 ? null : Timestamp.fromMicroseconds(index),
    }))
    const touched = await database.transaction(async (tx) => {
      await tx.execute(insertInto('flow_run', rows))
      return await tx.execute(updateRows('flow_run', changes))
    })
    expect(touched).toBe(count)
    const ids = rows.map((row) => row.id)
    const read = await database.read((tx) => tx.query(sql`SELECT * FROM flow_run WHERE ${sql.isIn(sql`id`, ids, 'uuid')} ORDER BY id`))
    expect(read).toMatchObject(changes)
  })

  test('an upsert takes over what it is told', async () => {
    const key = uuid7()
    const upsert = (value: unknown) =>
      insertInto('configuration', { key, value }, { onConflict: { columns: ['key'], update: ['value'] }, returning: ['id', 'value'] })
    const [first] = await database.transaction((tx) => tx.query(upsert({ n: 1 })))
    const [second] = await database.transaction((tx) => tx.query(upsert({ n: 2 })))
    expect(second).toEqual({ id: first?.id, value: { n: 2 } })

    const kept = insertInto('configuration', { key, value: 3 }, { onConflict: { columns: ['key'], update: 'nothing' }, returning: ['id'] })
    expect(await database.transaction((tx) => tx.query(kept))).toEqual([])
  })

  test('a key of a JSON array is found again', async () => {
    const automation = uuid7()
    const bucket = {
      automation_id: automation,
      trigger_id: uuid7(),
      bucketing_key: ['prefect.flow-run.1', 'é'],
      start: Timestamp.now(),
      end: Timestamp.now(),
      count: 1,
    }
    const [row] = await database.transaction(async (tx) => {
      await tx.execute(insertInto('automation', { id: automation, name: 'a', description: '', trigger: {}, actions: [] }))
      await tx.execute(insertInto('automation_bucket', bucket))
      return await tx.query(sql`SELECT bucketing_key FROM automation_bucket WHERE bucketing_key = ${sql.jsonKey(bucket.bucketing_key)}`)
    })
    expect(row).toEqual({ bucketing_key: bucket.bucketing_key })
  })
})
