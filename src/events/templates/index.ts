/** Users' templates: Jinja2's language, rendered as the reference's sandbox renders it. */
import { refuseTooManyLoops, refuseUncompilable } from './check.ts'
import { Evaluator } from './evaluate.ts'
import { globals } from './globals.ts'
import { parseTemplate } from './parser.ts'
import { errorRepr } from './printing.ts'
import { Scope } from './scope.ts'
import { Renderer } from './statements.ts'
import { TemplateSecurityError, TemplateSyntaxError } from './syntax-error.ts'
import { PythonError, type Value } from './values.ts'
import { everyNode, namesRead } from './walk.ts'

export type { Value }
export { TemplateSecurityError, TemplateSyntaxError }

/** A template that failed; what failed is shown as Python shows the exception. */
export class TemplateRenderError extends Error {
  readonly error: string
  readonly template: string
  constructor(error: string, template: string) {
    super(`Failed to render template due to the following error: ${error}`)
    this.error = error
    this.template = template
  }
}

/** Has the text anything to render? Comments alone do not count. */
export const maybeTemplate = (text: string): boolean => text.includes('{{') || text.includes('{%')

/** Throws TemplateSyntaxError or TemplateSecurityError. */
export function validateTemplate(template: string): void {
  refuseTooManyLoops(
    withinStack(
      () => parseTemplate(template),
      (message) => new TemplateSyntaxError(message || 'too large', 1),
    ),
  )
}

/** Names out of a set that the templates read: what they need to be given. */
export function namesInTemplates(templates: readonly string[], names: ReadonlySet<string>): string[] {
  const read = namesRead(templates.flatMap((template) => parseTemplate(template)))
  return [...names].filter((name) => read.has(name))
}

export interface RenderOptions {
  /** Where the UI is, for links. */
  uiUrl?: string | null
  /** The reference renders parameters of runs synchronously, all else asynchronously: some filters differ. */
  isAsync?: boolean
  /** Microseconds since 1970. */
  now?: () => number
}

/** Renders a template. Throws TemplateRenderError. */
export function renderTemplate(
  template: string,
  context: Iterable<readonly [string, Value]>,
  { uiUrl = null, isAsync = true, now = clock }: RenderOptions = {},
): string {
  if (!maybeTemplate(template)) return template
  try {
    return withinStack(
      () => {
        const statements = parseTemplate(template)
        refuseUncompilable(statements)
        const root = new Scope(new Scope(null, globals), context)
        const renderer = new Renderer(new Evaluator({ isAsync, uiUrl, now }), root)
        const blocks = [...everyNode(statements)].filter((node) => node.kind === 'block')
        if (blocks.length > 0 || namesRead(statements).has('self')) renderer.useBlocks(blocks)
        return renderer.render(statements, root)
      },
      (message) => new PythonError(message === '' ? 'MemoryError' : 'RecursionError', message),
    )
  } catch (error) {
    throw new TemplateRenderError(described(error), template)
  }
}

const clock = (): number => Date.now() * 1000

function described(error: unknown): string {
  if (error instanceof PythonError) return errorRepr(error)
  if (error instanceof TemplateSyntaxError) return errorRepr(new PythonError(error.type, error.message))
  throw error
}

/** A template that nests too deeply, or makes what is too large, is at fault itself. */
function withinStack<Result>(run: () => Result, problem: (message: string) => Error): Result {
  try {
    return run()
  } catch (error) {
    if (error instanceof RangeError) throw problem(error.message.includes('call stack') ? 'maximum recursion depth exceeded' : '')
    throw error
  }
}
