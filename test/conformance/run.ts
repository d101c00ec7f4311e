/** Compares our server with the reference: the oracle's scenarios, our own, and random requests. */
import { existsSync } from 'node:fs'
import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { oracleCopyDifferences, oraclePython } from '../environment/oracle.ts'
import { artifact, oracleFolder } from '../environment/paths.ts'
import { run } from '../environment/processes.ts'
import { type Server, startServer } from '../environment/servers.ts'
import type { StepOptions } from '../steps.ts'
import type { Tally } from '../tally.ts'
import { type Pass, passes } from './passes.ts'
import { accepted, fuzzOnly, notYetSupported } from './supported.ts'

/** What diff.py writes with --json: one entry a scenario. */
interface Compared {
  file: string
  scenario: string
  steps: number
  seconds: number
  /** Step number, title, place, the reference's value, ours. */
  differences: [number, string, string, string, string][]
}

export async function conformance(tally: Tally, { prove }: StepOptions): Promise<void> {
  const differences = await oracleCopyDifferences()
  if (differences !== null) {
    await tally.check('the copy of the oracle is unchanged', async () => {
      if (differences !== '') throw new Error(differences)
    })
  }
  for (const { scenario, reason } of notYetSupported) console.log(`  not yet supported: ${scenario.source} (${reason})`)
  await twoAtATime(passes(prove), (pass) =>
    tally.part(pass.title, () => withServers(pass, (reference, ours) => compareScenarios(tally, pass, reference, ours))),
  )
}

export async function fuzz(tally: Tally, { prove }: StepOptions): Promise<void> {
  const seed = Number(process.env['PREFECT_TEST_SEED'] ?? 1)
  await twoAtATime(passes(prove), (pass) =>
    tally.part(`${pass.title}: seeds ${seed} to ${seed + pass.fuzz - 1}`, () =>
      withServers(pass, (reference, ours) => compareRandomRequests(tally, pass, seed, reference, ours)),
    ),
  )
}

/** Mostly the passes wait: two at a time take little longer than one. */
async function twoAtATime(all: readonly Pass[], work: (pass: Pass) => Promise<void>): Promise<void> {
  const waiting = [...all]
  const one = async (): Promise<void> => {
    for (let pass = waiting.shift(); pass !== undefined; pass = waiting.shift()) await work(pass)
  }
  await Promise.all([one(), one()])
}

async function withServers(pass: Pass, work: (reference: Server, ours: Server) => Promise<void>): Promise<void> {
  const started = await Promise.allSettled([
    startServer('reference', { backend: 'postgres', settings: pass.settings }),
    startServer('ours', { backend: pass.backend, settings: pass.settings }),
  ])
  try {
    const [reference, ours] = started.map((one) => {
      if (one.status === 'rejected') throw one.reason
      return one.value
    })
    if (reference && ours) await work(reference, ours)
  } finally {
    await Promise.all(started.map((one) => (one.status === 'fulfilled' ? one.value.stop() : undefined)))
  }
}

/**
 * Compares all scenarios. On a busy machine either server may be late for what a scenario waits for; so what differs is
 * played once more, and only what differs again is a failure.
 */
async function compareScenarios(tally: Tally, pass: Pass, reference: Server, ours: Server): Promise<void> {
  const first = await playScenarios(pass, reference, ours)
  const differing = first.filter((compared) => openDifferences(pass, compared).length > 0)
  tally.pass(first.length - differing.length)
  if (differing.length === 0) return
  const again = new Set(differing.map(nameOf))
  const only = `^(${[...again].map(escapeRegExp).join('|')})$`
  for (const compared of (await playScenarios(pass, reference, ours, only)).filter((each) => again.has(nameOf(each)))) {
    const open = openDifferences(pass, compared)
    if (open.length > 0) tally.fail(`${nameOf(compared)} (${pass.title})`, open.slice(0, 12).map(describe).join(''))
    else {
      tally.pass()
      console.log(`  passed   ${nameOf(compared)} (${pass.title}), at the second attempt`)
    }
  }
}

const escapeRegExp = (text: string): string => text.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&')

async function playScenarios(pass: Pass, reference: Server, ours: Server, again?: string): Promise<Compared[]> {
  const report = artifact(`scenarios-${pass.title.replaceAll(/\W+/g, '-')}${again === undefined ? '' : '-again'}.json`)
  await rm(report, { force: true })
  const only = again ?? pass.only
  const scenarios = [oracleFolder, join(import.meta.dirname)].flatMap((parent) =>
    ['.', ...pass.folders].map((folder) => join(parent, 'scenarios', folder)).filter((path) => existsSync(path)),
  )
  const skip = [...notYetSupported.map(({ scenario }) => scenario.source), ...(pass.skip ? [pass.skip] : [])].join('|')
  const { code, output } = await python('diff.py', [
    ...['--reference', reference.url, '--candidate', ours.url, '--json', report],
    ...pass.access,
    ...(only ? ['--only', only] : []),
    ...(skip ? ['--skip', skip] : []),
    ...scenarios,
  ])
  if (!existsSync(report)) throw new Error(`diff.py ended with ${code}\n${output}`)
  return JSON.parse(await readFile(report, 'utf8')) as Compared[]
}

const nameOf = ({ file, scenario }: Compared): string => `${file}::${scenario}`

/** Those that nobody has accepted. */
function openDifferences(pass: Pass, compared: Compared): Compared['differences'] {
  const known = accepted.filter((entry) => entry.scenario.test(nameOf(compared)) && (entry.backend ?? pass.backend) === pass.backend)
  return compared.differences.filter(([, , place]) => !known.some((entry) => entry.place.test(place)))
}

function describe([step, title, place, theirs, ours]: Compared['differences'][number]): string {
  return `\n    step ${step}: ${title}\n      ${place}: ${theirs} != ${ours}`
}

async function compareRandomRequests(tally: Tally, pass: Pass, seed: number, reference: Server, ours: Server): Promise<void> {
  const { code, output } = await python('fuzz.py', [
    ...['--reference', reference.url, '--candidate', ours.url, '--seed', String(seed), '--count', String(pass.fuzz)],
    ...pass.access,
    ...(fuzzOnly === null ? [] : ['--only', fuzzOnly]),
  ])
  const counts = /^(\d+) passed, (\d+) failed$/m.exec(output)
  if (counts === null) throw new Error(`fuzz.py ended with ${code}\n${output}`)
  console.log(output.trimEnd().replaceAll(/^/gm, '    '))
  const excused = seedsThatDiffer(output).filter((differences) => differences.every((line) => referenceFault.test(line))).length
  const failed = Number(counts[2]) - excused
  tally.pass(Number(counts[1]) + excused)
  if (failed > 0) tally.fail(`fuzz (${pass.title})`, 'the seeds above', failed)
}

/**
 * The reference answered 5xx, which is its own fault and not compared, where ours created something. (Had it refused the
 * request, the status would differ too.)
 */
const referenceFault = /^save \w+ from [\w.]+: null != /

/** Of each seed that differs, the differences. */
function seedsThatDiffer(output: string): string[][] {
  const seeds: string[][] = []
  for (const line of output.split('\n')) {
    if (line.startsWith('FAIL seed ')) seeds.push([])
    else if (/^ {4}\S/.test(line)) seeds.at(-1)?.push(line.trim())
  }
  return seeds
}

/** Runs one of the oracle's programs with the oracle's python. */
async function python(program: string, args: readonly string[]): Promise<{ code: number; output: string }> {
  const path = await oraclePython()
  return run(path, [join(oracleFolder, program), ...args], { cwd: oracleFolder })
}
