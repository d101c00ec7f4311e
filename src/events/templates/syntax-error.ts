/** A template that cannot be read; or, as assertion, one that could never be rendered. */
export class TemplateSyntaxError extends Error {
  readonly type: 'TemplateSyntaxError' | 'TemplateAssertionError'
  readonly line: number
  constructor(message: string, line: number, type: TemplateSyntaxError['type'] = 'TemplateSyntaxError') {
    super(message)
    this.line = line
    this.type = type
  }
}

/** A template that breaks the rules for templates of users. */
export class TemplateSecurityError extends Error {
  readonly line = 0
}
