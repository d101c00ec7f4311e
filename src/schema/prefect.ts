/** Types that many resources share, as the reference declares them. */
import type { Duration } from '../values/duration.ts'
import { isJsonObject, isRawNumber, type Json, type RawNumber } from '../values/json.ts'
import { any, dict, list, tooLong } from './containers.ts'
import { before, check, nullable, ValueError } from './functions.ts'
import { integer, isInteger, isNumber, number, strictBoolean, strictInteger, strictNumber } from './numbers.ts'
import { invalid, type Schema } from './reading.ts'
import { lengthOf, string } from './text.ts'
import { timedelta } from './times.ts'
import { union } from './unions.ts'

export const NonNegativeInteger: Schema<number> = integer({ ge: 0 })
export const PositiveInteger: Schema<number> = integer({ gt: 0 })
export const NonNegativeFloat: Schema<number> = number({ ge: 0 })

export const NonNegativeTimeDelta: Schema<Duration> = check(
  timedelta(),
  (span) => (span.microseconds < 0 ? 'schedule_after must be non-negative' : null),
  '_validate_non_negative_timedelta',
)
export const PositiveInterval: Schema<Duration> = check(
  timedelta(),
  (span) => (span.microseconds <= 0 ? 'interval must be positive' : null),
  '_validate_positive_interval',
)

const withoutBannedCharacters = '^[^/%&><]+$'

export const Name: Schema<string> = string({ pattern: withoutBannedCharacters })
export const NameOrEmpty: Schema<string> = string({ pattern: '^[^/%&><]*$' })
/** A name that is more than blanks and quotes. */
export const NonEmptyishName: Schema<string> = before(nonEmptyish, Name, 'non_emptyish')

function nonEmptyish(input: Json): Json {
  if (typeof input === 'string' && /^[' "]*$/.test(input)) throw new ValueError('name cannot be an empty string')
  return input
}

/** Python's `$` also stands before a last line feed. */
const dashes = /^[a-z0-9-]*\n?$/
const dashesAndUnderscores = /^[a-z0-9-_]*\n?$/

/** A name of lower-case letters, digits and dashes; `kind` is how messages call it. */
export function dashedName(kind: string, schema: Schema<string> = string()): Schema<string> {
  const problem = `${kind} must only contain lowercase letters, numbers, and dashes.`
  return check(schema, (value) => (dashes.test(value) ? null : problem), 'raise_on_name_alphanumeric_dashes_only')
}

export const BlockDocumentName: Schema<string> = dashedName('Block document name', Name)
export const BlockTypeSlug: Schema<string> = dashedName('Block type slug')
export const ArtifactKey: Schema<string> = dashedName('Artifact key')

export const VariableName: Schema<string> = atMost(
  255,
  check(
    string(),
    (name) =>
      dashesAndUnderscores.test(name) ? null : 'Variable name must only contain lowercase letters, numbers, and dashes or underscores.',
    'raise_on_name_alphanumeric_dashes_underscores_only',
  ),
)

/** A length that is checked after the other checks: it has pydantic's words for things of any kind. */
function atMost(maxLength: number, schema: Schema<string>): Schema<string> {
  return {
    ...schema,
    label: () => `function-after[max_length_validator(), ${schema.label()}]`,
    read(input, reading) {
      const value = schema.read(input, reading)
      if (value === invalid || value.length <= maxLength) return value
      const length = lengthOf(value)
      return length <= maxLength ? value : tooLong('Value', maxLength, length, value, reading)
    },
    describe: (description) => ({ ...schema.describe(description), maxLength }),
  }
}

const notUri = 'Key must be a valid URI, e.g. storage://bucket/folder/asset.csv'
const uri = /^[a-z0-9]+:\/\//
const restrictedInAssetKeys = ['\n', '\r', '\t', '\0', ' ', '#', '?', '&', '%', '"', "'", '<', '>', '[', ']', '{', '}', '|', '\\', '^', '`']
const longestAssetKey = 512

export const URILike: Schema<string> = check(string(), (value) => (uri.test(value) ? null : notUri), 'validate_uri')

export const ValidAssetKey: Schema<string> = atMost(longestAssetKey, check(string(), assetKeyProblem, 'validate_valid_asset_key'))

function assetKeyProblem(value: string): string | null {
  const restricted = restrictedInAssetKeys.find((character) => value.includes(character))
  if (restricted !== undefined) return `Asset key cannot contain '${restricted}'`
  if (lengthOf(value) > longestAssetKey) return `Asset key cannot exceed ${longestAssetKey} characters`
  return uri.test(value) ? null : notUri
}

export type LabelValue = boolean | number | RawNumber | string

/** Labels; null is as good as none. */
export const KeyValueLabels: Schema<Record<string, LabelValue>> = before(
  (input) => input ?? {},
  dict(union(strictBoolean(), strictInteger(), strictNumber(), string())),
  'cast_none_to_empty_dict',
)

const longestVariableValue = 5000

/** The value of a variable: any JSON of at most 5000 bytes. */
export const StrictVariableValue: Schema<Json> = before(
  checkVariableValue,
  nullable(union(string(), strictInteger(), strictBoolean(), strictNumber(), dict(), list(any()))),
  'check_variable_value',
)

function checkVariableValue(input: Json): Json {
  if (!isSerializable(input, 0)) throw new ValueError('Variable value must be serializable to JSON')
  if (input !== null && Buffer.byteLength(JSON.stringify(input)) > longestVariableValue) {
    throw new ValueError(`Variable value must be less than ${longestVariableValue} characters`)
  }
  return input
}

const deepestNesting = 254

/** What the reference's JSON writer takes: integers of 64 bits, whole characters, no nesting without end. */
function isSerializable(value: Json, depth: number): boolean {
  if (typeof value === 'string') return value.isWellFormed()
  if (isNumber(value)) return !isInteger(value) || isWithin64Bits(BigInt(isRawNumber(value) ? value.rawJSON : value))
  if (depth > deepestNesting) return false
  if (Array.isArray(value)) return value.every((item) => isSerializable(item, depth + 1))
  if (!isJsonObject(value)) return true
  return Object.entries(value).every(([key, item]) => key.isWellFormed() && isSerializable(item, depth + 1))
}

const isWithin64Bits = (value: bigint): boolean => value >= -(2n ** 63n) && value < 2n ** 64n
