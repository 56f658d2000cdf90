import { type Token, tokens } from './lexer.ts'
import { NotKnown } from './value.ts'

export type Expression =
  | { readonly kind: 'literal'; readonly value: string | number }
  | { readonly kind: 'field'; readonly name: string }
  | { readonly kind: 'call'; readonly name: string; readonly args: readonly Expression[] }
  | { readonly kind: 'not'; readonly operand: Expression }
  | {
      readonly kind: 'binary'
      readonly operator: string
      readonly left: Expression
      readonly right: Expression
    }

/** Binary operators from the loosest to the tightest. Source: Splunk Search Reference, eval, "Operators". */
const precedence: readonly (readonly string[])[] = [
  ['OR'],
  ['XOR'],
  ['AND'],
  ['=', '==', '!=', '<', '>', '<=', '>=', 'LIKE', 'IN'],
  ['.'],
  ['+', '-'],
  ['*', '/', '%'],
]

/** Reads an eval expression. @throws NotKnown for whatever is not eval as this add-on uses it. */
export function parseExpression(text: string): Expression {
  const reader = new Reader(tokens(text), text)
  const expression = reader.binary(0)
  reader.expect('end', '')
  return expression
}

class Reader {
  readonly #tokens: readonly Token[]
  readonly #text: string
  #at = 0

  constructor(all: readonly Token[], text: string) {
    this.#tokens = all
    this.#text = text
  }

  get #next(): Token {
    return this.#tokens[this.#at] ?? { kind: 'end', text: '' }
  }

  expect(kind: Token['kind'], text: string): void {
    if (this.#next.kind !== kind || this.#next.text !== text) {
      throw new NotKnown(`"${this.#next.text}" where "${text || 'the end'}" was expected in ${this.#text}`)
    }
    this.#at++
  }

  #takes(text: string): boolean {
    const { kind, text: found } = this.#next
    const is = kind === 'operator' ? found === text : kind === 'name' && found.toUpperCase() === text
    if (is) this.#at++
    return is
  }

  binary(level: number): Expression {
    const operators = precedence[level]
    if (!operators) return this.#unary()
    let left = this.binary(level + 1)
    for (;;) {
      const operator = operators.find((text) => this.#takes(text))
      if (!operator) return left
      if (operator === 'IN') {
        left = { kind: 'call', name: 'in', args: [left, ...this.#list()] }
      } else if (operator === 'LIKE') {
        left = { kind: 'call', name: 'like', args: [left, this.binary(level + 1)] }
      } else {
        left = {
          kind: 'binary',
          operator: operator === '=' ? '==' : operator,
          left,
          right: this.binary(level + 1),
        }
      }
    }
  }

  #list(): Expression[] {
    this.expect('operator', '(')
    const items: Expression[] = []
    if (this.#takes(')')) return items
    do items.push(this.binary(0))
    while (this.#takes(','))
    this.expect('operator', ')')
    return items
  }

  #unary(): Expression {
    if (this.#takes('NOT')) return { kind: 'not', operand: this.binary(3) }
    if (this.#takes('-')) {
      return { kind: 'binary', operator: '-', left: { kind: 'literal', value: 0 }, right: this.#unary() }
    }
    if (this.#takes('(')) {
      const inner = this.binary(0)
      this.expect('operator', ')')
      return inner
    }
    const token = this.#next
    this.#at++
    if (token.kind === 'number') return { kind: 'literal', value: Number(token.text) }
    if (token.kind === 'string') return { kind: 'literal', value: token.text }
    if (token.kind === 'field') return { kind: 'field', name: token.text }
    if (token.kind !== 'name') throw new NotKnown(`"${token.text || 'the end'}" in ${this.#text}`)
    const isCall = this.#next.kind === 'operator' && this.#next.text === '('
    return isCall
      ? { kind: 'call', name: token.text, args: this.#list() }
      : { kind: 'field', name: token.text }
  }
}

/** Every field that an expression reads. */
export function fieldsOf(expression: Expression): string[] {
  switch (expression.kind) {
    case 'literal':
      return []
    case 'field':
      return [expression.name]
    case 'call':
      return expression.args.flatMap(fieldsOf)
    case 'not':
      return fieldsOf(expression.operand)
    case 'binary':
      return [...fieldsOf(expression.left), ...fieldsOf(expression.right)]
  }
}
