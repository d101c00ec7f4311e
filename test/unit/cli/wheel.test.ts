import { crc32, deflateRawSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { readZip } from '../../../src/cli/ui/wheel.ts'

/** A ZIP file with these members, deflated or stored. */
function zip(members: readonly { name: string; contents: string; method: number }[]): Buffer {
  const locals: Buffer[] = []
  const entries: Buffer[] = []
  let offset = 0
  for (const { name, contents, method } of members) {
    const packed = method === 8 ? deflateRawSync(contents) : Buffer.from(contents)
    const common = Buffer.alloc(26)
    common.writeUInt16LE(20, 0)
    common.writeUInt16LE(method, 4)
    common.writeUInt32LE(crc32(contents), 10)
    common.writeUInt32LE(packed.length, 14)
    common.writeUInt32LE(contents.length, 18)
    common.writeUInt16LE(Buffer.byteLength(name), 22)
    const local = Buffer.concat([Buffer.from('PK\x03\x04'), common, Buffer.from(name), packed])
    const tail = Buffer.alloc(14)
    tail.writeUInt32LE(offset, 10)
    entries.push(Buffer.concat([Buffer.from('PK\x01\x02\x14\x00', 'latin1'), common, tail, Buffer.from(name)]))
    locals.push(local)
    offset += local.length
  }
  const directory = Buffer.concat(entries)
  const end = Buffer.alloc(22)
  end.write('PK\x05\x06', 0, 'latin1')
  end.writeUInt16LE(members.length, 10)
  end.writeUInt32LE(directory.length, 12)
  end.writeUInt32LE(offset, 16)
  return Buffer.concat([...locals, directory, end])
}

test('members are unpacked, stored or deflated', () => {
  const archive = zip([
    { name: 'a/stored.txt', contents: 'as it is', method: 0 },
    { name: 'a/deflated.txt', contents: 'x'.repeat(1000), method: 8 },
    { name: 'b/other.txt', contents: 'not wanted', method: 0 },
  ])
  const found = [...readZip(archive, (name) => name.startsWith('a/'))].map(([name, contents]) => [name, contents.toString()])
  expect(found).toEqual([
    ['a/stored.txt', 'as it is'],
    ['a/deflated.txt', 'x'.repeat(1000)],
  ])
})

test('what cannot be read is refused', () => {
  expect(() => [...readZip(Buffer.from('no archive'), () => true)]).toThrow('it is not a ZIP file')
  expect(() => [...readZip(zip([{ name: 'x', contents: '', method: 12 }]), () => true)]).toThrow('packed by method 12')
})
