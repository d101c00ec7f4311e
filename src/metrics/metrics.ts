/**
 * Counters, gauges and histograms, and their text for Prometheus. Observing is a few additions: a child with its labels is
 * found once and kept by whoever observes often.
 */

type Type = 'counter' | 'gauge' | 'histogram'

export class Metrics {
  readonly #families: Family<Sample>[] = []

  counter(name: string, help: string, labels: readonly string[] = []): Family<Value> {
    return this.#add(new Family(name, help, 'counter', labels, () => new Value()))
  }

  gauge(name: string, help: string, labels: readonly string[] = []): Family<Value> {
    return this.#add(new Family(name, help, 'gauge', labels, () => new Value()))
  }

  /** `bounds`: the upper ends of the buckets, ascending. */
  histogram(name: string, help: string, bounds: readonly number[], labels: readonly string[] = []): Family<Histogram> {
    return this.#add(new Family(name, help, 'histogram', labels, () => new Histogram(bounds)))
  }

  /** Everything, in Prometheus's text format. */
  text(): string {
    return this.#families.map((family) => family.text()).join('')
  }

  #add<Kind extends Sample>(family: Family<Kind>): Family<Kind> {
    this.#families.push(family)
    return family
  }
}

interface Sample {
  /** Lines, each `suffix{labels} value` without the metric's name. */
  lines(labels: readonly string[]): string[]
}

/** A metric with all combinations of its labels. */
export class Family<Kind extends Sample> {
  readonly #name: string
  readonly #help: string
  readonly #type: Type
  readonly #labels: readonly string[]
  readonly #make: () => Kind
  readonly #children = new Map<string, { labels: readonly string[]; sample: Kind }>()

  constructor(name: string, help: string, type: Type, labels: readonly string[], make: () => Kind) {
    this.#name = name
    this.#help = help
    this.#type = type
    this.#labels = labels
    this.#make = make
  }

  /** The sample with these values of the labels. */
  of(...values: readonly string[]): Kind {
    const key = values.join('\0')
    let child = this.#children.get(key)
    if (child === undefined) {
      const labels = this.#labels.map((label, index) => `${label}="${escaped(values[index] ?? '')}"`)
      child = { labels, sample: this.#make() }
      this.#children.set(key, child)
    }
    return child.sample
  }

  /** Forgets all combinations: those that are still there are set anew. */
  clear(): void {
    this.#children.clear()
  }

  text(): string {
    if (this.#children.size === 0) return ''
    const lines = [...this.#children.values()].flatMap(({ labels, sample }) => sample.lines(labels))
    return `# HELP ${this.#name} ${this.#help}\n# TYPE ${this.#name} ${this.#type}\n${lines.map((line) => `${this.#name}${line}\n`).join('')}`
  }
}

/** A counter or a gauge. */
export class Value implements Sample {
  #value = 0

  add(amount = 1): void {
    this.#value += amount
  }

  set(value: number): void {
    this.#value = value
  }

  lines(labels: readonly string[]): string[] {
    return [`${braced(labels)} ${this.#value}`]
  }
}

export class Histogram implements Sample {
  readonly #bounds: readonly number[]
  /** One more than there are bounds: the last counts what is above them all. */
  readonly #counts: number[]
  #sum = 0

  constructor(bounds: readonly number[]) {
    this.#bounds = bounds
    this.#counts = Array.from({ length: bounds.length + 1 }, () => 0)
  }

  observe(value: number): void {
    let bucket = 0
    while (bucket < this.#bounds.length && value > (this.#bounds[bucket] ?? 0)) bucket += 1
    this.#counts[bucket] = (this.#counts[bucket] ?? 0) + 1
    this.#sum += value
  }

  lines(labels: readonly string[]): string[] {
    let total = 0
    const buckets = this.#counts.map((count, index) => {
      total += count
      return `_bucket${braced([...labels, `le="${this.#bounds[index] ?? '+Inf'}"`])} ${total}`
    })
    return [...buckets, `_sum${braced(labels)} ${this.#sum}`, `_count${braced(labels)} ${total}`]
  }
}

const braced = (labels: readonly string[]): string => (labels.length === 0 ? '' : `{${labels.join(',')}}`)
const escaped = (text: string): string => text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')
