/**
 * Bundles the server: `node scripts/build.ts [folder]`, dist/ by default. The launcher does the same into its cache when it
 * is started from source.
 */
import { existsSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

const root = fileURLToPath(new URL('..', import.meta.url))

/** Threads of their own, each started from its file beside main.js. */
const workers = ['storage-actor', 'services-actor', 'streams-actor']

/** What has a binary, or finds its own files on disk. */
const external = ['uWebSockets.js', 'better-sqlite3', 'piscina', 'pg-native', 'esbuild']

/** Writes main.js, the workers and their source maps into a folder. */
export async function bundle(folder: string): Promise<void> {
  const present = workers.filter((name) => existsSync(join(root, `src/actors/${name}.ts`)))
  const entries = present.map((name): [string, string] => [`${name}.code`, join(root, `src/actors/${name}.ts`)])
  await build({
    entryPoints: Object.fromEntries([['main', join(root, 'src/cli/main.ts')], ...entries]),
    outdir: folder,
    bundle: true,
    splitting: true,
    platform: 'node',
    target: 'node22',
    format: 'esm',
    sourcemap: 'linked',
    sourcesContent: false,
    keepNames: true,
    minifySyntax: true,
    minifyWhitespace: true,
    external,
    // CommonJS packages inside an ES module still call require for what is built into Node.
    banner: { js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);" },
    logLevel: 'warning',
  })
  // Source maps apply to what is loaded after they are switched on, so each thread begins with a file that does only that.
  for (const name of present) {
    writeFileSync(
      join(folder, `${name}.js`),
      `process.setSourceMapsEnabled(true)\nexport default (await import('./${name}.code.js')).default\n`,
    )
  }
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }\n')
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await bundle(resolve(process.argv[2] ?? join(root, 'dist')))
