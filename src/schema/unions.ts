/** Unions: pydantic's smart mode, and unions that a tag decides. */

import type { Json } from '../values/json.ts'
import { pythonRepr } from '../values/python-text.ts'
import { isRecord } from './containers.ts'
import { anyOf } from './json-schema.ts'
import { notModel } from './model.ts'
import { pythonStr } from './python-str.ts'
import { Fit, type Infer, type Invalid, invalid, type Reading, type Schema } from './reading.ts'

/**
 * The member that fits best: with the most fields when models are concerned, then with the least coercion, then the first.
 * When none fits, the issues of all of them count, each below its member's label.
 */
export function union<const Members extends readonly Schema<unknown>[]>(...members: Members): Schema<Infer<Members[number]>> {
  type Output = Infer<Members[number]>
  const choices = members as readonly Schema<unknown>[] as readonly Schema<Output>[]

  /** The best member's value. Members that do not fit are common, so their issues are not made yet. */
  function choose(input: Json | undefined, reading: Reading): Output | Invalid {
    const { fit, fieldsSet, quiet } = reading
    reading.quiet = true
    let best: Output | Invalid = invalid
    let bestFit: number = Fit.exact
    let bestFieldsSet = -1
    for (const member of choices) {
      reading.fit = Fit.exact
      reading.fieldsSet = -1
      const value = member.read(input, reading)
      if (value === invalid) continue
      const comparable = bestFieldsSet >= 0 && reading.fieldsSet >= 0 && bestFieldsSet !== reading.fieldsSet
      if (best === invalid || (comparable ? reading.fieldsSet > bestFieldsSet : reading.fit > bestFit)) {
        best = value
        bestFit = reading.fit
        bestFieldsSet = reading.fieldsSet
      }
      if (reading.fit === Fit.exact && reading.fieldsSet < 0) break
    }
    reading.quiet = quiet
    reading.fit = Math.min(fit, bestFit)
    reading.fieldsSet = bestFieldsSet < 0 ? fieldsSet : Math.max(fieldsSet, 0) + bestFieldsSet
    return best
  }

  function report(input: Json | undefined, reading: Reading): Invalid {
    for (const member of choices) {
      const mark = reading.issues.length
      member.read(input, reading)
      reading.within(member.label(), mark)
    }
    return invalid
  }

  return {
    label: () => `union[${members.map((member) => member.label()).join(',')}]`,
    hasOwnTitle: () => false,
    read(input, reading) {
      const value = choose(input, reading)
      return value === invalid && !reading.quiet ? report(input, reading) : value
    },
    describe: (description) => anyOf(members.map((member) => member.describe(description))),
  }
}

/** One of several models; the field `key` says which. Their issues lie below the tag. */
export function tagged<const Members extends Record<string, Schema<unknown>>>(
  key: string,
  members: Members,
): Schema<Infer<Members[keyof Members]>> {
  const choices = new Map(Object.entries(members)) as Map<unknown, Schema<Infer<Members[keyof Members]>>>
  const discriminator = pythonRepr(key)
  const expected_tags = Object.keys(members).map(pythonRepr).join(', ')
  return {
    label: () =>
      `tagged-union[${Object.values(members)
        .map((member) => member.label())
        .join(',')}]`,
    hasOwnTitle: () => false,
    read(input, reading) {
      if (!isRecord(input)) return notModel(input, reading)
      const tag = input[key]
      if (tag === undefined) {
        return reading.fail('union_tag_not_found', `Unable to extract tag using discriminator ${discriminator}`, input, { discriminator })
      }
      const member = choices.get(tag)
      if (member === undefined) {
        const written = pythonStr(tag)
        const msg = `Input tag '${written}' found using ${discriminator} does not match any of the expected tags: ${expected_tags}`
        return reading.fail('union_tag_invalid', msg, input, { discriminator, tag: written, expected_tags })
      }
      const mark = reading.issues.length
      const value = member.read(input, reading)
      return value === invalid ? reading.within(String(tag), mark) : value
    },
    describe: (description) => {
      const described = Object.entries(members).map(([tag, member]) => [tag, member.describe(description)] as const)
      const mapping = Object.fromEntries(described.map(([tag, schema]) => [tag, schema['$ref']]))
      return { oneOf: described.map(([, schema]) => schema), discriminator: { propertyName: key, mapping } }
    },
  }
}
