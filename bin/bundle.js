// The bundle to run: dist/ in a package; in a checkout one made of the sources, and kept in .cache/ until they change.
import { createHash, randomUUID } from 'node:crypto'
import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readlinkSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
} from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join, sep } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const keptBundles = 10
const keptMilliseconds = 24 * 60 * 60 * 1000

/** URL of the bundle's main module; makes the bundle when it is missing. */
export async function findBundle() {
  if (!existsSync(join(root, 'src'))) return pathToFileURL(join(root, 'dist', 'main.js')).href
  const name = `bundle-${hashOfSources()}`
  const cached = cacheFolders().map((folder) => join(folder, name))
  const found = cached.find((folder) => existsSync(join(folder, 'main.js')) && isOurs(dirname(folder)))
  return pathToFileURL(join(found ?? (await makeBundle(name)), 'main.js')).href
}

/** Changes with every source: by path, size and time of change, which takes milliseconds. */
function hashOfSources() {
  const hash = createHash('sha256')
  const files = ['src', 'scripts'].flatMap((folder) => filesBelow(folder)).sort()
  for (const file of [...files, 'package.json', 'bin/bundle.js', 'node_modules/.package-lock.json']) {
    const stat = statSync(join(root, file), { throwIfNoEntry: false })
    hash.update(`${file} ${stat?.size} ${stat?.mtimeMs}\n`)
  }
  return hash.digest('hex').slice(0, 16)
}

function filesBelow(folder) {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = `${folder}/${entry.name}`
    return entry.isDirectory() ? filesBelow(path) : path
  })
}

/** Where bundles are kept; the second one when the installation cannot be written to. */
function cacheFolders() {
  return [join(root, '.cache'), join(tmpdir(), `prefect-server-${process.getuid?.() ?? 'user'}`)]
}

async function makeBundle(name) {
  const { bundle } = await import('../scripts/build.ts')
  const cache = writableFolder()
  const unfinished = join(cache, `unfinished-${process.pid}-${randomUUID()}`)
  mkdirSync(unfinished)
  try {
    await bundle(unfinished)
    linkPackages(cache)
    return publish(unfinished, join(cache, name))
  } finally {
    rmSync(unfinished, { recursive: true, force: true })
    removeOldBundles(cache, name)
  }
}

/** A folder appears whole or not at all, so that starts at the same time cannot meet half a bundle. */
function publish(unfinished, folder) {
  try {
    renameSync(unfinished, folder)
  } catch (error) {
    if (!existsSync(join(folder, 'main.js'))) throw error
  }
  return folder
}

function writableFolder() {
  const problems = []
  for (const folder of cacheFolders()) {
    try {
      mkdirSync(folder, { recursive: true, mode: 0o700 })
      const probe = mkdtempSync(join(folder, 'probe-'))
      rmSync(probe, { recursive: true })
      if (isOurs(folder)) return folder
      problems.push(`${folder} belongs to somebody else`)
    } catch (error) {
      problems.push(error.message)
    }
  }
  throw new Error(`There is no place for the bundle: ${problems.join('; ')}.`)
}

/** Code is run only from folders that nobody else can write to. */
function isOurs(folder) {
  if (folder.startsWith(root)) return true
  const stat = lstatSync(folder)
  return stat.isDirectory() && stat.uid === process.getuid?.() && (stat.mode & 0o022) === 0
}

/** A bundle outside of the installation finds its packages through a link. */
function linkPackages(cache) {
  if (cache.startsWith(root)) return
  const file = createRequire(import.meta.url).resolve('better-sqlite3/package.json')
  const packages = file.slice(0, file.lastIndexOf(`${sep}better-sqlite3${sep}`))
  const link = join(cache, 'node_modules')
  if (existsSync(link) && readlinkSync(link) === packages) return
  const unfinished = join(cache, `unfinished-link-${process.pid}`)
  symlinkSync(packages, unfinished)
  renameSync(unfinished, link)
}

function removeOldBundles(cache, current) {
  const now = Date.now()
  if (existsSync(join(cache, current))) utimesSync(join(cache, current), now / 1000, now / 1000)
  const bundles = readdirSync(cache)
    .filter((name) => /^(bundle|unfinished)-/.test(name))
    .map((name) => ({ path: join(cache, name), age: now - (statSync(join(cache, name), { throwIfNoEntry: false })?.mtimeMs ?? now) }))
    .sort((one, other) => one.age - other.age)
  for (const { path, age } of bundles.slice(keptBundles)) if (age > keptMilliseconds) rmSync(path, { recursive: true, force: true })
}
