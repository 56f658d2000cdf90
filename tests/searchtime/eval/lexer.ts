import { NotKnown } from './value.ts'

export type TokenKind = 'number' | 'string' | 'field' | 'name' | 'operator' | 'end'
export interface Token {
  readonly kind: TokenKind
  readonly text: string
}

const operators = ['==', '!=', '<=', '>=', '(', ')', ',', '+', '-', '*', '/', '%', '.', '<', '>', '=']

/**
 * Splits an eval expression. Strings stand in double quotes (`\"` and `\\` are escapes, every other backslash stays),
 * field names with characters beyond letters, digits and `_` in single quotes: outside of quotes a dot concatenates.
 * Source: Splunk Search Reference, eval command usage, "Field names".
 */
export function tokens(expression: string): Token[] {
  const found: Token[] = []
  let at = 0
  const take = (pattern: RegExp): RegExpExecArray | undefined => {
    pattern.lastIndex = at
    const match = pattern.exec(expression)
    if (match) at = pattern.lastIndex
    return match ?? undefined
  }
  while (at < expression.length) {
    if (take(/\s+/y)) continue
    const string = take(/"((?:[^"\\]|\\[\s\S])*)"/y)
    const field = string ? undefined : take(/'((?:[^'\\]|\\[\s\S])*)'/y)
    const number = string || field ? undefined : take(/\d+(?:\.\d+)?/y)
    const name = string || field || number ? undefined : take(/[A-Za-z_]\w*/y)
    if (string) found.push({ kind: 'string', text: (string[1] ?? '').replace(/\\(["\\])/g, '$1') })
    else if (field) found.push({ kind: 'field', text: field[1] ?? '' })
    else if (number) found.push({ kind: 'number', text: number[0] })
    else if (name) found.push({ kind: 'name', text: name[0] })
    else {
      const operator = operators.find((text) => expression.startsWith(text, at))
      if (!operator) throw new NotKnown(`"${expression.slice(at, at + 20)}" in the expression ${expression}`)
      found.push({ kind: 'operator', text: operator })
      at += operator.length
    }
  }
  found.push({ kind: 'end', text: '' })
  return found
}
