import * as s from '../../schema/index.ts'

/** The most objects that one bulk request touches. */
const bulkLimit = 50

/** `limit` of the bulk endpoints. */
export const bulkLimitField = s.optional(s.integer({ ge: 1, le: bulkLimit }), bulkLimit)
