/** The dashboard and the alerts ask for metrics and labels that there are. */
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { PodMetrics } from '../../../src/cli/pod-metrics.ts'
import type { PodStatus } from '../../../src/cli/pod-status.ts'

const file = (name: string): string => readFileSync(new URL(`../../../k8s/monitoring/${name}`, import.meta.url), 'utf8')

const pod: PodStatus = {
  pod: 'p',
  host: 'h',
  pid: 1,
  version: '1',
  started: '',
  at: '',
  api: { ready: true, requests: 1, websockets: 2 },
  services: {
    role: 'leading',
    term: 3,
    transitions: 1,
    lock_milliseconds: 4,
    loops: [{ name: 'l', passes: 1, failures: 1, age_seconds: 1, last_error: null }],
  },
  broker: { backend: 'redis', connected: true, published: 1, received: 1, dropped: 0 },
  database: { backend: 'postgres', waiting: 0, running: 0 },
  memory_bytes: 5,
}

/** Every metric with the names of its labels. */
function offered(): Map<string, Set<string>> {
  const metrics = new PodMetrics()
  metrics.observeRequest(0, 200, 1000)
  metrics.observeGroup('grouped', 3, 2)
  const text = metrics.text(pod, { mailboxes: [{ mailbox: 'grouped', waiting: 0, running: 0 }], backlogs: { events: 0 } })
  const found = new Map<string, Set<string>>()
  for (const line of text.split('\n').filter((each) => each !== '' && !each.startsWith('#'))) {
    const [, name = '', labels = ''] = /^(\w+)(?:\{(.*)\})? /.exec(line) ?? []
    const known = found.get(name) ?? new Set(['instance', 'job'])
    for (const [, label = ''] of labels.matchAll(/(\w+)="/g)) known.add(label)
    found.set(name, known)
  }
  return found
}

const dashboard = JSON.parse(file('grafana-dashboard.json')) as {
  panels: { title: string; targets: { expr: string; legendFormat: string }[] }[]
}
const alerts = parse(file('alerts.yaml')) as { groups: { rules: { alert: string; expr: string; annotations: Record<string, string> }[] }[] }

const questions = [
  ...dashboard.panels.flatMap(({ title, targets }) => targets.map(({ expr, legendFormat }) => ({ what: title, expr, text: legendFormat }))),
  ...alerts.groups.flatMap(({ rules }) =>
    rules.map(({ alert, expr, annotations }) => ({ what: alert, expr, text: Object.values(annotations).join(' ') })),
  ),
]

describe('the dashboard and the alerts', () => {
  const metrics = offered()

  it.each(questions)('$what: $expr', ({ expr, text }) => {
    const names = [...expr.matchAll(/\b(?:prefect_server|process)_\w+/g)].map(([name]) => name)
    expect(names.length).toBeGreaterThan(0)
    expect(names.filter((name) => !metrics.has(name))).toEqual([])
    const labels = new Set(names.flatMap((name) => [...(metrics.get(name) ?? [])]))
    const selected = [...expr.matchAll(/\{([^}]*)\}/g)].flatMap(([, inside = '']) =>
      [...inside.matchAll(/(\w+)\s*[=!]/g)].map(([, label]) => label),
    )
    const grouped = [...expr.matchAll(/by \(([^)]*)\)/g)].flatMap(([, inside = '']) => inside.split(',').map((label) => label.trim()))
    const shown = [...text.matchAll(/\{\{\s*(?:\$labels\.)?(\w+)\s*\}\}/g)].map(([, label]) => label)
    expect([...selected, ...grouped, ...shown].filter((label) => label !== undefined && !labels.has(label))).toEqual([])
  })
})
