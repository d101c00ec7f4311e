/**
 * Secrets in the data of a block document. The schema names them by dotted paths; behind a `*` everything is secret.
 * They are shown as stars, and stars that come back stand for the old secret.
 */
import { isJsonObject, type Json, type JsonObject } from '../../values/json.ts'
import { isFilled } from '../block-schemas/checksum.ts'

const stars = '********'

type Path = readonly string[]
type Secrecy = 'none' | 'named' | 'below'

export class Secrets {
  readonly #paths: string[][]

  constructor(schemaFields: JsonObject) {
    const names = Array.isArray(schemaFields.secret_fields) ? schemaFields.secret_fields : []
    this.#paths = names.flatMap((name) => (typeof name === 'string' ? [name.split('.')] : []))
  }

  hidden(data: JsonObject): JsonObject {
    return mapLeaves(data, (path, leaf) => {
      const secrecy = this.#secrecy(path)
      return secrecy === 'below' || (secrecy === 'named' && leaf !== null) ? stars : leaf
    })
  }

  /** New data with the old secrets where it has stars. */
  restored(data: JsonObject, old: JsonObject): JsonObject {
    return mapLeaves(data, (path, leaf) => {
      if (leaf !== stars) return leaf
      const secrecy = this.#secrecy(path)
      const before = secrecy === 'none' ? undefined : leafAt(old, path)
      return before === undefined || (before === null && secrecy === 'named') ? leaf : before
    })
  }

  #secrecy(path: Path): Secrecy {
    if (this.#paths.some((secret) => isSame(secret, path))) return 'named'
    return this.#paths.some((secret) => secret.includes('*') && isBelow(path, secret.slice(0, secret.indexOf('*')))) ? 'below' : 'none'
  }
}

const isSame = (a: Path, b: Path): boolean => a.length === b.length && isBelow(a, b)
const isBelow = (path: Path, start: Path): boolean => start.every((part, index) => path[index] === part)

/** What is in objects, however deep; a list and an empty object count as one thing. */
function mapLeaves(data: JsonObject, change: (path: Path, leaf: Json) => Json, path: Path = []): JsonObject {
  const entries = Object.entries(data).map(([key, value]): [string, Json] => {
    const here = [...path, key]
    return [key, isJsonObject(value) && isFilled(value) ? mapLeaves(value, change, here) : change(here, value)]
  })
  return Object.fromEntries(entries)
}

function leafAt(data: JsonObject, path: Path): Json | undefined {
  let value: Json | undefined = data
  for (const key of path) value = isJsonObject(value) && Object.hasOwn(value, key) ? value[key] : undefined
  return isFilled(value) ? undefined : value
}
