/** Compares random schedules with the reference: node test/unit/schedules/full.ts [--count 20000] [--seed 1] */
import { execFileSync, spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { parseArgs } from 'node:util'
import { type Case, difference } from './cases.ts'

const { values } = parseArgs({
  options: { count: { type: 'string', default: '20000' }, seed: { type: 'string', default: '1' }, show: { type: 'string', default: '10' } },
})
const here = import.meta.dirname
const python = execFileSync(`${here}/../../conformance/oracle/setup.sh`, { encoding: 'utf8' }).trim()
const reference = spawn(python, ['-W', 'ignore', `${here}/reference.py`, '--count', values.count, '--seed', values.seed], {
  stdio: ['ignore', 'pipe', 'inherit'],
})
const tally = new Map<string, { cases: number; different: number }>()
let shown = 0
for await (const line of createInterface({ input: reference.stdout })) {
  const each: Case = JSON.parse(line)
  const counts = tally.get(each.class) ?? { cases: 0, different: 0 }
  tally.set(each.class, counts)
  counts.cases++
  const ours = difference(each)
  if (ours === null) continue
  counts.different++
  if (shown++ < Number(values.show)) console.log(`DIFFERENT ${line}\n  OURS ${ours instanceof Error ? ours.stack : JSON.stringify(ours)}`)
}
let cases = 0
let different = 0
for (const [name, counts] of tally) {
  console.log(`${name.padEnd(12)} ${String(counts.cases).padStart(6)} cases ${String(counts.different).padStart(6)} different`)
  cases += counts.cases
  different += counts.different
}
console.log(`${cases} cases, ${different} different (seed ${values.seed})`)
process.exitCode = different > 0 || cases < Number(values.count) ? 1 : 0
