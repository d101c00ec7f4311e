/** Binds a call's arguments to a function's parameters, with Python's complaints. */
import { repr } from './printing.ts'
import { type Named, typeError, type Value } from './values.ts'

/** A parameter's name, with its default when it has one. */
export type Parameter = string | readonly [name: string, fallback: Value]

export interface Signature {
  readonly name: string
  readonly parameters: readonly Parameter[]
  /** Parameters that the environment fills before these (Python counts them). */
  readonly hidden?: number
}

/** One value for each parameter. */
export function bind({ name, parameters, hidden = 0 }: Signature, positional: readonly Value[], named: Named): Value[] {
  if (positional.length > parameters.length) throw typeError(tooMany(name, parameters, hidden, positional.length))
  const names = parameters.map((parameter) => (typeof parameter === 'string' ? parameter : parameter[0]))
  for (const given of named.keys()) {
    const index = names.indexOf(given)
    if (index < 0) throw typeError(`${name}() got an unexpected keyword argument ${repr(given)}`)
    if (index < positional.length) throw typeError(`${name}() got multiple values for argument ${repr(given)}`)
  }
  const missing: string[] = []
  const bound = parameters.map((parameter, index): Value => {
    const [parameterName, fallback] = typeof parameter === 'string' ? [parameter] : parameter
    const value = positional[index] ?? named.get(parameterName)
    if (value !== undefined) return value
    if (index < positional.length || named.has(parameterName)) return null
    if (fallback === undefined) missing.push(parameterName)
    return fallback ?? null
  })
  if (missing.length > 0)
    throw typeError(`${name}() missing ${missing.length} required positional ${plural(missing.length)}: ${listed(missing)}`)
  return bound
}

const plural = (count: number): string => (count === 1 ? 'argument' : 'arguments')

function tooMany(name: string, parameters: readonly Parameter[], hidden: number, given: number): string {
  const most = parameters.length + hidden
  const least = parameters.filter((parameter) => typeof parameter === 'string').length + hidden
  const takes = least === most ? `${most} positional ${plural(most)}` : `from ${least} to ${most} positional arguments`
  return `${name}() takes ${takes} but ${given + hidden} ${given + hidden === 1 ? 'was' : 'were'} given`
}

/** `'a'`, `'a' and 'b'`, `'a', 'b', and 'c'`. */
function listed(names: readonly string[]): string {
  const quoted = names.map(repr)
  const last = quoted.at(-1) ?? ''
  if (quoted.length < 2) return last
  return quoted.length === 2 ? quoted.join(' and ') : `${quoted.slice(0, -1).join(', ')}, and ${last}`
}
