/** How values come back from PostgreSQL, by the oid of their type. Types without an entry stay text (uuid, enums). */
import { parseJson } from '../../values/json.ts'
import { decodeDuration, decodeTimestamp } from '../decode.ts'

type Parser = (text: string) => unknown

const isTrue: Parser = (text) => text === 't'

const scalars: Record<number, Parser> = {
  16: isTrue, // bool
  20: Number, // int8
  21: Number, // int2
  23: Number, // int4
  26: Number, // oid
  114: parseJson, // json
  700: Number, // float4
  701: Number, // float8
  1114: decodeTimestamp, // timestamp
  1184: decodeTimestamp, // timestamptz
  1186: decodeDuration, // interval
  1700: Number, // numeric
  3802: parseJson, // jsonb
}

const keep: Parser = (text) => text

/** oid of an array type → parser of its elements */
const elements: Record<number, Parser> = {
  199: parseJson, // json[]
  1000: isTrue, // bool[]
  1005: Number, // int2[]
  1007: Number, // int4[]
  1009: keep, // text[]
  1015: keep, // varchar[]
  1016: Number, // int8[]
  1022: Number, // float8[]
  1185: decodeTimestamp, // timestamptz[]
  2951: keep, // uuid[]
  3807: parseJson, // jsonb[]
}

/** `{a,NULL,"b, \\"c\\""}`: arrays of one dimension. */
function parseArray(text: string, parse: Parser): unknown[] {
  return Array.from(text.matchAll(/"((?:[^"\\]|\\.)*)"|([^,{}"]+)/g), ([, quoted, bare]) => {
    if (quoted !== undefined) return parse(quoted.replaceAll(/\\(.)/gs, '$1'))
    return bare === undefined || bare === 'NULL' ? null : parse(bare)
  })
}

const parsers = new Map<number, Parser>(Object.entries(scalars).map(([oid, parse]) => [Number(oid), parse]))
for (const [oid, parse] of Object.entries(elements)) parsers.set(Number(oid), (text) => parseArray(text, parse))

/** For pg's `types` option. */
export const types = { getTypeParser: (oid: number): Parser => parsers.get(oid) ?? keep }
