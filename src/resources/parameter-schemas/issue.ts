/** What is wrong with a value, or with a schema. */

import type { Hydrated } from '../../events/hydration.ts'
import type { Json } from '../../values/json.ts'

/** Something that is wrong with a value. */
export interface Issue {
  message: string
  /** From where the value was checked: for those in a `context`, from that issue's value. */
  path: (string | number)[]
  /** Null when the schema is `false`. */
  keyword: string | null
  instance: Hydrated
  schema: Json
  /** What was wrong with each alternative. */
  context: Issue[]
}

/** What a keyword reports; the walk fills in the rest. */
export type Problem = Pick<Issue, 'message'> & Partial<Issue>

/** A schema that cannot be used; the message is for the client. */
export class UnusableSchema extends Error {}
/** A `$ref` that leads nowhere. */
export class Unresolvable extends Error {}
