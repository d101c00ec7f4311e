/** Reads a Python wheel, which is a ZIP file, as far as wheels need it: no encryption, no ZIP64, stored or deflated members. */
import { inflateRawSync } from 'node:zlib'

const endOfDirectory = 0x06054b50
const directoryEntry = 0x02014b50
const stored = 0
const deflated = 8

/** The files of an archive: name → contents. Throws when it is not a ZIP file, or a member is packed otherwise. */
export function* readZip(archive: Buffer, wanted: (name: string) => boolean): Generator<[name: string, contents: Buffer]> {
  const end = archive.lastIndexOf(Buffer.from([0x50, 0x4b, 0x05, 0x06]))
  if (end < 0 || archive.readUInt32LE(end) !== endOfDirectory) throw new Error('it is not a ZIP file')
  const count = archive.readUInt16LE(end + 10)
  let at = archive.readUInt32LE(end + 16)
  for (let index = 0; index < count; index++) {
    if (archive.readUInt32LE(at) !== directoryEntry) throw new Error('its directory is damaged')
    const method = archive.readUInt16LE(at + 10)
    const packedBytes = archive.readUInt32LE(at + 20)
    const [nameBytes, extraBytes, commentBytes] = [28, 30, 32].map((place) => archive.readUInt16LE(at + place))
    const local = archive.readUInt32LE(at + 42)
    const name = archive.toString('utf8', at + 46, at + 46 + (nameBytes ?? 0))
    at += 46 + (nameBytes ?? 0) + (extraBytes ?? 0) + (commentBytes ?? 0)
    if (name.endsWith('/') || !wanted(name)) continue
    const start = local + 30 + archive.readUInt16LE(local + 26) + archive.readUInt16LE(local + 28)
    yield [name, unpack(archive.subarray(start, start + packedBytes), method, name)]
  }
}

function unpack(packed: Buffer, method: number, name: string): Buffer {
  if (method === stored) return packed
  if (method === deflated) return inflateRawSync(packed)
  throw new Error(`${name} is packed by method ${method}`)
}
