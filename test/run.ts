/** Runs the test steps one after the other: node test/run.mjs [--only unit,types] [--prove] [--list] */
import { parseArgs } from 'node:util'
import { killAll } from './environment/processes.ts'
import { type Step, steps } from './steps.ts'
import { seconds, Tally } from './tally.ts'

const { values } = parseArgs({
  options: { only: { type: 'string' }, prove: { type: 'boolean', default: false }, list: { type: 'boolean', default: false } },
})
const wanted = values.only?.split(',')
const unknown = wanted?.filter((name) => !steps.some((step) => step.name === name)) ?? []
if (values.list || unknown.length > 0) {
  if (unknown.length > 0) console.error(`Unknown step: ${unknown.join(', ')}. There are:`)
  for (const step of steps) console.log(`${step.name.padEnd(12)} ${step.title}`)
  process.exit(unknown.length > 0 ? 2 : 0)
}
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => process.exit(130))

const total = new Tally()
const lines: string[] = []
for (const { name, open } of steps)
  if (open !== undefined && wanted === undefined) console.log(`not in npm test yet: ${name} (${open}); run it with --only ${name}`)
for (const step of steps.filter(({ name, open }) => wanted?.includes(name) ?? open === undefined)) {
  console.log(`\n━━ ${step.name}: ${step.title}`)
  const began = performance.now()
  const tally = new Tally()
  await tally.part(`budget ${step.minutes} min`, () => withinBudget(step, tally))
  if (tally.passed + tally.failed + tally.skipped === 0) tally.fail(step.name, 'this step tested nothing')
  total.add(tally)
  lines.push(`${step.name.padEnd(12)} ${seconds(performance.now() - began).padStart(9)}   ${tally}`)
  console.log(`  ${tally} in ${seconds(performance.now() - began)}`)
}

console.log(`\n━━ summary\n${lines.join('\n')}\n`)
process.exitCode = total.failed > 0 ? 1 : 0
process.on('exit', () => console.log(String(total)))
process.exit()

/** A step that hangs fails, and the run goes on with the next. */
async function withinBudget(step: Step, tally: Tally): Promise<void> {
  const minutes = values.prove ? step.minutes * 12 : step.minutes * 2
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`took longer than ${minutes} minutes`)), minutes * 60_000)
  })
  try {
    await Promise.race([step.run(tally, { prove: values.prove }), late])
  } catch (error) {
    killAll()
    throw error
  } finally {
    clearTimeout(timer)
  }
}
