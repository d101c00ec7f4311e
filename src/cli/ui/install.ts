/**
 * `prefect-server ui install`: takes the web UI out of the reference's own package. Sources, the first that is given:
 *
 *   --from PATH   a wheel of prefect, the folder of an installed one, or a folder with v1/ and v2/
 *   pip           downloads the wheel by itself, if there is a Python with pip
 */
import { execFile } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import type { Settings } from '../../config/settings.ts'
import { Bundle } from '../../http/ui/bundle.ts'
import type { UiVersion } from '../../http/ui/paths.ts'
import { referenceVersion } from '../version.ts'
import { installFolder } from './locate.ts'
import { readZip } from './wheel.ts'

const versions: readonly UiVersion[] = ['v1', 'v2']
/** Our folder → where the reference's package keeps it; `static` has what the pages of documentation show. */
const packaged = { v1: 'server/ui', v2: 'server/ui-v2', static: 'server/api/static' } as const
const folders = ['v1', 'v2', 'static'] as const

/** Installs the UI for the server of these settings; 0 when it is there. */
export async function installUi(settings: Settings, from: string | undefined): Promise<number> {
  const target = installFolder(settings)
  mkdirSync(dirname(target), { recursive: true })
  // unpacked beside its place and moved there whole, so that a running server never sees half of it
  const unfinished = mkdtempSync(join(dirname(target), '.ui-'))
  try {
    await unpack(from, unfinished)
    const missing = versions.filter((version) => !Bundle.isIn(join(unfinished, version)))
    if (missing.length > 0) throw new Error(`${from ?? 'the downloaded package'} holds no built web UI (${missing.join(', ')})`)
    rmSync(target, { recursive: true, force: true })
    renameSync(unfinished, target)
  } finally {
    rmSync(unfinished, { recursive: true, force: true })
  }
  process.stdout.write(`The web UI of Prefect ${referenceVersion} is installed in ${target}.\n`)
  return 0
}

async function unpack(from: string | undefined, into: string): Promise<void> {
  if (from === undefined) {
    const folder = mkdtempSync(join(tmpdir(), 'prefect-wheel-'))
    try {
      unpackWheel(await downloadWheel(folder), into)
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  } else if (!existsSync(from)) throw new Error(`there is no ${from}`)
  else if (statSync(from).isDirectory()) copyFolders(from, into)
  else unpackWheel(from, into)
}

function copyFolders(from: string, into: string): void {
  for (const folder of folders) {
    const source = [join(from, packaged[folder]), join(from, folder)].find((path) => existsSync(path))
    if (source !== undefined) cpSync(source, join(into, folder), { recursive: true })
  }
}

function unpackWheel(path: string, into: string): void {
  const place = (name: string): string | undefined => {
    const folder = folders.find((each) => name.startsWith(`prefect/${packaged[each]}/`))
    return folder && join(into, folder, name.slice(`prefect/${packaged[folder]}/`.length))
  }
  for (const [name, contents] of readZip(readFileSync(path), (member) => place(member) !== undefined && !member.includes('..'))) {
    const file = place(name)
    if (file === undefined) continue
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, contents)
  }
}

/** Lets pip fetch the wheel, from wherever it is set up to; gives its path. */
async function downloadWheel(folder: string): Promise<string> {
  const options = ['download', `prefect==${referenceVersion}`, '--no-deps', '--only-binary=:all:', '--quiet', '--dest', folder]
  let problem = ''
  for (const python of ['python3', 'python']) {
    try {
      await promisify(execFile)(python, ['-m', 'pip', ...options])
      const wheel = readdirSync(folder).find((name) => name.endsWith('.whl'))
      if (wheel !== undefined) return join(folder, wheel)
    } catch (error) {
      problem ||= error instanceof Error ? (error.message.trim().split('\n').at(-1) ?? '') : String(error)
    }
  }
  throw new Error(
    `the web UI could not be downloaded: pip of Python is needed for that (${problem}). ` +
      `Otherwise get the wheel of prefect ${referenceVersion} elsewhere and name it: prefect-server ui install --from prefect-${referenceVersion}-py3-none-any.whl`,
  )
}
