/** Objects of the reference's models, as templates see them: named fields, shown like pydantic's. */
import { type Dict, Tuple } from './containers.ts'
import { repr } from './printing.ts'
import { PythonObject, type Value } from './values.ts'

export class Model extends PythonObject {
  readonly typeName: string
  readonly fields: ReadonlyMap<string, Value>
  readonly #json: () => Value
  readonly #extra: ReadonlyMap<string, Value>

  /** `json` is what `tojson` writes; `extra` are attributes that are no fields. */
  constructor(typeName: string, fields: ReadonlyMap<string, Value>, json: () => Value, extra: ReadonlyMap<string, Value> = new Map()) {
    super()
    this.typeName = typeName
    this.fields = fields
    this.#json = json
    this.#extra = extra
  }
  json(): Value {
    return this.#json()
  }
  override attribute(name: string): Value | undefined {
    return this.fields.has(name) ? this.fields.get(name) : this.#extra.get(name)
  }
  override iterate(): Iterable<Value> {
    return [...this.fields].map((pair) => new Tuple(pair))
  }
  override isTrue(): boolean {
    return true
  }
  override str(): string {
    return [...this.fields].map(([name, value]) => `${name}=${repr(value)}`).join(' ')
  }
  override repr(): string {
    return `${this.typeName}(${[...this.fields].map(([name, value]) => `${name}=${repr(value)}`).join(', ')})`
  }
}

/** A model that is a dict of labels: a resource. */
export class Labels extends PythonObject {
  readonly typeName: string
  readonly labels: Dict
  readonly #extra: ReadonlyMap<string, Value>
  constructor(typeName: string, labels: Dict, extra: ReadonlyMap<string, Value>) {
    super()
    this.typeName = typeName
    this.labels = labels
    this.#extra = extra
  }
  override attribute(name: string): Value | undefined {
    return this.#extra.get(name)
  }
  override item(key: Value): Value | undefined {
    return this.labels.item(key)
  }
  override contains(value: Value): boolean {
    return this.labels.contains(value)
  }
  override iterate(): Iterable<Value> {
    return [new Tuple(['root', this.labels])]
  }
  override isTrue(): boolean {
    return true
  }
  override str(): string {
    return `root=${repr(this.labels)}`
  }
  override repr(): string {
    return `${this.typeName}(${this.str()})`
  }
}
