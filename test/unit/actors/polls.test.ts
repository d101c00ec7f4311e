import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Dispatch, Dispatcher, DispatchReply } from '../../../src/actors/dispatcher.ts'
import { Polls } from '../../../src/actors/polls.ts'

class Storage implements Dispatcher {
  notes: string[][] = []
  full = false
  readonly #replies: ((reply: DispatchReply) => void)[] = []

  submit({ body }: Dispatch, reply: (reply: DispatchReply) => void) {
    if (this.full) return undefined
    this.notes.push((JSON.parse(Buffer.from(body).toString()) as { queue_ids: string[] }).queue_ids)
    this.#replies.push(reply)
    return { cancel: () => {} }
  }

  answer(status = 204): void {
    for (const reply of this.#replies.splice(0)) reply({ status, headers: [], body: new Uint8Array() })
  }
}

describe('polls of work queues', () => {
  let storage: Storage
  let polls: Polls
  beforeEach(() => {
    vi.useFakeTimers()
    storage = new Storage()
    polls = new Polls(storage, 'mark_queues_polled', 'queue_ids')
  })
  afterEach(() => {
    vi.useRealTimers()
  })

  it('are noted together, and each queue at most once a second', () => {
    polls.add(['a', 'b'])
    polls.add(['b', 'c'])
    vi.advanceTimersByTime(20)
    expect(storage.notes).toEqual([['a', 'b', 'c']])
    storage.answer()
    for (let poll = 0; poll < 10; poll++) polls.add(['a'])
    polls.add(['d'])
    vi.advanceTimersByTime(20)
    storage.answer()
    vi.advanceTimersByTime(900)
    expect(storage.notes).toEqual([['a', 'b', 'c'], ['d']])
    vi.advanceTimersByTime(100)
    expect(storage.notes).toEqual([['a', 'b', 'c'], ['d'], ['a']])
  })

  it('wait for the note before them', () => {
    polls.add(['a'])
    vi.advanceTimersByTime(20)
    polls.add(['b'])
    vi.advanceTimersByTime(5000)
    expect(storage.notes).toEqual([['a']])
    storage.answer()
    vi.advanceTimersByTime(20)
    expect(storage.notes).toEqual([['a'], ['b']])
  })

  it('are noted again when they certainly were not', () => {
    storage.full = true
    polls.add(['a'])
    vi.advanceTimersByTime(20)
    storage.full = false
    vi.advanceTimersByTime(1000)
    expect(storage.notes).toEqual([['a']])
    storage.answer(503)
    vi.advanceTimersByTime(1000)
    expect(storage.notes).toEqual([['a'], ['a']])
    storage.answer(500)
    vi.advanceTimersByTime(5000)
    expect(storage.notes).toHaveLength(2)
  })

  it('are noted before the pod stops', async () => {
    polls.add(['a'])
    const closed = polls.close()
    expect(storage.notes).toEqual([['a']])
    storage.answer()
    await closed
    expect(vi.getTimerCount()).toBe(0)
  })
})
