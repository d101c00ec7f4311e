/** The numbers of a date in the order of the text, with the places of those whose meaning is known. */
export interface DateParts {
  values: number[]
  labels: { year?: number; month?: number; day?: number }
  hasCentury: boolean
}

type Part = 'year' | 'month' | 'day'
export type PartialDate = Partial<Record<Part, number>>

/** Which number is the year, the month and the day, guessed as dateutil does; null when there are too many. */
export function resolveDate({ values, labels }: DateParts): PartialDate | null {
  const known = (['year', 'month', 'day'] as const).filter((part) => labels[part] !== undefined)
  if (known.length > 0 && (known.length === values.length || (values.length === 3 && known.length === 2))) {
    return resolveByLabels(values, labels)
  }
  if (values.length > 3) return null
  const [first = 0, second = 0] = values
  if (values.length === 1 || (labels.month !== undefined && values.length === 2)) return resolveOne(values, labels.month)
  if (values.length === 2) {
    if (first > 31) return named(values, ['year', 'month'])
    return named(values, second > 31 ? ['month', 'year'] : ['month', 'day'])
  }
  if (values.length === 0) return {}
  if (labels.month === 0) return named(values, second > 31 ? ['month', 'year', 'day'] : ['month', 'day', 'year'])
  if (labels.month === 1) return named(values, first > 31 ? ['year', 'month', 'day'] : ['day', 'month', 'year'])
  if (labels.month === 2) return named(values, second > 31 ? ['day', 'year', 'month'] : ['year', 'day', 'month'])
  if (first > 31 || labels.year === 0) return named(values, ['year', 'month', 'day'])
  return named(values, first > 12 ? ['day', 'month', 'year'] : ['month', 'day', 'year'])
}

function named(values: number[], parts: Part[]): PartialDate {
  return Object.fromEntries(parts.map((part, index) => [part, values[index]]))
}

/** With two of three known the third is what remains. */
function resolveByLabels(values: number[], labels: DateParts['labels']): PartialDate {
  const parts: Part[] = ['year', 'month', 'day']
  const places = Object.values(labels)
  const remaining = [0, 1, 2].find((index) => !places.includes(index))
  const date: PartialDate = {}
  for (const part of parts) {
    const place = labels[part] ?? (values.length === 3 ? remaining : undefined)
    const value = place === undefined ? undefined : values[place]
    if (value !== undefined) date[part] = value
  }
  return date
}

/** A single number, or a month's name and a number. */
function resolveOne(values: number[], monthPlace: number | undefined): PartialDate {
  if (monthPlace === undefined) return dayOrYear(values[0] ?? 0)
  const month = values[monthPlace] ?? 0
  if (values.length === 1) return { month }
  return { month, ...dayOrYear(values[1 - monthPlace] ?? 0) }
}

function dayOrYear(value: number): PartialDate {
  return value > 31 ? { year: value } : { day: value }
}
