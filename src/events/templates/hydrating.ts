/** Templates in parameters, as hydration wants them: a text or what is wrong. */
import { renderTemplate, TemplateRenderError, TemplateSecurityError, TemplateSyntaxError, type Value, validateTemplate } from './index.ts'

/** What is wrong with a template, or null. */
export function templateProblem(template: string): string | null {
  try {
    validateTemplate(template)
    return null
  } catch (error) {
    if (error instanceof TemplateSyntaxError || error instanceof TemplateSecurityError) return error.message
    throw error
  }
}

/** The reference renders templates in parameters synchronously. */
export function renderedOrProblem(
  template: string,
  context: Iterable<readonly [string, Value]>,
  uiUrl: string | null = null,
): { text: string } | { problem: string } {
  try {
    return { text: renderTemplate(template, context, { uiUrl, isAsync: false }) }
  } catch (error) {
    if (error instanceof TemplateRenderError) return { problem: error.message }
    throw error
  }
}
