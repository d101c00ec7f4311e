/** Values as Python's pprint shows them: on one line when they fit, else an element a line. */
import { order } from '../comparing.ts'
import { Dict, Tuple } from '../containers.ts'
import { repr } from '../printing.ts'
import { isList, PythonError, typeName, type Value } from '../values.ts'

const width = 80

export function pprint(value: Value): string {
  return shown(value, 0, 0)
}

function shown(value: Value, indent: number, allowance: number): string {
  const plain = repr(orderedKeys(value))
  if (plain.length <= width - indent - allowance) return plain
  if (value instanceof Dict)
    return `{${elements(sortedEntries(value), indent + 1, allowance + 1, (pair, at, room) => {
      const [key, each] = pair
      const label = `${repr(key)}: `
      return label + shown(each, at + label.length, room)
    })}}`
  if (isList(value)) return `[${elements(value, indent + 1, allowance + 1, shown)}]`
  if (value instanceof Tuple)
    return `(${elements(value.items, indent + 1, allowance + (value.items.length === 1 ? 2 : 1), shown)}${value.items.length === 1 ? ',' : ''})`
  return plain
}

function elements<Element>(
  items: readonly Element[],
  indent: number,
  allowance: number,
  show: (item: Element, indent: number, allowance: number) => string,
): string {
  return items.map((item, index) => show(item, indent, index === items.length - 1 ? allowance : 1)).join(`,\n${' '.repeat(indent)}`)
}

function orderedKeys(value: Value): Value {
  if (isList(value)) return value.map(orderedKeys)
  if (value instanceof Tuple) return new Tuple(value.items.map(orderedKeys))
  return value instanceof Dict ? new Dict(sortedEntries(value).map(([key, each]) => [key, orderedKeys(each)])) : value
}

function sortedEntries(dict: Dict): readonly (readonly [Value, Value])[] {
  return [...dict.entries].sort(([left], [right]) => {
    try {
      return order(left, right, '<')
    } catch (error) {
      if (!(error instanceof PythonError)) throw error
      return order(typeName(left), typeName(right), '<')
    }
  })
}
