/** Every filter by name. */
import type { Filter } from '../environment.ts'
import { humanizeNumbers } from './humanize.ts'
import { humanizeTimes } from './humanize-times.ts'
import { jsonFilters } from './json.ts'
import { numberFilters } from './numbers.ts'
import { prefectFilters } from './prefect.ts'
import { sequenceFilters } from './sequences.ts'
import { textFilters } from './texts.ts'

export const filters: Readonly<Record<string, Filter>> = {
  ...textFilters,
  ...sequenceFilters,
  ...numberFilters,
  ...jsonFilters,
  ...humanizeNumbers,
  ...humanizeTimes,
  ...prefectFilters,
}
