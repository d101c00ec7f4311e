import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Database, DatabaseError, type Transaction } from '../../src/storage/database.ts'
import { sql } from '../../src/storage/sql.ts'
import { insertInto } from '../../src/storage/statements.ts'
import { uuid7 } from '../../src/values/uuid.ts'
import { dialects, type Place, preparedDatabase } from './databases.ts'

describe.each(dialects)('transactions on %s', (dialect) => {
  let database: Database
  let place: Place
  let remove: () => Promise<void>
  beforeAll(async () => {
    ;({ database, place, remove } = await preparedDatabase(dialect))
  })
  afterAll(async () => remove())

  const insert = (tx: Transaction, name: string): Promise<number> => tx.execute(insertInto('variable', { name, value: 1 }))
  const exists = async (name: string): Promise<boolean> =>
    (await database.read((tx) => tx.query(sql`SELECT id FROM variable WHERE name = ${name}`))).length === 1

  test('what work returns is given, and what it wrote is there', async () => {
    const name = uuid7()
    expect(await database.transaction(async (tx) => [await insert(tx, name), 'done'])).toEqual([1, 'done'])
    expect(await exists(name)).toBe(true)
  })

  test('what work throws undoes what it wrote', async () => {
    const name = uuid7()
    const failed = database.transaction(async (tx) => {
      await insert(tx, name)
      throw new RangeError('no')
    })
    await expect(failed).rejects.toThrow(new RangeError('no'))
    expect(await exists(name)).toBe(false)
  })

  test('a savepoint undoes only itself', async () => {
    const [before, inside, after] = [uuid7(), uuid7(), uuid7()]
    await database.transaction(async (tx) => {
      await insert(tx, before)
      const failed = tx.savepoint(async () => {
        await insert(tx, inside)
        throw new RangeError('no')
      })
      await expect(failed).rejects.toThrow('no')
      expect(await tx.savepoint(() => insert(tx, after))).toBe(1)
    })
    expect(await Promise.all([before, inside, after].map(exists))).toEqual([true, false, true])
  })

  test('savepoints nest', async () => {
    const [outer, inner, later] = [uuid7(), uuid7(), uuid7()]
    await database.transaction((tx) =>
      tx.savepoint(async () => {
        await insert(tx, outer)
        const failed = tx.savepoint(async () => {
          await insert(tx, inner)
          await insert(tx, inner)
        })
        await expect(failed).rejects.toMatchObject({ kind: 'integrity' })
        await insert(tx, later)
      }),
    )
    expect(await Promise.all([outer, inner, later].map(exists))).toEqual([true, false, true])
  })

  test('a statement that fails in a savepoint takes nothing else along', async () => {
    const name = uuid7()
    await database.transaction(async (tx) => {
      await insert(tx, name)
      await expect(tx.savepoint(() => insert(tx, name))).rejects.toMatchObject({ kind: 'integrity' })
    })
    expect(await exists(name)).toBe(true)
  })

  test('an error that is caught without a savepoint cannot be committed', async () => {
    const [first, second] = [uuid7(), uuid7()]
    const failed = database.transaction(async (tx) => {
      await insert(tx, first)
      await insert(tx, first).catch(() => 'ignored')
      await insert(tx, second).catch(() => 'ignored')
    })
    await expect(failed).rejects.toMatchObject({ kind: 'integrity' })
    expect(await Promise.all([first, second].map(exists))).toEqual([false, false])
  })

  test('statements at once in a savepoint, one of which fails', async () => {
    const [taken, ...others] = Array.from({ length: 8 }, () => uuid7())
    const before = uuid7()
    await database.transaction(async (tx) => {
      await insert(tx, before)
      const failed = tx.savepoint(async () => {
        await Promise.all([taken, taken, ...others].map((name) => insert(tx, name ?? '')))
      })
      await expect(failed).rejects.toMatchObject({ kind: 'integrity' })
      await insert(tx, taken ?? '')
    })
    expect(await Promise.all([before, taken ?? '', ...others].map(exists))).toEqual([true, true, ...others.map(() => false)])
  })

  test('an error that is caught in a savepoint undoes the savepoint', async () => {
    const [before, inside] = [uuid7(), uuid7()]
    await database.transaction(async (tx) => {
      await insert(tx, before)
      const failed = tx.savepoint(async () => {
        await insert(tx, inside)
        await insert(tx, before).catch(() => 'ignored')
      })
      await expect(failed).rejects.toMatchObject({ kind: 'integrity' })
    })
    expect(await Promise.all([before, inside].map(exists))).toEqual([true, false])
  })

  test('a statement that nobody waited for is committed, or refuses the commit', async () => {
    const [good, bad] = [uuid7(), uuid7()]
    await database.transaction(async (tx) => void insert(tx, good))
    expect(await exists(good)).toBe(true)
    const failed = database.transaction(async (tx) => {
      await insert(tx, bad)
      void insert(tx, good).catch(() => 'ignored')
    })
    await expect(failed).rejects.toMatchObject({ kind: 'integrity' })
    expect(await exists(bad)).toBe(false)
  })

  test('a transaction that is over writes nothing any more', async () => {
    const name = uuid7()
    for (const kind of ['transaction', 'read'] as const) {
      const kept = await database[kind](async (tx) => ({ tx }))
      await database.transaction(async () => {
        await expect(insert(kept.tx, name)).rejects.toThrow('the transaction is over')
      })
    }
    expect(await exists(name)).toBe(false)
  })

  test.each([
    ['unique', insertInto('variable', [{ name: 'twice' }, { name: 'twice' }]), { sqlite: 'variable.name', postgres: 'uq_variable__name' }],
    ['not null', insertInto('variable', { name: null }), { sqlite: 'variable.name', postgres: undefined }],
    ['foreign key', insertInto('flow_run', { name: 'x', flow_id: uuid7() }), { sqlite: undefined, postgres: 'fk_flow_run__flow_id__flow' }],
    [
      'check',
      insertInto('block_document_reference', {
        name: 'x',
        parent_block_document_id: '00000000-0000-7000-8000-000000000000',
        reference_block_document_id: '00000000-0000-7000-8000-000000000000',
      }),
      {
        sqlite: 'ck_block_document_reference__ck_block_document_reference__no_self_reference',
        postgres: 'ck_block_document_reference__ck_block_document_referenc_824f',
      },
    ],
  ])('a violated constraint is an integrity error: %s', async (_, statement, constraint) => {
    const failed = database.transaction((tx) => tx.execute(statement))
    await expect(failed).rejects.toMatchObject({ name: 'DatabaseError', kind: 'integrity', constraint: constraint[dialect] })
  })

  test('deleting cascades', async () => {
    const [flow, run] = [uuid7(), uuid7()]
    const left = await database.transaction(async (tx) => {
      await tx.execute(insertInto('flow', { id: flow, name: flow }))
      await tx.execute(insertInto('flow_run', { id: run, name: run, flow_id: flow }))
      expect(await tx.execute(sql`DELETE FROM flow WHERE id = ${flow}`)).toBe(1)
      return await tx.query(sql`SELECT id FROM flow_run WHERE id = ${run}`)
    })
    expect(left).toEqual([])
  })

  test('wrong SQL is a fault, not an error of the database', async () => {
    const error = await database.read((tx) => tx.query(sql`SELECT nothing FROM nowhere`)).catch((caught: unknown) => caught)
    expect(error).toBeInstanceOf(Error)
    expect(error).not.toBeInstanceOf(DatabaseError)
  })

  test('a reader sees every commit, and writes nothing', async () => {
    const reader = await place.open({ role: 'reader' })
    try {
      for (let round = 0; round < 20; round++) {
        const name = uuid7()
        await database.transaction((tx) => insert(tx, name))
        expect(await reader.read((tx) => tx.query(sql`SELECT name FROM variable WHERE name = ${name}`))).toEqual([{ name }])
      }
      await expect(reader.read((tx) => insert(tx, uuid7()))).rejects.toMatchObject({ kind: 'readonly' })
    } finally {
      await reader.close()
    }
  })

  test('many reads and transactions at once', async () => {
    const names = Array.from({ length: 50 }, () => uuid7())
    await Promise.all(names.map((name) => database.transaction((tx) => insert(tx, name))))
    const found = await Promise.all(names.map(exists))
    expect(found.every(Boolean)).toBe(true)
  })

  test('increments of one row are never lost', async () => {
    const name = uuid7()
    await database.transaction((tx) => tx.execute(insertInto('concurrency_limit', { tag: name, concurrency_limit: 0, active_slots: [] })))
    const increment = (tx: Transaction): Promise<number> =>
      tx.execute(sql`UPDATE concurrency_limit SET concurrency_limit = concurrency_limit + 1 WHERE tag = ${name}`)
    await Promise.all(Array.from({ length: 30 }, () => database.transaction(increment)))
    expect(await database.read((tx) => tx.query(sql`SELECT concurrency_limit FROM concurrency_limit WHERE tag = ${name}`))).toEqual([
      { concurrency_limit: 30 },
    ])
  })

  test('closing waits for what is under way', async () => {
    const name = uuid7()
    const other = dialect === 'postgres' ? await place.open() : database
    const pending = other.transaction(async (tx) => {
      await new Promise((resolve) => setTimeout(resolve, 50))
      return await insert(tx, name)
    })
    if (other !== database) await other.close()
    expect(await pending).toBe(1)
    expect(await exists(name)).toBe(true)
  })
})
