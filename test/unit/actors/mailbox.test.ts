import { expect, test } from 'vitest'
import { Mailbox } from '../../../src/actors/mailbox.ts'

interface Item {
  id: number
  size: number
}

/** A mailbox whose batches are finished by hand. */
function handOperated(options: { slots: number; batch: number; requests?: number; bytes?: number }) {
  const batches: { ids: number[]; finish: () => void }[] = []
  const mailbox = new Mailbox<Item>({
    slots: options.slots,
    limits: { requests: options.requests ?? 1000, bytes: options.bytes ?? 1e9 },
    batchSize: (_, waiting) => Math.min(waiting, options.batch),
    run: (items) => new Promise((finish) => batches.push({ ids: items.map((item) => item.id), finish })),
  })
  return { mailbox, batches }
}

const turn = () => new Promise((resolve) => setImmediate(resolve))

test('what arrives while the slots are busy is the next group', async () => {
  const { mailbox, batches } = handOperated({ slots: 1, batch: 64 })
  mailbox.put({ id: 0, size: 1 })
  await turn()
  for (let id = 1; id <= 100; id++) mailbox.put({ id, size: 1 })
  await turn()
  expect(batches.map((batch) => batch.ids.length)).toEqual([1])
  batches[0]?.finish()
  await turn()
  batches[1]?.finish()
  await turn()
  expect(batches.map((batch) => batch.ids.length)).toEqual([1, 64, 36])
  expect(batches.flatMap((batch) => batch.ids)).toEqual(Array.from({ length: 101 }, (_, id) => id))
})

test('requests of one turn of the event loop go over together', async () => {
  const { mailbox, batches } = handOperated({ slots: 2, batch: 64 })
  for (let id = 0; id < 5; id++) mailbox.put({ id, size: 1 })
  await turn()
  expect(batches.map((batch) => batch.ids)).toEqual([[0, 1, 2, 3, 4]])
})

test('refuses beyond its limits and takes requests again when there is room', async () => {
  const { mailbox, batches } = handOperated({ slots: 1, batch: 1, requests: 2, bytes: 100 })
  mailbox.put({ id: 0, size: 10 })
  await turn()
  expect(mailbox.put({ id: 1, size: 90 })).toBe(true)
  expect(mailbox.put({ id: 2, size: 20 })).toBe(false)
  expect(mailbox.put({ id: 3, size: 10 })).toBe(true)
  expect(mailbox.put({ id: 4, size: 0 })).toBe(false)
  batches[0]?.finish()
  await turn()
  expect(mailbox.put({ id: 5, size: 80 })).toBe(true)
})

test('is drained when nothing waits and nothing runs', async () => {
  const { mailbox, batches } = handOperated({ slots: 1, batch: 1 })
  mailbox.put({ id: 0, size: 1 })
  mailbox.put({ id: 1, size: 1 })
  await turn()
  let drained = false
  void mailbox.drained().then(() => {
    drained = true
  })
  batches[0]?.finish()
  await turn()
  expect(drained).toBe(false)
  batches[1]?.finish()
  await turn()
  expect(drained).toBe(true)
})
