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
import type { Timestamp } from '../../values/timestamp.ts'
import type { Uuid } from '../../values/uuid.ts'
import { type AutomationRow, automationOf, noteAutomationChange, readAutomationChange } from '../automations/queries.ts'
import type { Context } from '../context.ts'

interface Loaded {
  change: number
  index: TriggerIndex
  /** What was read before, so that a change of one automation does not mean to read them all; null for one that is not valid. */
  known: Map<Uuid, { updated: Timestamp; automation: Automation | null }>
}

/** By settings, of which each database has its own: one thread may serve several in tests. */
const loaded = new WeakMap<Context['settings'], Loaded>()

export async function loadTriggerIndex({ tx, settings }: Pick<Context, 'tx' | 'settings'>): Promise<TriggerIndex> {
  const change = await readAutomationChange(tx)
  const before = loaded.get(settings)
  if (before?.change === change) return before.index
  // A change that commits right now may already be among these; then they are loaded once more than needed.
  const known = await readEnabled(tx, before?.known ?? new Map())
  const index = new TriggerIndex([...known.values()].flatMap(({ automation }) => (automation === null ? [] : [automation])))
  loaded.set(settings, { change, index, known })
  return index
}

/** The enabled automations in the order in which they were made; only those are read that are not known as they are. */
async function readEnabled(tx: Transaction, before: Loaded['known']): Promise<Loaded['known']> {
  const enabled = await tx.query<{ id: Uuid; updated: Timestamp }>(
    sql`SELECT id, updated FROM automation WHERE enabled ORDER BY created, id`,
  )
  const isKnown = ({ id, updated }: { id: Uuid; updated: Timestamp }): boolean => before.get(id)?.updated.equals(updated) === true
  const news = await readAutomations(
    tx,
    enabled.filter((each) => !isKnown(each)).map(({ id }) => id),
  )
  const known: Loaded['known'] = new Map()
  for (const { id, updated } of enabled) {
    const automation = isKnown({ id, updated }) ? (before.get(id)?.automation ?? null) : (news.get(id) ?? null)
    known.set(id, { updated: automation?.updated ?? updated, automation })
  }
  return known
}

async function readAutomations(tx: Transaction, ids: readonly Uuid[]): Promise<Map<Uuid, Automation>> {
  if (ids.length === 0) return new Map()
  const rows = await tx.query<AutomationRow>(sql`SELECT * FROM automation WHERE enabled AND ${sql.isIn(sql`id`, ids, 'uuid')}`)
  return new Map(
    rows.flatMap((row): [Uuid, Automation][] => {
      try {
        return [[row.id, automationOf(row)]]
      } catch (error) {
        if (!(error instanceof InvalidInput)) throw error
        log.warn({ automation: row.id, error: error.message }, 'an automation in the database is not valid and is left out')
        return []
      }
    }),
  )
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
