/** What parameters are hydrated with: the workspace's variables, and templates. */

import type { HydrationContext } from '../../events/hydration.ts'
import { renderedOrProblem, templateProblem } from '../../events/templates/hydrating.ts'
import type { Transaction } from '../../storage/database.ts'
import { sql } from '../../storage/sql.ts'
import type { Json } from '../../values/json.ts'

/** A context that renders everything. */
export async function hydrationContext(tx: Transaction): Promise<HydrationContext> {
  const rows = await tx.query<{ name: string; value: Json }>(sql`SELECT name, value FROM variable`)
  return {
    variables: new Map(rows.map(({ name, value }) => [name, value])),
    checkTemplate: templateProblem,
    renderTemplate: (template) => renderedOrProblem(template, []),
  }
}

/** A context that leaves templates as they are. */
export async function unrenderedContext(tx: Transaction): Promise<HydrationContext> {
  return { ...(await hydrationContext(tx)), renderTemplate: null }
}
