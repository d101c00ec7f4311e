/** Where the time went: the functions of each thread by their own time, from the profiles that V8 wrote. */
import { mkdtempSync, readdirSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'

const shown = 25

/** A folder for profiles, and the setting of Node that fills it when the server ends. */
export function profileFolder(): { folder: string; nodeOptions: string } {
  const folder = mkdtempSync(join(tmpdir(), 'prefect-bench-profile.'))
  return { folder, nodeOptions: `--cpu-prof --cpu-prof-dir=${folder}` }
}

interface Profile {
  nodes: { id: number; callFrame: { functionName: string; url: string; lineNumber: number } }[]
  samples: number[]
  timeDeltas: number[]
}

/** One table for each thread that did something: percent of its busy time, milliseconds, function. */
export function describeProfiles(folder: string): string {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.cpuprofile'))
    .map((name) => describe(name, JSON.parse(readFileSync(join(folder, name), 'utf8'))))
    .filter((text) => text !== '')
    .join('\n\n')
}

function describe(name: string, { nodes, samples, timeDeltas }: Profile): string {
  const frames = new Map(nodes.map(({ id, callFrame }) => [id, callFrame]))
  const times = new Map<string, number>()
  for (const [index, id] of samples.entries()) {
    const frame = frames.get(id)
    if (frame === undefined || frame.functionName === '(idle)' || frame.functionName === '(program)') continue
    const key = `${frame.functionName || '(anonymous)'} ${basename(frame.url)}:${frame.lineNumber + 1}`
    times.set(key, (times.get(key) ?? 0) + (timeDeltas[index] ?? 0) / 1000)
  }
  const busy = [...times.values()].reduce((sum, time) => sum + time, 0)
  if (busy < 100) return ''
  const lines = [...times]
    .sort(([, a], [, b]) => b - a)
    .slice(0, shown)
    .map(([key, time]) => `${((time / busy) * 100).toFixed(1).padStart(6)} %  ${time.toFixed(0).padStart(7)} ms  ${key}`)
  return [`${name}: busy for ${busy.toFixed(0)} ms`, ...lines].join('\n')
}
