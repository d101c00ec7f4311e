/** The words that all lists share: `limit`, `offset`, `page`, and the reply of the paginate endpoints. */
import * as s from '../../schema/index.ts'
import { httpError } from '../errors.ts'

let mostInOneAnswer = 200

/** Says once, as a thread starts, what PREFECT_SERVER_API_DEFAULT_LIMIT is: schemas are made before settings are read. */
export function setDefaultLimit(limit: number): void {
  mostInOneAnswer = limit
}

/**
 * How many objects at most; as many as the settings allow when nothing is asked. One out of range is refused before anything
 * else in the body is looked at. Put it first among the parameters: so do the reference's issues.
 */
export const limit = s.optional(s.after(s.integer(), withinLimit), () => mostInOneAnswer)

/** How many objects to leave out. Beyond what the databases can count, every list is at its end. */
export const offset = s.optional(s.after(s.integer({ ge: 0 }), countable), 0)

/** Which page, from 1. */
export const page = s.optional(s.integer({ ge: 1 }), 1)

function withinLimit(wanted: number): number {
  if (wanted < 0) throw httpError(422, 'Invalid limit: must be greater than or equal to 0.')
  if (wanted > mostInOneAnswer) throw httpError(422, `Invalid limit: must be less than or equal to ${mostInOneAnswer}.`)
  return wanted
}

function countable(wanted: number): number {
  return Math.min(wanted, Number.MAX_SAFE_INTEGER)
}

/** The offset of a page. */
export function offsetOf(wanted: { page: number; limit: number }): number {
  return countable((wanted.page - 1) * wanted.limit)
}

export interface Page<Result> {
  results: Result[]
  count: number
  limit: number
  pages: number
  page: number
}

/** The reply of a paginate endpoint; `count` is the number of objects on all pages. */
export function pageOf<Result>(results: Result[], count: number, wanted: { page: number; limit: number }): Page<Result> {
  const { limit: each, page: number } = wanted
  return { results, count, limit: each, pages: each > 0 ? Math.ceil(count / each) : 0, page: number }
}
