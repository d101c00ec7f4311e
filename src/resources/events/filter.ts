/** What is asked for of events: the schema, and the WHERE of either database. `matching.ts` asks the same of an event. */
import { listOf, ResourceSpecification } from '../../events/resource-specification.ts'
import type { Infer } from '../../schema/index.ts'
import * as s from '../../schema/index.ts'
import { type Sql, sql } from '../../storage/sql.ts'
import { Timestamp } from '../../values/timestamp.ts'
import { parseTextSearch, textSearchConditions } from '../filtering/text-search.ts'

const texts = s.optional(s.nullable(s.list(s.string())), null)
const labels = s.optional(s.nullable(ResourceSpecification), null)
const strict = { extra: 'forbid' } as const
const longestQuery = 200
const daysBack = 180
const day = 86_400

const EventOccurredFilter = s.model(
  'EventOccurredFilter',
  { since: s.optional(s.datetime(), longAgo), until: s.optional(s.datetime(), () => Timestamp.now()) },
  strict,
)

const EventNameFilter = s.model('EventNameFilter', { prefix: texts, exclude_prefix: texts, name: texts, exclude_name: texts }, strict)

const EventResourceFilter = s.model(
  'EventResourceFilter',
  { id: texts, id_prefix: texts, labels, distinct: s.optional(s.boolean(), false) },
  strict,
)

const EventRelatedFilter = s.model(
  'EventRelatedFilter',
  {
    id: texts,
    role: texts,
    resources_in_roles: s.optional(s.nullable(s.list(s.list(s.string(), { minLength: 2, maxLength: 2 }))), null),
    labels,
  },
  strict,
)
export type EventRelatedFilter = Infer<typeof EventRelatedFilter>

const EventAnyResourceFilter = s.model('EventAnyResourceFilter', { id: texts, id_prefix: texts, labels }, strict)
export type EventAnyResourceFilter = Infer<typeof EventAnyResourceFilter>

const EventIDFilter = s.model('EventIDFilter', { id: s.optional(s.nullable(s.list(s.uuid())), null) }, strict)

const EventTextFilter = s.model('EventTextFilter', { query: s.string({ maxLength: longestQuery }) }, strict)

export const EventFilter = s.model(
  'EventFilter',
  {
    occurred: s.optional(EventOccurredFilter, () => ({ since: longAgo(), until: Timestamp.now() })),
    event: s.optional(s.nullable(EventNameFilter), null),
    resource: s.optional(s.nullable(EventResourceFilter), null),
    related: s.optional(s.nullable(s.union(EventRelatedFilter, s.list(EventRelatedFilter))), null),
    any_resource: s.optional(s.nullable(s.union(EventAnyResourceFilter, s.list(EventAnyResourceFilter))), null),
    id: s.optional(EventIDFilter, () => ({ id: null })),
    text: s.optional(s.nullable(EventTextFilter), null),
    order: s.optional(s.enumeration('EventOrder', ['ASC', 'DESC']), 'DESC'),
  },
  strict,
)
export type EventFilter = Infer<typeof EventFilter>

/** The start of the day half a year ago. */
function longAgo(): Timestamp {
  const now = Timestamp.now().microseconds
  return Timestamp.fromMicroseconds((Math.floor(now / (day * 1_000_000)) - daysBack) * day * 1_000_000)
}

/** The condition for rows of the table events. */
export function whereEvent(filter: EventFilter): Sql {
  const { since, until } = filter.occurred
  const conditions = [sql`events.occurred >= ${since}`, sql`events.occurred <= ${until}`]
  // Resources carry their event's time, so that this search is bounded as that of the events is.
  const having = (resources: Sql[]): Sql => sql`events.id IN (
    SELECT event_resources.event_id FROM event_resources
    WHERE event_resources.occurred >= ${since} AND event_resources.occurred <= ${until} AND ${sql.and(resources)})`
  conditions.push(...nameConditions(filter))
  if (filter.resource !== null) conditions.push(...resourceConditions(filter.resource, having))
  for (const related of listOf(filter.related)) {
    const resources = relatedConditions(related)
    if (resources.length > 0) conditions.push(having(resources))
  }
  for (const any of listOf(filter.any_resource)) {
    const resources = anyConditions(any)
    if (resources.length > 0) conditions.push(having(resources))
  }
  if (filter.id.id !== null && filter.id.id.length > 0) conditions.push(sql.isIn(sql`events.id`, filter.id.id, 'uuid'))
  if (filter.text !== null) conditions.push(...textSearchConditions(parseTextSearch(filter.text.query), searchedText))
  return sql.and(conditions)
}

/** Everything of an event that people search in. */
const searchedText = sql.dialect({
  sqlite: sql`(events.event || ' ' || events.resource || ' ' || events.related || ' ' || events.payload)`,
  postgres: sql`concat(events.event, ' ', events.resource::text, ' ', events.related::text, ' ', events.payload::text)`,
})

function nameConditions({ event }: EventFilter): Sql[] {
  if (event === null) return []
  const name = sql`events.event`
  const conditions: Sql[] = []
  if (event.prefix?.length) conditions.push(startsWithAny(name, event.prefix))
  if (event.exclude_prefix?.length) conditions.push(sql`NOT ${startsWithAny(name, event.exclude_prefix)}`)
  if (event.name?.length) conditions.push(sql.isIn(name, event.name, 'text'))
  if (event.exclude_name?.length) conditions.push(sql`NOT (${sql.isIn(name, event.exclude_name, 'text')})`)
  return conditions
}

function resourceConditions({ id, id_prefix, labels }: NonNullable<EventFilter['resource']>, having: (resources: Sql[]) => Sql): Sql[] {
  const conditions: Sql[] = []
  if (id?.length) conditions.push(sql.isIn(sql`events.resource_id`, id, 'text'))
  if (id_prefix?.length) conditions.push(startsWithAny(sql`events.resource_id`, id_prefix))
  if (labels !== null && Object.keys(labels).length > 0) {
    conditions.push(having([sql`event_resources.resource_role = ''`, ...labelConditions(labels, false)]))
  }
  return conditions
}

function relatedConditions({ id, role, resources_in_roles, labels }: EventRelatedFilter): Sql[] {
  const conditions: Sql[] = []
  if (id?.length) conditions.push(sql.isIn(sql`event_resources.resource_id`, id, 'text'))
  if (role?.length) conditions.push(sql.isIn(sql`event_resources.resource_role`, role, 'text'))
  if (resources_in_roles?.length) {
    const pairs = resources_in_roles.map(
      ([resource = '', inRole = '']) => sql`(event_resources.resource_id = ${resource} AND event_resources.resource_role = ${inRole})`,
    )
    conditions.push(sql.or(pairs))
  }
  if (labels !== null && Object.keys(labels).length > 0) conditions.push(...labelConditions(labels, true))
  // Without a role of its own this is about related resources all the same, not about the event's own.
  if (conditions.length > 0 && !role?.length) conditions.push(sql`event_resources.resource_role <> ''`)
  return conditions
}

function anyConditions({ id, id_prefix, labels }: EventAnyResourceFilter): Sql[] {
  const conditions: Sql[] = []
  if (id?.length) conditions.push(sql.isIn(sql`event_resources.resource_id`, id, 'text'))
  if (id_prefix?.length) conditions.push(startsWithAny(sql`event_resources.resource_id`, id_prefix))
  if (labels !== null && Object.keys(labels).length > 0) conditions.push(...labelConditions(labels, true))
  return conditions
}

/** Id and role are columns of event_resources; other labels are in its JSON. */
function labelConditions(labels: ResourceSpecification, withRole: boolean): Sql[] {
  return Object.entries(labels).flatMap(([label, expected]) => {
    const values = listOf(expected)
    if (label === 'prefect.resource.id') return values.length === 0 ? [] : [matchesAny(sql`event_resources.resource_id`, values)]
    if (label === 'prefect.resource.role' && withRole) {
      return values.length === 0 ? [] : [sql.isIn(sql`event_resources.resource_role`, values, 'text')]
    }
    return [matchesAny(labelText(label), values)]
  })
}

/** The label's text; a label is a key, not a path, whatever dots it has. */
function labelText(label: string): Sql {
  return sql.dialect({
    sqlite: () => sql`json_extract(event_resources.resource, ${`$."${label.replaceAll('"', '""')}"`})`,
    postgres: () => sql`(event_resources.resource ->> ${label})`,
  })
}

function matchesAny(column: Sql, patterns: readonly string[]): Sql {
  return sql.or(patterns.map((pattern) => matches(column, pattern)))
}

function matches(column: Sql, pattern: string): Sql {
  const negated = pattern.startsWith('!')
  const like = (negated ? pattern.slice(1) : pattern)
    .replace(/[\\%_]/g, '\\$&')
    .replaceAll('*', '%')
    .replaceAll('?', '_')
  return negated ? sql`${column} NOT LIKE ${like} ESCAPE '\\'` : sql`${column} LIKE ${like} ESCAPE '\\'`
}

/** As the reference's ORM does it: what the user wrote is a LIKE pattern up to its end. */
function startsWithAny(column: Sql, prefixes: readonly string[]): Sql {
  return sql`(${sql.or(prefixes.map((prefix) => sql`${column} LIKE ${`${prefix}%`}`))})`
}
