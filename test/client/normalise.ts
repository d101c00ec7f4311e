/** Makes the dumps of two servers comparable: ids become names, times and durations are blanked, chance order is sorted. */
import type { Dump, Item } from './dump.ts'

/** Lines of text that are equal when the two servers behaved alike. */
export type Section = Readonly<Record<string, readonly string[]>>

const uuid = /[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}/g
const time = /\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:?\d\d)?/g

/** Numbers that measure time, or that a process chose. */
const measured = new Set(['total_run_time', 'estimated_run_time', 'estimated_start_time_delta', 'lateness', 'avg_slot_occupancy_seconds'])

/** Lists that the client makes from sets. */
const unordered = new Set(['tags', 'related', 'task_inputs'])

const names = new Set(['name', 'prefect.resource.name'])

export class Normaliser {
  private readonly names = new Map<string, string>()
  /** Names that somebody chose. */
  private readonly given = new Set<unknown>()
  private readonly home: string
  private readonly api: string

  /** `home` and `api` differ between servers and occur in paths and links. */
  constructor(dump: Dump, home: string, api: string) {
    this.home = home
    this.api = api
    const name = (item: Item, text: string): Map<string, string> => this.names.set(item.id, text)
    for (const item of [...dump.flows, ...dump.deployments, ...dump.flowRuns, ...dump.concurrencyLimits]) this.given.add(item['name'])
    for (const flow of dump.flows) name(flow, `flow ${flow['name']}`)
    for (const deployment of dump.deployments) name(deployment, `deployment ${deployment['name']}`)
    for (const run of dump.flowRuns) name(run, `run ${run['name']}`)
    // a run of a subflow has a task run of its own in the parent, which has the same name
    for (const run of dump.taskRuns) name(run, `task run ${this.names.get(String(run['flow_run_id'])) ?? ''}/${stableName(run)}`)
    for (const kind of [dump.flowRunStates, dump.taskRunStates]) {
      for (const [id, states] of kind) {
        states.forEach((state, index) => {
          name(state, `state ${index} of ${this.names.get(id)}`)
        })
      }
    }
    for (const limit of dump.concurrencyLimits) name(limit, `limit ${limit['name']}`)
  }

  /** The name that stands for an id. */
  name(id: unknown): string {
    return this.names.get(String(id)) ?? '<id>'
  }

  /** `key` is the key that holds the value, `within` that of the list or task input around it. */
  value(value: unknown, key = '', within = key): unknown {
    if (Array.isArray(value)) {
      const items = value.map((item) => this.value(item, within))
      return unordered.has(within) ? items.sort(byText) : items
    }
    if (typeof value === 'object' && value !== null) {
      const entries = Object.entries(value).map(
        ([name, inner]) => [this.text(name), this.value(inner, name, key === 'task_inputs' ? key : name)] as const,
      )
      return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)))
    }
    if (typeof value === 'number' && measured.has(key)) return '<number>'
    if (typeof value !== 'string') return value
    if (names.has(key)) return this.madeUpName(this.text(value))
    if (key === 'task_key') return value.replace(/-[0-9a-f]{8}$/, '-<hash>') // of the path of the source file
    if (key === 'dynamic_key') return value.replace(/[0-9a-f]{8}[0-9a-f-]{24,}$/, '<hash>')
    return this.text(value)
  }

  /** Runs get a random name first, such as `amber-fox` for flow runs and `task-3f2` for task runs. */
  private madeUpName(name: string): string {
    return !this.given.has(name) && /^[a-z_]+-([a-z]+|[0-9a-f]{3})$/.test(name) ? '<made-up>' : name
  }

  text(text: string): string {
    return text
      .replaceAll(this.home, '<home>')
      .replaceAll(this.api, '<api>')
      .replaceAll(this.api.replace(/\/api$/, ''), '<server>')
      .replaceAll(uuid, (id) => this.names.get(id) ?? '<id>')
      .replaceAll(time, '<time>')
      .replaceAll(/\bDateTime\([^()]*(\([^()]*\))?\)/g, '<time>')
      .replaceAll(/\bdatetime\.datetime\([^()]*(\([^()]*\))?\)/g, '<time>')
      .replaceAll(/("(?:total|estimated)_(?:run_time|start_time_delta)": )-?[\d.]+/g, '$1<number>')
      .replaceAll(/\bdatetime\.timedelta\([^()]*\)/g, '<duration>')
      .replaceAll(/\b0x[0-9a-f]+\b/g, '<address>')
      .replaceAll(/\b\d+\.\d+ ?(seconds?|s)\b/g, '<duration>')
      .replaceAll(/\b(process|pid|PID) \d+/g, '$1 <pid>')
  }

  line(value: unknown): string {
    return JSON.stringify(this.value(value))
  }

  /** Items as lines, in the order of their text. */
  sorted(items: readonly unknown[]): string[] {
    return items.map((item) => this.line(item)).sort()
  }
}

const byText = (a: unknown, b: unknown): number => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1)

const randomEnd = /-[0-9a-f]{3}$/

const stableName = (run: Item): string => String(run['name']).replace(randomEnd, '')

/** What the server shows of the client's work, in sections that fail one by one. */
export function sections(dump: Dump, normaliser: Normaliser): Section {
  const name = (id: unknown): string => normaliser.name(id)
  const runsByName = [...dump.flowRuns].sort((a, b) => byText(a['name'], b['name']))
  const byRun = (items: readonly Item[], key: (item: Item) => string): string[] =>
    [...Map.groupBy(items, key)]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .flatMap(([run, of]) => [`— ${run}`, ...of.map((item) => normaliser.line(item))])
  const statesOf = (states: Map<string, Item[]>): string[] =>
    [...states].map(([id, list]) => `${name(id)}: ${list.map((state) => normaliser.line(state)).join(' → ')}`).sort()
  return {
    flows: normaliser.sorted(dump.flows),
    deployments: normaliser.sorted(dump.deployments),
    'flow runs': runsByName.map((run) => normaliser.line(run)),
    'flow run states': statesOf(dump.flowRunStates),
    'flow run inputs': [...dump.flowRunInputs].map(([id, inputs]) => `${name(id)}: ${normaliser.line(inputs)}`).sort(),
    'task runs': normaliser.sorted(dump.taskRuns),
    'task run states': statesOf(dump.taskRunStates),
    logs: byRun(dump.logs, (log) => `${name(log['flow_run_id'])} ${log['task_run_id'] ? name(log['task_run_id']) : ''}`),
    events: byRun(dump.events, (event) => normaliser.text(String((event['resource'] as Record<string, string>)['prefect.resource.id']))),
    artifacts: normaliser.sorted(dump.artifacts),
    'concurrency limits': normaliser.sorted(dump.concurrencyLimits),
    variables: normaliser.sorted(dump.variables),
  }
}
