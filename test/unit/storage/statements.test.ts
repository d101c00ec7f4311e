import { describe, expect, test } from 'vitest'
import { pythonJson } from '../../../src/storage/python-json.ts'
import { render, sql } from '../../../src/storage/sql.ts'
import { insertInto, updateRows, updateTable } from '../../../src/storage/statements.ts'
import { parseJson } from '../../../src/values/json.ts'
import { Timestamp } from '../../../src/values/timestamp.ts'

const at = Timestamp.fromCanonical('2026-07-01T12:00:00.000000Z')
const identity = { id: '01890000-0000-7000-8000-000000000000', created: at, updated: at }
const row = { ...identity, name: 'a', tags: ['x'] }

describe('insertInto', () => {
  test('one row', () => {
    expect(render(insertInto('variable', row), 'postgres')).toEqual({
      text: 'INSERT INTO "variable" ("id", "created", "updated", "name", "tags") VALUES ($1, $2, $3, $4, $5)',
      parameters: [row.id, at.text, at.text, 'a', '["x"]'],
    })
    expect(render(insertInto('variable', row), 'sqlite').parameters).toEqual([
      row.id,
      '2026-07-01 12:00:00.000000',
      '2026-07-01 12:00:00.000000',
      'a',
      '["x"]',
    ])
  })

  test('the text for many rows does not depend on their number on PostgreSQL', () => {
    const [two, three] = [2, 3].map((count) => render(insertInto('variable', Array(count).fill(row)), 'postgres'))
    expect(two?.text).toBe(
      'INSERT INTO "variable" ("id", "created", "updated", "name", "tags") ' +
        'SELECT * FROM unnest($1::uuid[], $2::timestamptz[], $3::timestamptz[], $4::text[], $5::jsonb[])',
    )
    expect(three?.text).toBe(two?.text)
    expect(three?.parameters[3]).toEqual(['a', 'a', 'a'])
  })

  test('many rows on SQLite are VALUES while they are few', () => {
    expect(render(insertInto('variable', [row, row]), 'sqlite').text).toMatch(
      /VALUES \(\+\?, \+\?, \+\?, \+\?, \+\?\), \(\+\?, \+\?, \+\?, \+\?, \+\?\)$/,
    )
    const many = render(insertInto('variable', Array(129).fill(row), { onConflict: 'nothing' }), 'sqlite')
    expect(many.text).toMatch(/SELECT value ->> 0 AS "id", .* FROM json_each\(\+\?\) WHERE true ON CONFLICT DO NOTHING$/)
    expect(many.parameters).toHaveLength(1)
  })

  test.each([
    [{ onConflict: 'nothing' }, ' ON CONFLICT DO NOTHING'],
    [{ onConflict: { columns: ['name'], update: 'nothing' } }, ' ON CONFLICT ("name") DO NOTHING'],
    [
      { onConflict: { columns: ['name'], update: ['value', 'tags'] }, returning: ['id'] },
      ' ON CONFLICT ("name") DO UPDATE SET "value" = "excluded"."value", "tags" = "excluded"."tags" RETURNING "id"',
    ],
    [
      { onConflict: { columns: ['name'], where: sql`value IS NOT NULL`, update: { tags: sql`variable.tags` } } },
      ' ON CONFLICT ("name") WHERE value IS NOT NULL DO UPDATE SET "tags" = variable.tags',
    ],
  ] as const)('%j', (options, clause) => {
    expect(render(insertInto('variable', row, options), 'postgres').text.endsWith(`($1, $2, $3, $4, $5)${clause}`)).toBe(true)
  })

  test('an expression stands where a value would', () => {
    const { text, parameters } = render(insertInto('variable', [row, { ...row, name: sql`upper(${'b'})` }]), 'postgres')
    expect(text).toContain('VALUES ($1, $2, $3, $4, $5), ($6, $7, $8, upper($9), $10)')
    expect(parameters[8]).toBe('b')
  })

  test('undefined is left out, null is not', () => {
    const { text } = render(insertInto('variable', { ...row, tags: undefined, value: null }), 'postgres')
    expect(text).toContain('("id", "created", "updated", "name", "value")')
  })

  test.each([
    ['a column that is not there', () => insertInto('variable', { nme: 'a' }), 'table variable has no column nme'],
    ['rows with different columns', () => insertInto('variable', [{ name: 'a', value: 1 }, { name: 'b' }]), 'must name the same columns'],
    [
      'rows with as many other columns',
      () =>
        insertInto('variable', [
          { name: 'a', value: 1 },
          { name: 'b', tags: [] },
        ]),
      'must name the same columns',
    ],
    ['no rows', () => insertInto('variable', []), 'no rows for variable'],
    ['rows to update without id', () => updateRows('variable', [{ name: 'a' }]), 'need their id'],
    ['a change of a column that is not there', () => updateTable('variable', { nme: 'a' }, sql`true`), 'has no column nme'],
  ])('%s: an error of the programmer', (_, build, message) => {
    expect(() => render(build(), 'postgres')).toThrow(message)
  })
})

test('updateTable', () => {
  expect(
    render(updateTable('variable', { name: 'b', value: { a: 1 }, updated: at, tags: undefined }, sql`id = ${'x'}`), 'postgres'),
  ).toEqual({
    text: 'UPDATE "variable" SET "name" = $1, "value" = $2, "updated" = $3 WHERE id = $4',
    parameters: ['b', '{"a":1}', at.text, 'x'],
  })
  const { text } = render(updateTable('flow_run', { end_time: null }, sql`true`, { returning: ['id'] }), 'sqlite')
  expect(text).toBe('UPDATE "flow_run" SET "end_time" = +?, "updated" = +? WHERE true RETURNING "id"')
})

test('updateRows', () => {
  const rows = [{ id: identity.id, updated: at, name: 'b' }]
  expect(render(updateRows('variable', rows), 'postgres').text).toBe(
    'UPDATE "variable" SET "updated" = "changed"."updated", "name" = "changed"."name" ' +
      'FROM unnest($1::uuid[], $2::timestamptz[], $3::text[]) AS changed ("id", "updated", "name") WHERE "variable".id = changed.id',
  )
})

describe('JSON as Python writes it', () => {
  test.each([
    [['a', 'b'], '["a", "b"]'],
    [[], '[]'],
    [{}, '{}'],
    [{ a: 1, b: { c: null } }, '{"a": 1, "b": {"c": null}}'],
    ['é😀\u007f\n"', '"\\u00e9\\ud83d\\ude00\\u007f\\n\\""'],
    [[true, 1.5, parseJson('1.0')], '[true, 1.5, 1.0]'],
    [null, 'null'],
  ])('%j', (value, text) => {
    expect(pythonJson(value)).toBe(text)
  })
})
