import { call } from './functions.ts'
import { type Expression, fieldsOf } from './parser.ts'
import { asNumber, type Fields, fromTexts, isMultivalue, NotKnown, texts, type Value } from './value.ts'

/** Functions of the clock, given by the caller. */
export interface Clock {
  /** Epoch seconds of `now()`. */
  readonly now: number
}

/** The value of an expression for one event. A field that the event does not have is null. */
export function evaluate(expression: Expression, fields: Fields, clock: Clock = { now: 0 }): Value {
  switch (expression.kind) {
    case 'literal':
      return expression.value
    case 'field':
      return fields.get(expression.name) ?? null
    case 'not':
      return negate(truth(evaluate(expression.operand, fields, clock)))
    case 'binary':
      return binary(expression, fields, clock)
    case 'call':
      return lazily(expression, fields, clock)
  }
}

function lazily({ name, args }: Expression & { kind: 'call' }, fields: Fields, clock: Clock): Value {
  const value = (at: number): Value => {
    const argument = args[at]
    if (!argument) throw new NotKnown(`${name}() with ${args.length} arguments`)
    return evaluate(argument, fields, clock)
  }
  if (name === 'now') return clock.now
  if (name === 'if') {
    if (args.length !== 3) throw new NotKnown(`if() with ${args.length} arguments`)
    return truth(value(0)) ? value(1) : value(2)
  }
  if (name === 'case') {
    if (args.length % 2 !== 0) throw new NotKnown(`case() with ${args.length} arguments`)
    for (let at = 0; at < args.length; at += 2) if (truth(value(at))) return value(at + 1)
    return null
  }
  if (name === 'mvmap') {
    const [over, each] = args
    if (args.length !== 2 || !over || !each) throw new NotKnown(`mvmap() with ${args.length} arguments`)
    const field = only(fieldsOf(over), 'mvmap')
    return eachValue(value(0), field, fields, (of) => texts(evaluate(each, of, clock)))
  }
  if (name === 'mvfilter') {
    const [keep] = args
    if (args.length !== 1 || !keep) throw new NotKnown(`mvfilter() with ${args.length} arguments`)
    const field = only(fieldsOf(keep), 'mvfilter')
    return eachValue(fields.get(field) ?? null, field, fields, (of, item) =>
      truth(evaluate(keep, of, clock)) ? [item] : [],
    )
  }
  return call(
    name,
    args.map((argument) => evaluate(argument, fields, clock)),
  )
}

/** mvmap and mvfilter take one field, whose values stand in for it one at a time. */
function only(names: readonly string[], of: string): string {
  const [first, ...others] = new Set(names)
  if (first === undefined || others.length > 0)
    throw new NotKnown(`${of}() over ${names.join(' and ')}: it takes one field`)
  return first
}

function eachValue(
  value: Value,
  field: string,
  fields: Fields,
  apply: (fields: Fields, item: string) => readonly string[],
): Value {
  return fromTexts(texts(value).flatMap((item) => apply(new Map(fields).set(field, item), item)))
}

/** A condition's truth; null, where it has none. */
function truth(value: Value): boolean | null {
  if (value === null || typeof value === 'boolean') return value
  throw new NotKnown(`${JSON.stringify(value)} where a condition is needed`)
}

const negate = (value: boolean | null): boolean | null => (value === null ? null : !value)

function binary(
  { operator, left, right }: Expression & { kind: 'binary' },
  fields: Fields,
  clock: Clock,
): Value {
  const a = evaluate(left, fields, clock)
  if (operator === 'AND' || operator === 'OR') {
    const decided = operator === 'OR'
    if (truth(a) === decided) return decided
    const b = truth(evaluate(right, fields, clock))
    if (b === decided) return decided
    return a === null || b === null ? null : b
  }
  const b = evaluate(right, fields, clock)
  if (operator === 'XOR') return truth(a) !== truth(b)
  if (isMultivalue(a) || isMultivalue(b))
    throw new NotKnown(`"${operator}" on a multivalue field is not defined`)
  if (a === null || b === null) return null
  if (operator === '.') return `${texts(a)[0]}${texts(b)[0]}`
  const x = asNumber(a)
  const y = asNumber(b)
  const numeric = x !== undefined && y !== undefined
  switch (operator) {
    case '==':
      return numeric ? x === y : String(a) === String(b)
    case '!=':
      return numeric ? x !== y : String(a) !== String(b)
    case '+':
      if (!numeric && typeof a === 'string' && typeof b === 'string') return a + b
  }
  if (!numeric) throw new NotKnown(`"${operator}" between ${JSON.stringify(a)} and ${JSON.stringify(b)}`)
  switch (operator) {
    case '+':
      return x + y
    case '-':
      return x - y
    case '*':
      return x * y
    case '/':
      return y === 0 ? null : x / y
    case '%':
      return y === 0 ? null : x % y
    case '<':
      return x < y
    case '>':
      return x > y
    case '<=':
      return x <= y
    case '>=':
      return x >= y
  }
  throw new NotKnown(`the operator ${operator}`)
}
