import fc from 'fast-check'
import { expect, test } from 'vitest'
import { decodeReplies, decodeRequests, encodeReplies, encodeRequests } from '../../../src/actors/frames.ts'

const text = fc.string({ unit: 'binary' }).filter((value) => !/[\ud800-\udfff]/.test(value))
const bytes = fc.uint8Array({ maxLength: 2000 })
const sequence = fc.integer({ min: 0, max: 0xffffffff })

test('requests survive the way to an actor', () => {
  const request = fc.record(
    {
      sequence,
      operation: fc.integer({ min: 0, max: 0xffff }),
      params: fc.array(text, { maxLength: 3 }),
      query: text,
      headers: fc.record(
        { 'user-agent': fc.string({ minLength: 1 }), 'x-prefect-api-version': fc.string({ minLength: 1 }) },
        { requiredKeys: [] },
      ),
      body: bytes,
      term: fc.integer({ min: 1, max: 0xffffffff }),
    },
    { requiredKeys: ['sequence', 'operation', 'params', 'query', 'headers', 'body'] },
  )
  fc.assert(
    fc.property(fc.array(request, { maxLength: 20 }), (requests) => {
      const decoded = decodeRequests(encodeRequests(requests))
      expect(decoded.map((frame) => ({ ...frame, body: [...frame.body] }))).toEqual(
        requests.map((frame) => ({ ...frame, headers: { ...frame.headers }, body: [...frame.body] })),
      )
    }),
  )
})

test('replies and news survive the way back', () => {
  const reply = fc.record({
    sequence,
    status: fc.integer({ min: 100, max: 599 }),
    headers: fc.array(fc.tuple(text, text), { maxLength: 3 }),
    body: bytes,
  })
  const news = fc.record({ topic: text, payload: bytes })
  fc.assert(
    fc.property(fc.array(reply, { maxLength: 20 }), fc.array(news, { maxLength: 5 }), (replies, items) => {
      const decoded = decodeReplies(encodeReplies({ replies, news: items }))
      expect(decoded.replies.map((frame) => ({ ...frame, body: [...frame.body] }))).toEqual(
        replies.map((frame) => ({ ...frame, body: [...frame.body] })),
      )
      expect(decoded.news.map((frame) => [frame.topic, ...frame.payload])).toEqual(items.map((frame) => [frame.topic, ...frame.payload]))
    }),
  )
})
