/** How most services work: a read finds a page of ids, an operation deals with some of them at a time, and so on to the end. */
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

/** Works off all pages. Reads burden no writer; each transaction is short, and between two of them requests get their turn. */
export async function workThroughPages(context: ServiceContext, { find, act, body = {}, atOnce = idsAtOnce }: Work): Promise<void> {
  for (let start: Page['next'] = {}; start !== null && !context.stopping; ) {
    const page = pageOf(await context.call(find, { ...body, ...start }))
    for (let rest = page.ids; rest.length > 0 && !context.stopping; ) {
      const reply = await context.call(act, { ...body, ids: rest.slice(0, atOnce) })
      rest = [...idsIn(reply, 'left'), ...rest.slice(atOnce)]
    }
    start = page.next
  }
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
