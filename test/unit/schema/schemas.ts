/** The schemas of `reference.py`, by the same names. */
import * as s from '../../../src/schema/index.ts'
import * as prefect from '../../../src/schema/prefect.ts'
import type { Json } from '../../../src/values/json.ts'

const Color = s.enumeration('Color', ['RED', 'GREEN', "it's blue"])
const Small = s.model('Small', { a: s.integer() })
const Plain = s.model('Plain', {
  name: s.string(),
  count: s.optional(s.integer(), 5),
  tags: s.optional(s.list(s.string()), () => []),
  note: s.optional(s.nullable(s.string()), null),
  when: s.optional(s.nullable(s.datetime()), null),
})
export const Strict = s.model(
  'Strict',
  { name: prefect.Name, size: s.optional(prefect.NonNegativeInteger, 0), nested: s.optional(s.nullable(Small), null) },
  { extra: 'forbid' },
)
const Open = s.model('Open', { a: s.optional(s.integer(), 1) }, { extra: 'allow' })
const Aliased = s.model(
  'Aliased',
  { schema_: s.alias('schema', s.integer()), from_: s.alias('from', s.optional(s.string(), 'x')) },
  { extra: 'forbid' },
)
const Populated = s.model(
  'Populated',
  { schema_: s.alias('schema', s.integer()), other: s.optional(s.integer(), 0) },
  { extra: 'forbid', populateByName: true },
)
const Parent = s.model('Parent', {
  child: Small,
  children: s.optional(s.list(Small), []),
  by_name: s.optional(s.dict(Small), {}),
  maybe: s.optional(s.nullable(Plain), null),
})

interface Tree {
  value: number
  branches: Tree[]
}
const Tree: s.Schema<Tree> = s.model('Tree', { value: s.integer(), branches: s.optional(s.list(s.lazy(() => Tree)), () => []) })

const even = (value: number): string | null => (value % 2 === 0 ? null : 'low must be even')
const Checked = s.check(
  s.model('Checked', { low: s.optional(s.check(s.integer(), even), 0), high: s.optional(s.integer(), 10) }, { extra: 'forbid' }),
  ({ low, high }) => (low > high ? 'low must not exceed high' : null),
  'check_order',
)

function splitWords(value: Json): Json {
  if (typeof value !== 'string') return value
  if (value === '') throw new s.ValueError('nothing to split')
  return value.split(',')
}
const splitIntegers = s.before(splitWords, s.list(s.integer()), 'split_words')

function dropOld(values: Json): Json {
  if (!s.isRecord(values)) return values
  if (values['forbidden'] !== undefined) throw new s.ValueError('forbidden is gone')
  const { old: _, renamed, ...rest } = values
  return renamed === undefined ? rest : { ...rest, words: renamed }
}
const Prepared = s.before(dropOld, s.model('Prepared', { words: splitIntegers }))

const First = s.model('First', { x: s.integer(), y: s.optional(s.integer(), 0) })
const Second = s.model('Second', { x: s.integer(), z: s.optional(s.integer(), 0) })
const Third = s.model('Third', { x: s.string() })
const timezone = s.optional(s.nullable(s.string()), null)
const Forbidding = s.model('Forbidding', { interval: prefect.PositiveInterval, timezone }, { extra: 'forbid' })
const ForbiddingToo = s.model('ForbiddingToo', { cron: s.string(), timezone, day_or: s.optional(s.boolean(), true) }, { extra: 'forbid' })
const Cat = s.model('Cat', { type: s.optional(s.literal('cat'), 'cat'), lives: s.integer() })
const Dog = s.model('Dog', { type: s.optional(s.literal('dog'), 'dog'), good: s.optional(s.boolean(), true) })
const Pet = s.tagged('type', { cat: Cat, dog: Dog })
const Labels = s.root('Labels', s.dict(s.string()))
const Labelled = s.model('Labelled', { labels: Labels, others: s.optional(s.list(s.tuple(s.string(), Labels)), []) })
const checkedInteger = s.check(s.integer(), (value) => (value < 0 ? 'must not be negative' : null), 'non_negative')

export const schemas: Record<string, s.Schema<unknown>> = {
  string: s.string(),
  shortString: s.string({ maxLength: 3 }),
  longString: s.string({ minLength: 2, maxLength: 4 }),
  oneCharacter: s.string({ minLength: 1, maxLength: 1 }),
  patternString: s.string({ pattern: '^[a-z]+$', minLength: 1 }),
  integer: s.integer(),
  boundedInteger: s.integer({ ge: 1, lt: 10 }),
  positiveInteger: prefect.PositiveInteger,
  nonNegativeInteger: prefect.NonNegativeInteger,
  atMostInteger: s.integer({ le: 200 }),
  number: s.number(),
  boundedNumber: s.number({ gt: 0.5, le: 2 }),
  nonNegativeFloat: prefect.NonNegativeFloat,
  boolean: s.boolean(),
  uuid: s.uuid(),
  datetime: s.datetime(),
  timedelta: s.timedelta(),
  positiveInterval: prefect.PositiveInterval,
  nonNegativeTimeDelta: prefect.NonNegativeTimeDelta,
  any: s.any(),
  dict: s.dict(),
  dictOfIntegers: s.dict(s.integer()),
  dictOfLists: s.dict(s.list(s.integer())),
  list: s.list(s.any()),
  listOfIntegers: s.list(s.integer()),
  boundedList: s.list(s.integer(), { minLength: 1, maxLength: 2 }),
  listOfUuids: s.list(s.uuid()),
  setOfStrings: s.set(s.string()),
  setOfIntegers: s.set(s.integer()),
  tuple: s.tuple(s.string(), s.integer()),
  listOfTuples: s.list(s.tuple(s.string(), Small)),
  oneLiteral: s.literal('only'),
  literals: s.literal('a', 'b', "it's"),
  numberLiterals: s.literal(1, 2),
  mixedLiterals: s.union(s.integer(), s.literal('any', 'all')),
  color: Color,
  nullableString: s.nullable(s.string()),
  nullableColor: s.nullable(Color),
  integerOrString: s.union(s.integer(), s.string()),
  stringOrInteger: s.union(s.string(), s.integer()),
  numberOrInteger: s.union(s.number(), s.integer()),
  integerOrNumber: s.union(s.integer(), s.number()),
  booleanOrInteger: s.union(s.boolean(), s.integer()),
  uuidOrString: s.union(s.uuid(), s.string()),
  uuidOrInteger: s.union(s.uuid(), s.integer()),
  datetimeOrInteger: s.union(s.datetime(), s.integer()),
  anyOrInteger: s.union(s.any(), s.integer()),
  listOrDict: s.union(s.list(s.integer()), s.dict(s.integer())),
  stringOrStrings: s.union(s.string(), s.list(s.string())),
  colorOrString: s.union(Color, s.string()),
  nullableUnion: s.nullable(s.union(s.integer(), s.list(s.integer()))),
  strictScalars: s.union(s.strictBoolean(), s.strictInteger(), s.strictNumber(), s.string()),
  checkedOrList: s.union(checkedInteger, s.list(s.integer())),
  preparedOrInteger: s.union(splitIntegers, s.integer()),
  constrainedUnion: s.union(s.integer({ ge: 5 }), s.string({ maxLength: 2 }), s.number({ lt: 1 })),
  nestedUnion: s.union(s.integer(), s.boolean(), s.list(s.union(s.integer(), s.string()))),
  unionOfLiterals: s.union(s.literal('a'), s.literal('b', 'c'), s.integer()),
  unionWithNullable: s.nullable(s.union(s.integer(), s.list(s.string()))),
  checked: checkedInteger,
  upper: s.after(s.string(), (value) => value.toUpperCase()),
  small: Small,
  plain: Plain,
  strict: Strict,
  open: Open,
  aliased: Aliased,
  populated: Populated,
  parent: Parent,
  tree: Tree,
  checkedModel: Checked,
  prepared: Prepared,
  firstOrSecond: s.union(First, Second),
  firstOrThird: s.union(First, Third),
  smallOrPlain: s.union(Small, Plain),
  schedule: s.union(Forbidding, ForbiddingToo),
  schedules: s.list(s.union(Forbidding, ForbiddingToo)),
  modelOrDict: s.union(Small, s.dict()),
  checkedModelOrSmall: s.union(Checked, Small),
  parentOrTree: s.union(Parent, Tree),
  pet: Pet,
  pets: s.list(Pet),
  petOrInteger: s.union(Pet, s.integer()),
  labels: Labels,
  labelled: Labelled,
  labelsOrSmall: s.union(Labels, Small),
  name: prefect.Name,
  nameOrEmpty: prefect.NameOrEmpty,
  nonEmptyishName: prefect.NonEmptyishName,
  blockDocumentName: prefect.BlockDocumentName,
  blockTypeSlug: prefect.BlockTypeSlug,
  artifactKey: prefect.ArtifactKey,
  variableName: prefect.VariableName,
  uriLike: prefect.URILike,
  validAssetKey: prefect.ValidAssetKey,
  keyValueLabels: prefect.KeyValueLabels,
  variableValue: prefect.StrictVariableValue,
}

/** The routes of `reference.py`. */
export const routes: Record<string, s.RequestSchemas<unknown, unknown, unknown>> = {
  model: { body: Strict },
  optionalModel: { body: s.optional(s.nullable(Strict), null) },
  list: { body: s.list(s.integer()) },
  dict: { body: s.dict() },
  parameters: {
    body: s.parameters({
      limit: s.optional(s.nullable(s.integer()), null),
      offset: s.optional(s.integer({ ge: 0 }), 0),
      filter: s.optional(s.nullable(Strict), null),
      sort: s.optional(Color, 'RED'),
    }),
  },
  required: {
    body: s.parameters({ ids: s.list(s.uuid(), { maxLength: 2 }), reason: s.optional(s.string(), 'none'), force: s.nullable(s.boolean()) }),
  },
  embedded: { body: s.parameters({ name: s.string() }) },
  query: {
    query: s.query({
      limit: s.optional(s.integer({ gt: 0 }), 3),
      names: s.optional(s.list(s.string()), () => []),
      since: s.optional(s.nullable(s.datetime()), null),
      exact: s.optional(s.boolean(), false),
      need: s.uuid(),
    }),
  },
  both: { query: s.query({ limit: s.integer() }), body: Strict },
}
