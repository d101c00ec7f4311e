/** The table that a bench run prints. */
import type { Backend } from '../test/environment/servers.ts'
import type { Case, SideName } from './case.ts'
import type { Measurement } from './measure.ts'

export interface Result {
  case: string
  unit: string
  backend: Backend
  bar: number
  /** Every measurement, by side; a figure with failures or losses is void. */
  measurements: Record<SideName, Measurement[]>
  best: Partial<Record<SideName, Measurement>>
  ratio: number | null
}

/**
 * The best figure of each side, and their ratio. A failure or a loss voids a figure of ours. The reference fails some requests at
 * any number of connections on SQLite: there its successful ones count.
 */
export function summarize(of: Case, backend: Backend, measurements: Record<SideName, Measurement[]>): Result {
  const best: Result['best'] = {}
  for (const side of ['ours', 'reference'] as const) {
    const valid = measurements[side].filter(({ failures, lost }) => side === 'reference' || (failures === 0 && lost === 0))
    const [first] = valid.sort((a, b) => b.rate - a.rate)
    if (first !== undefined) best[side] = first
  }
  const ratio = best.ours === undefined || best.reference === undefined ? null : best.ours.rate / best.reference.rate
  return { case: of.name, unit: of.unit, backend, bar: of.bar[backend], measurements, best, ratio }
}

const columns = [
  'case',
  'backend',
  'side',
  'conns',
  'units/s',
  'p50 ms',
  'p99 ms',
  'max ms',
  'CPU ms/unit',
  'MB',
  'failing',
  'ratio',
  'bar',
] as const

export function table(results: readonly Result[]): string {
  const rows = results.flatMap((result) =>
    (['ours', 'reference'] as const).filter((side) => result.measurements[side].length > 0).map((side) => row(result, side)),
  )
  const widths = columns.map((name, index) => Math.max(name.length, ...rows.map((cells) => cells[index]?.length ?? 0)))
  const line = (cells: readonly string[]): string => cells.map((cell, index) => cell.padStart(widths[index] ?? 0)).join('  ')
  return [line(columns), ...rows.map(line)].join('\n')
}

function row(result: Result, side: SideName): string[] {
  const figure = result.best[side]
  const voided = result.measurements[side].filter(({ failures, lost }) => failures > 0 || lost > 0).length
  const cells = [result.case, result.backend, side]
  const number = (value: number | null | undefined, digits = 1): string =>
    value === null || value === undefined ? '–' : value.toFixed(digits)
  return [
    ...cells,
    String(figure?.connections ?? '–'),
    number(figure?.rate, 0),
    number(figure?.p50, 2),
    number(figure?.p99, 2),
    number(figure?.max, 1),
    number(figure?.cpu, 3),
    number(figure?.megabytes, 0),
    voided === 0 ? '' : `${voided} of ${result.measurements[side].length}`,
    side === 'ours' ? `${number(result.ratio, 1)}×` : '',
    side === 'ours' ? `≥ ${result.bar}×` : '',
  ]
}
