/** Templates that users write in automations, before they are saved. */
import { TemplateSecurityError, TemplateSyntaxError, validateTemplate as validate } from '../../events/templates/index.ts'
import type { Infer } from '../../schema/index.ts'
import * as s from '../../schema/index.ts'
import type { Context } from '../context.ts'
import { noContent, type Reply, type Request } from '../route.ts'

export const Template = s.optional(s.string(), '')

/** 204, or 422 with what is wrong and where. */
export async function validateTemplate(_context: Context, { body }: Request<Infer<typeof Template>>): Promise<Reply> {
  try {
    validate(body)
    return noContent()
  } catch (error) {
    if (!(error instanceof TemplateSyntaxError || error instanceof TemplateSecurityError)) throw error
    return { status: 422, body: { error: { line: error.line, message: error.message, source: body } } }
  }
}
