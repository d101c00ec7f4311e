import { fileURLToPath } from 'node:url'

/** The file of a worker in this folder: source when run from source, bundle when bundled. */
export function workerFile(name: string): string {
  const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js'
  return fileURLToPath(new URL(`./${name}.${extension}`, import.meta.url))
}
