/** The syntax tree of a template. */
export type Expression =
  | { kind: 'const'; value: null | boolean | bigint | number | string; line: number }
  | { kind: 'name'; name: string; line: number }
  | { kind: 'namespace-attribute'; name: string; attribute: string; line: number }
  | { kind: 'tuple' | 'list'; items: Expression[]; line: number }
  | { kind: 'dict'; pairs: [Expression, Expression][]; line: number }
  | { kind: 'attribute'; of: Expression; name: string; line: number }
  | { kind: 'item'; of: Expression; key: Expression; line: number }
  | { kind: 'slice'; parts: (Expression | null)[]; line: number }
  | ({ kind: 'call'; of: Expression; line: number } & Arguments)
  | ({ kind: 'filter'; of: Expression | null; name: string; line: number } & Arguments)
  | ({ kind: 'test'; of: Expression; name: string; line: number } & Arguments)
  | { kind: 'not' | 'negative' | 'positive'; of: Expression; line: number }
  | { kind: 'and' | 'or'; left: Expression; right: Expression; line: number }
  | { kind: 'binary'; operator: BinaryOperator; left: Expression; right: Expression; line: number }
  | { kind: 'concat'; parts: Expression[]; line: number }
  | { kind: 'compare'; first: Expression; rest: { operator: CompareOperator; value: Expression }[]; line: number }
  | { kind: 'condition'; test: Expression; yes: Expression; no: Expression | null; line: number }

export type BinaryOperator = '+' | '-' | '*' | '/' | '//' | '%' | '**'
export type CompareOperator = '==' | '!=' | '<' | '<=' | '>' | '>=' | 'in' | 'not in'

export interface Arguments {
  positional: Expression[]
  named: { name: string; value: Expression }[]
  /** `*arguments` */
  spread: Expression | null
  /** `**arguments` */
  spreadNamed: Expression | null
}

export interface Parameters {
  names: string[]
  defaults: Expression[]
}

export type FilterCall = Extract<Expression, { kind: 'filter' }>
export type Call = Extract<Expression, { kind: 'call' }>

export type Statement =
  | { kind: 'text'; text: string; line: number }
  | { kind: 'output'; value: Expression; line: number }
  | {
      kind: 'for'
      target: Expression
      over: Expression
      test: Expression | null
      recursive: boolean
      body: Statement[]
      otherwise: Statement[]
      line: number
    }
  | {
      kind: 'if'
      test: Expression
      body: Statement[]
      branches: { test: Expression; body: Statement[] }[]
      otherwise: Statement[]
      line: number
    }
  | { kind: 'set'; target: Expression; value: Expression; line: number }
  | { kind: 'set-block'; target: Expression; filter: Expression | null; body: Statement[]; line: number }
  | { kind: 'with'; targets: Expression[]; values: Expression[]; body: Statement[]; line: number }
  | { kind: 'filter-block'; filter: Expression; body: Statement[]; line: number }
  | { kind: 'macro'; name: string; parameters: Parameters; body: Statement[]; line: number }
  | { kind: 'call-block'; parameters: Parameters; call: Call; body: Statement[]; line: number }
  | { kind: 'block'; name: string; scoped: boolean; required: boolean; body: Statement[]; line: number }
  | { kind: 'autoescape'; on: Expression; body: Statement[]; line: number }
  /** include, import, from, extends: there is nothing to load templates from. */
  | { kind: 'load'; of: 'include' | 'import' | 'from' | 'extends'; template: Expression; line: number }

export type Node = Expression | Statement
