/** How most services work: a read finds a page of ids, an operation deals with some of them at a time, and so on to the end. */
import { termOverStatus } from '../../resources/leadership/fence.ts'
import { CallError } from '../companion-port.ts'
import type { ServiceContext } from './service.ts'

interface Work {
  /** Answers `{ ids, next }`: where the next page begins, null when there is none. */
  find: string
  /** Takes `{ ids }`; it may answer `{ left }`, those that it has not got to. */
  act: string
  /** What both are to know besides. */
  body?: Record<string, unknown>
  /** So many ids make one transaction. */
  atOnce?: number
}

interface Page {
  ids: string[]
  next: Record<string, unknown> | null
}

const idsAtOnce = 50

/**
 * Works off all pages. Reads burden no writer; each transaction is short, and between two of them requests get their turn. A
 * row that cannot be dealt with keeps nobody from the others: it is found by halves, and reported at the end.
 */
export async function workThroughPages(context: ServiceContext, { find, act, body = {}, atOnce = idsAtOnce }: Work): Promise<void> {
  const failures: Failure[] = []
  const actOn = async (ids: string[]): Promise<string[]> => {
    try {
      return idsIn(await context.call(act, { ...body, ids }), 'left')
    } catch (error) {
      if (context.stopping || concernsAll(error)) throw error
      if (ids.length === 1) {
        failures.push({ id: ids[0] ?? '', error })
        return []
      }
      const middle = Math.ceil(ids.length / 2)
      const left = await actOn(ids.slice(0, middle))
      return [...left, ...(await actOn(ids.slice(middle)))]
    }
  }
  for (let start: Page['next'] = {}; start !== null && !context.stopping; ) {
    const page = pageOf(await context.call(find, { ...body, ...start }))
    for (let rest = page.ids; rest.length > 0 && !context.stopping; )
      rest = [...(await actOn(rest.slice(0, atOnce))), ...rest.slice(atOnce)]
    start = page.next
  }
  report(act, failures)
}

interface Failure {
  id: string
  error: unknown
}

/** The database does not answer, or the term is over: whatever the operation was to do. */
function concernsAll(error: unknown): boolean {
  return error instanceof CallError && (error.status === 503 || error.status === termOverStatus)
}

function report(act: string, [first, ...others]: readonly Failure[]): void {
  if (first === undefined) return
  const more = others.length === 0 ? '' : ` and ${others.length} others`
  throw new Error(`${act} failed for ${first.id}${more}`, { cause: first.error })
}

function pageOf(reply: unknown): Page {
  const next = typeof reply === 'object' && reply !== null && 'next' in reply ? reply.next : null
  return { ids: idsIn(reply, 'ids'), next: typeof next === 'object' && next !== null ? { ...next } : null }
}

function idsIn(reply: unknown, key: string): string[] {
  if (typeof reply !== 'object' || reply === null) return []
  const ids: unknown = (reply as Record<string, unknown>)[key]
  return Array.isArray(ids) ? ids.filter((id) => typeof id === 'string') : []
}
