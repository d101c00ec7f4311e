/** The names that a place in a template knows. */
import type { Value } from './values.ts'

export class Scope {
  readonly #names: Map<string, Value>
  readonly parent: Scope | null
  constructor(parent: Scope | null, names: Iterable<readonly [string, Value]> = []) {
    this.parent = parent
    this.#names = new Map(names)
  }
  get(name: string): Value | undefined {
    return this.#names.has(name) ? this.#names.get(name) : this.parent?.get(name)
  }
  set(name: string, value: Value): void {
    this.#names.set(name, value)
  }
  inner(names: Iterable<readonly [string, Value]> = []): Scope {
    return new Scope(this, names)
  }
}
