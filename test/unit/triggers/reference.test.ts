import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { type RecordedBucket, Replay, readEvent, readInstant, type Stream } from './replay.ts'

const file = process.env['TRIGGER_STREAM'] ?? new URL('stream.json.gz', import.meta.url)

test('a recorded stream of events fires what the reference fires', () => {
  const stream = JSON.parse(gunzipSync(readFileSync(file)).toString()) as Stream
  const replay = new Replay(stream.automations)
  for (const [step, each] of stream.steps.entries()) {
    const at = readInstant(each.at)
    if ('tick' in each) replay.tick(step, at)
    else replay.receive(step, at, [readEvent(each.event)])
  }
  expect(stream.firings.length).toBeGreaterThan(100)
  expect(inOrder(replay.firings)).toEqual(inOrder(stream.firings))
  expect(inOrder(replay.buckets.map(withoutReadings))).toEqual(inOrder(stream.buckets.map(withoutReadings)))
  expect(inOrder(replay.children)).toEqual(inOrder(stream.children))
  expect(replay.followers.toSorted()).toEqual(stream.followers)
})

/** How often the clock was read within a step does not count. */
function withoutReadings([trigger, key, start, end, ...rest]: RecordedBucket): unknown[] {
  return [trigger, key, ...[start, end].map((text) => readInstant(text).text.slice(0, -5)), ...rest]
}

/** Within a step the order does not count. */
function inOrder(values: readonly unknown[]): string[] {
  return values.map((value) => JSON.stringify(value)).sort()
}
