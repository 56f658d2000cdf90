import { Refusal } from '../rest/reply.ts'
import { isRecord, type KvDocument } from './document.ts'

/** Decides whether a document is meant. */
export type Predicate = (document: KvDocument) => boolean

/** The value at a dotted path. */
function valueAt(document: unknown, path: string): unknown {
  let value = document
  for (const part of path.split('.')) value = isRecord(value) ? value[part] : undefined
  return value
}

/** Same type and ordered, as MongoDB compares: a number is neither more nor less than a string. */
function order(left: unknown, right: unknown): number | undefined {
  if (typeof left === 'number' && typeof right === 'number') return left - right
  if (typeof left === 'string' && typeof right === 'string') return left < right ? -1 : left > right ? 1 : 0
  if (typeof left === 'boolean' && typeof right === 'boolean') return Number(left) - Number(right)
  return undefined
}

function equal(left: unknown, right: unknown): boolean {
  if (Array.isArray(left) && !Array.isArray(right)) return left.some((item) => equal(item, right))
  if (right === null) return left === null || left === undefined
  return left === right || (typeof left === 'object' && JSON.stringify(left) === JSON.stringify(right))
}

function compared(left: unknown, right: unknown, holds: (difference: number) => boolean): boolean {
  const difference = order(left, right)
  return difference !== undefined && holds(difference)
}

function operator(name: string, path: string, operand: unknown): Predicate {
  switch (name) {
    case '$gt':
      return (document) => compared(valueAt(document, path), operand, (difference) => difference > 0)
    case '$gte':
      return (document) => compared(valueAt(document, path), operand, (difference) => difference >= 0)
    case '$lt':
      return (document) => compared(valueAt(document, path), operand, (difference) => difference < 0)
    case '$lte':
      return (document) => compared(valueAt(document, path), operand, (difference) => difference <= 0)
    case '$ne':
      return (document) => !equal(valueAt(document, path), operand)
    case '$not': {
      const inner = condition(path, operand)
      return (document) => !inner(document)
    }
    default:
      throw new Refusal(400, `Unsupported operator ${name} in the query.`)
  }
}

function condition(path: string, operand: unknown): Predicate {
  if (!isRecord(operand) || !Object.keys(operand).some((key) => key.startsWith('$'))) {
    return (document) => equal(valueAt(document, path), operand)
  }
  const all = Object.entries(operand).map(([name, value]) => operator(name, path, value))
  return (document) => all.every((holds) => holds(document))
}

function list(name: string, value: unknown): Predicate[] {
  if (!Array.isArray(value) || value.length === 0)
    throw new Refusal(400, `${name} wants a list of conditions.`)
  return value.map(predicate)
}

function clause(name: string, value: unknown): Predicate {
  if (name === '$and') {
    const all = list(name, value)
    return (document) => all.every((holds) => holds(document))
  }
  if (name === '$or') {
    const some = list(name, value)
    return (document) => some.some((holds) => holds(document))
  }
  if (name === '$not') {
    const inner = predicate(value)
    return (document) => !inner(document)
  }
  if (name.startsWith('$')) throw new Refusal(400, `Unsupported operator ${name} in the query.`)
  return condition(name, value)
}

/** A parsed `query`, such as `{"input":"etd","$or":[…],"to":{"$gt":"2026"}}`. Throws 400 for what it does not know. */
export function predicate(query: unknown): Predicate {
  if (!isRecord(query)) throw new Refusal(400, 'The query is not a JSON object.')
  const all = Object.entries(query).map(([name, value]) => clause(name, value))
  return (document) => all.every((holds) => holds(document))
}

/** `sort=a:-1,b:1`: documents in that order; a missing value comes first. */
export function sorted(documents: KvDocument[], sort: string): KvDocument[] {
  const keys = sort.split(',').map((part) => {
    const [path = '', direction = '1'] = part.split(':', 2)
    if (path === '' || !['1', '-1'].includes(direction)) throw new Refusal(400, `Invalid sort "${sort}".`)
    return { path, direction: Number(direction) }
  })
  return documents.toSorted((left, right) => {
    for (const { path, direction } of keys) {
      const [first, second] = [valueAt(left, path), valueAt(right, path)]
      const difference = order(first, second) ?? Number(first !== undefined) - Number(second !== undefined)
      if (difference !== 0) return difference * direction
    }
    return 0
  })
}

/** `fields=a,b` keeps those, `fields=a:0` drops them; the two do not mix, save `_key:0`. */
export function projection(fields: string): (document: KvDocument) => Record<string, unknown> {
  const parts = fields.split(',').map((part) => part.split(':', 2))
  const dropped = new Set(parts.filter(([, keep]) => keep === '0').map(([name = '']) => name))
  const kept = new Set(parts.filter(([, keep]) => keep !== '0').map(([name = '']) => name))
  if (kept.size > 0 && [...dropped].some((name) => name !== '_key')) {
    throw new Refusal(400, 'fields cannot include and exclude at once.')
  }
  if (kept.size > 0) kept.add('_key')
  return (document) =>
    Object.fromEntries(
      Object.entries(document).filter(([name]) => !dropped.has(name) && (kept.size === 0 || kept.has(name))),
    )
}
