/** What only descriptions need: schemas that are never read. */
import type { JsonSchema, Schema } from '../schema/index.ts'

/** A schema that is described and never read. */
function described(label: string, hasTitle: boolean, describe: Schema<unknown>['describe']): Schema<unknown> {
  return {
    label: () => label,
    hasOwnTitle: () => hasTitle,
    read() {
      throw new TypeError(`${label} is only described`)
    },
    describe,
  }
}

/** A model or enumeration that is described where requests carry it. */
export const component = (name: string): Schema<unknown> => described(name, true, () => ({ $ref: `#/components/schemas/${name}` }))

/** A dictionary whose keys are ids. */
export const byId = (value: Schema<unknown>): Schema<unknown> =>
  described('by id', false, (description) => ({
    type: 'object',
    additionalProperties: value.describe(description),
    propertyNames: { format: 'uuid' },
  }))

/** An address. */
export const uri = (): Schema<unknown> => described('uri', false, (): JsonSchema => ({ type: 'string', format: 'uri', minLength: 1 }))

/** A field with a title that its name does not give. */
export const titled = <Output>(title: string, schema: Schema<Output>): Schema<Output> => ({
  ...schema,
  hasOwnTitle: () => true,
  describe: (description) => ({ ...schema.describe(description), title }),
})

/** An object of which nothing more is said. */
export const anyObject = (): Schema<unknown> => described('object', false, () => ({ type: 'object' }))

/** Bytes. */
export const octets = (): Schema<unknown> =>
  described('bytes', false, () => ({ type: 'string', contentMediaType: 'application/octet-stream' }))

/** A component without a title of its own. */
export const untitled = (name: string, schema: Schema<unknown>): Schema<unknown> =>
  described(name, true, (description) => description.reference(name, () => schema.describe(description)))
