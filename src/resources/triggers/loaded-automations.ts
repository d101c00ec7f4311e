/**
 * The automations in memory, indexed. They are good as long as the number of changes in the database is theirs, which is
 * asked in every transaction that uses them.
 */
import type { Automation } from '../../events/automations/automation.ts'
import { TriggerIndex } from '../../events/triggers/trigger-index.ts'
import { log } from '../../logging/log.ts'
import { InvalidInput } from '../../schema/index.ts'
import type { Transaction } from '../../storage/database.ts'
import { sql } from '../../storage/sql.ts'
import { type AutomationRow, automationOf, noteAutomationChange, readAutomationChange } from '../automations/queries.ts'
import type { Context } from '../context.ts'

interface Loaded {
  change: number
  index: TriggerIndex
}

/** By settings, of which each database has its own: one thread may serve several in tests. */
const loaded = new WeakMap<Context['settings'], Loaded>()

export async function loadTriggerIndex({ tx, settings }: Pick<Context, 'tx' | 'settings'>): Promise<TriggerIndex> {
  const change = await readAutomationChange(tx)
  const known = loaded.get(settings)
  if (known?.change === change) return known.index
  // A change that commits right now may already be among these; then they are loaded once more than needed.
  const index = new TriggerIndex(await selectEnabled(tx))
  loaded.set(settings, { change, index })
  return index
}

async function selectEnabled(tx: Transaction): Promise<Automation[]> {
  const rows = await tx.query<AutomationRow>(sql`SELECT * FROM automation WHERE enabled ORDER BY created, id`)
  return rows.flatMap((row) => {
    try {
      return [automationOf(row)]
    } catch (error) {
      if (!(error instanceof InvalidInput)) throw error
      log.warn({ automation: row.id, error: error.message }, 'an automation in the database is not valid and is left out')
      return []
    }
  })
}

interface Snapshot {
  change: number
  text: string
}

const snapshots = new WeakMap<Context['settings'], Snapshot>()

/** Finds changes that somebody made who does not count them: another program, or an operator. */
export async function noticeForeignChanges({ tx, settings }: Pick<Context, 'tx' | 'settings'>): Promise<void> {
  const change = await readAutomationChange(tx)
  const [row] = await tx.query<{ latest: unknown; count: number }>(sql`SELECT max(updated) AS latest, count(*) AS count FROM automation`)
  const text = `${row?.count} ${String(row?.latest)}`
  const before = snapshots.get(settings)
  const foreign = before !== undefined && before.change === change && before.text !== text
  snapshots.set(settings, { change: foreign ? change + 1 : change, text })
  if (foreign) await noteAutomationChange(tx)
}
