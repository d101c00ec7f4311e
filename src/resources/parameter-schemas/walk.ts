/** The walk over a value and its schema: which keywords apply, where a `$ref` leads, how an issue knows its place. */

import { type Hydrated, Placeholder } from '../../events/hydration.ts'
import { isJsonObject, type Json } from '../../values/json.ts'
import { type Issue, type Problem, UnusableSchema } from './issue.ts'
import { keywords } from './keywords.ts'
import { type Document, lookUp } from './references.ts'
import { repr } from './values.ts'

/** More levels than this are a circle. */
const deepest = 300

export class Walk {
  readonly document: Document
  /** Formats are checked only where all issues are wanted, as in the reference. */
  readonly checksFormats: boolean
  readonly #depth: number

  constructor(document: Document, checksFormats: boolean, depth = 0) {
    this.document = document
    this.checksFormats = checksFormats
    this.#depth = depth
  }

  /** Everything that is wrong with the value. `step` is where it lies in the value that the caller looks at. */
  issues(instance: Hydrated, schema: Json | undefined, step?: string | number): Issue[] {
    const found = this.#deeper(this.document).#check(instance, schema ?? true)
    if (step !== undefined) for (const issue of found) issue.path.unshift(step)
    return found
  }

  accepts(instance: Hydrated, schema: Json | undefined): boolean {
    return this.issues(instance, schema).length === 0
  }

  /** The same for what a `$ref` points to. */
  followed(instance: Hydrated, reference: string): Issue[] {
    const { document, schema } = lookUp(reference, this.document)
    return this.#deeper(document).#check(instance, schema)
  }

  #deeper(document: Document): Walk {
    if (this.#depth >= deepest) throw new UnusableSchema('Invalid schema: Unable to validate schema with circular references.')
    return new Walk(document, this.checksFormats, this.#depth + 1)
  }

  #check(instance: Hydrated, schema: Json): Issue[] {
    if (schema === true) return []
    const issue = (keyword: string | null, problem: Problem): Issue => ({ path: [], keyword, instance, schema, context: [], ...problem })
    if (schema === false) return [issue(null, { message: `False schema does not allow ${repr(instance)}` })]
    if (!isJsonObject(schema)) throw new UnusableSchema(`Invalid schema: ${repr(schema)} is not of type 'object', 'boolean'`)
    const found = Object.entries(schema).flatMap(([keyword, operand]) => {
      const check = Object.hasOwn(keywords, keyword) ? keywords[keyword] : undefined
      return check === undefined ? [] : check(instance, operand, this, schema).map((problem) => issue(keyword, problem))
    })
    if (instance instanceof Placeholder && instance.kind === 'error') found.push(issue('_placeholders', { message: instance.text }))
    return found
  }
}
