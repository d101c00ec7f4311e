/** `loop` within a for. */
import { equals } from './comparing.ts'
import { Undefined } from './undefined.ts'
import { Callable, type Named, PythonObject, typeError, type Value } from './values.ts'

export class Loop extends PythonObject {
  readonly typeName: string
  readonly #items: readonly Value[]
  readonly #depth: number
  #index = -1
  #last: readonly Value[] | null = null
  override readonly call: (positional: readonly Value[], named: Named) => Value

  constructor(items: readonly Value[], depth: number, isAsync: boolean, recurse: ((items: Value, depth: number) => Value) | null) {
    super()
    this.#items = items
    this.#depth = depth
    this.typeName = isAsync ? 'AsyncLoopContext' : 'LoopContext'
    this.call = ([iterable = null]) => {
      if (recurse === null) throw typeError("The loop must have the 'recursive' marker to be called recursively.")
      return recurse(iterable, depth + 1)
    }
  }
  advance(): void {
    this.#index++
  }
  override length(): number {
    return this.#items.length
  }
  override isTrue(): boolean {
    return this.#items.length > 0
  }
  override attribute(name: string): Value | undefined {
    const [index, count] = [this.#index, this.#items.length]
    switch (name) {
      case 'index':
        return BigInt(index + 1)
      case 'index0':
        return BigInt(index)
      case 'revindex':
        return BigInt(count - index)
      case 'revindex0':
        return BigInt(count - index - 1)
      case 'first':
        return index === 0
      case 'last':
        return index === count - 1
      case 'length':
        return BigInt(count)
      case 'depth':
        return BigInt(this.#depth)
      case 'depth0':
        return BigInt(this.#depth - 1)
      case 'previtem':
        return this.#items[index - 1] ?? new Undefined(() => 'there is no previous item')
      case 'nextitem':
        return this.#items[index + 1] ?? new Undefined(() => 'there is no next item')
      case 'cycle':
        return new Callable(
          name,
          (given) => {
            if (given.length === 0) throw typeError('no items for cycling given')
            return given[index % given.length] ?? null
          },
          'method',
        )
      case 'changed':
        return new Callable(
          name,
          (given) => {
            const isSame = this.#last !== null && equals(this.#last, given)
            this.#last = given
            return !isSame
          },
          'method',
        )
      default:
        return undefined
    }
  }
  override repr(): string {
    const length = this.typeName === 'LoopContext' ? this.#items.length : `<coroutine object ${this.typeName}.length>`
    return `<${this.typeName} ${this.#index + 1}/${length}>`
  }
}
