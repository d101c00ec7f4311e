/** The tests behind `is`. */
import { binary, contains, hasHtml } from './arithmetic.ts'
import { equals, type OrderOperator, order } from './comparing.ts'
import { Dict, DictView, iterate, Markup, Range, Tuple } from './containers.ts'
import { isTrue } from './converting.ts'
import { type Environment, filter } from './environment.ts'
import { str } from './printing.ts'
import { isLower, isUpper } from './text-methods.ts'
import { Undefined } from './undefined.ts'
import { isList, isObject, type Named, PythonObject, type Value } from './values.ts'

type Test = (positional: readonly Value[], named: Named, environment: Environment) => boolean

const test = (
  name: string,
  parameters: readonly string[],
  apply: (given: readonly Value[], environment: Environment) => boolean,
  hidden = 0,
): Test => {
  const bound = filter(name, parameters, (given, environment) => apply(given, environment), hidden)
  return (positional, named, environment) => isTrue(bound(positional, named, environment))
}
const unary = (name: string, apply: (value: Value) => boolean): Test => test(name, ['value'], ([value = null]) => apply(value))
const comparison = (name: string, operator: OrderOperator, decide: (difference: number) => boolean): Test =>
  test(name, ['a', 'b'], ([a = null, b = null]) => decide(order(a, b, operator)))

const equal: Test = test('eq', ['a', 'b'], ([a = null, b = null]) => equals(a, b))
const unequal: Test = test('ne', ['a', 'b'], ([a = null, b = null]) => !equals(a, b))
const greater = comparison('gt', '>', (difference) => difference > 0)
const less = comparison('lt', '<', (difference) => difference < 0)
const atLeast = comparison('ge', '>=', (difference) => difference >= 0)
const atMost = comparison('le', '<=', (difference) => difference <= 0)

/** Objects without identity of their own: Python makes small ints and texts only once. */
function isSame(a: Value, b: Value): boolean {
  if (isObject(a) || isObject(b) || isList(a) || isList(b)) return a === b
  return typeof a === typeof b && a === b && typeof a !== 'number'
}

export const tests: Readonly<Record<string, Test>> = {
  odd: unary('test_odd', (value) => equals(binary('%', value, 2n), 1n)),
  even: unary('test_even', (value) => equals(binary('%', value, 2n), 0n)),
  divisibleby: test('test_divisibleby', ['value', 'num'], ([value = null, by = null]) => equals(binary('%', value, by), 0n)),
  defined: unary('test_defined', (value) => !(value instanceof Undefined)),
  undefined: unary('test_undefined', (value) => value instanceof Undefined),
  filter: test('test_filter', ['value'], ([value = null], environment) => typeof value === 'string' && environment.hasFilter(value), 1),
  test: test('test_test', ['value'], ([value = null], environment) => typeof value === 'string' && environment.hasTest(value), 1),
  none: unary('test_none', (value) => value === null),
  boolean: unary('test_boolean', (value) => typeof value === 'boolean'),
  false: unary('test_false', (value) => value === false),
  true: unary('test_true', (value) => value === true),
  integer: unary('test_integer', (value) => typeof value === 'bigint'),
  float: unary('test_float', (value) => typeof value === 'number'),
  lower: unary('test_lower', (value) => isLower(str(value))),
  upper: unary('test_upper', (value) => isUpper(str(value))),
  string: unary('test_string', (value) => typeof value === 'string' || value instanceof Markup),
  mapping: unary('test_mapping', (value) => value instanceof Dict),
  number: unary('test_number', (value) => typeof value === 'bigint' || typeof value === 'number' || typeof value === 'boolean'),
  sequence: unary('test_sequence', isSequence),
  iterable: unary('test_iterable', isIterable),
  callable: unary('callable', (value) => value instanceof PythonObject && (value.call !== null || value instanceof Undefined)),
  sameas: test('test_sameas', ['value', 'other'], ([a = null, b = null]) => isSame(a, b)),
  escaped: unary('test_escaped', (value) => hasHtml(value)),
  in: test('test_in', ['value', 'seq'], ([value = null, within = null]) => contains(within, value, iterate, equals)),
  '==': equal,
  eq: equal,
  equalto: equal,
  '!=': unequal,
  ne: unequal,
  '>': greater,
  gt: greater,
  greaterthan: greater,
  ge: atLeast,
  '>=': atLeast,
  '<': less,
  lt: less,
  lessthan: less,
  '<=': atMost,
  le: atMost,
}

function isSequence(value: Value): boolean {
  if (typeof value === 'string' || isList(value) || value instanceof Undefined) return true
  return value instanceof Markup || value instanceof Tuple || value instanceof Dict || value instanceof Range
}

function isIterable(value: Value): boolean {
  if (typeof value === 'string' || isList(value)) return true
  return value instanceof DictView || (value instanceof PythonObject && value.iterate() !== null)
}
