import { asNumber, type Fields, NotKnown, texts } from '../eval/value.ts'

export type Filter = (fields: Fields) => boolean

/** A filter with the fields that it reads. */
export interface ParsedFilter {
  readonly matches: Filter
  readonly fields: readonly string[]
}

/**
 * The search command's own language, as event types use it: `field=value` (any case, `*` for anything, any value of a
 * multivalue field), `!=`, comparisons of numbers, `IN (…)`, NOT, OR, AND (or nothing), parentheses. Words without a
 * field are not read. Source: Splunk Search Reference, search command.
 */
export function parseFilter(search: string): ParsedFilter {
  const parts = [...search.matchAll(/"(?:[^"\\]|\\.)*"|!=|<=|>=|[()=<>,]|[^\s()=<>!,"]+/g)].map(
    (match) => match[0],
  )
  const fields = new Set<string>()
  let at = 0
  const takes = (part: string): boolean => parts[at] === part && ++at > 0
  const needs = (part: string): void => {
    if (!takes(part))
      throw new NotKnown(`"${parts[at] ?? 'the end'}" where "${part}" was expected in the search ${search}`)
  }
  const plain = (part: string | undefined): string => {
    if (part === undefined || /^[()=<>,]|^!=/.test(part))
      throw new NotKnown(`"${part}" where a value is needed in ${search}`)
    return part.startsWith('"') ? part.slice(1, -1).replace(/\\(["\\])/g, '$1') : part
  }
  const either = (): Filter => {
    const options = [both()]
    while (takes('OR')) options.push(both())
    return options.length === 1 ? (options[0] as Filter) : (event) => options.some((option) => option(event))
  }
  const both = (): Filter => {
    const all: Filter[] = []
    do all.push(one())
    while (takes('AND') || (at < parts.length && parts[at] !== ')' && parts[at] !== 'OR'))
    return (event) => all.every((holds) => holds(event))
  }
  const one = (): Filter => {
    if (takes('NOT')) {
      const inner = one()
      return (event) => !inner(event)
    }
    if (takes('(')) {
      const inner = either()
      needs(')')
      return inner
    }
    const field = plain(parts[at++])
    const operator = parts[at++] ?? ''
    fields.add(field)
    if (operator === 'IN') {
      needs('(')
      const values: string[] = []
      do values.push(plain(parts[at++]))
      while (takes(','))
      needs(')')
      return (event) => values.some((value) => equals(event, field, value))
    }
    const value = plain(parts[at++])
    if (operator === '=') return (event) => equals(event, field, value)
    if (operator === '!=') return (event) => event.has(field) && !equals(event, field, value)
    if (!/^[<>]=?$/.test(operator))
      throw new NotKnown(`${field} ${operator} ${value} in the search ${search}`)
    return (event) => compare(event, field, operator, value)
  }
  const matches = either()
  if (at < parts.length) throw new NotKnown(`"${parts[at]}" in the search ${search}`)
  return { matches, fields: [...fields] }
}

function equals(event: Fields, field: string, value: string): boolean {
  const pattern = value.replace(/[\\^$.+?()[\]{}|]/g, '\\$&').replaceAll('*', '[\\s\\S]*')
  const regex = new RegExp(`^${pattern}$`, 'iu')
  return texts(event.get(field) ?? null).some((text) => regex.test(text))
}

function compare(event: Fields, field: string, operator: string, value: string): boolean {
  const limit = asNumber(value)
  if (limit === undefined) throw new NotKnown(`${field} ${operator} ${value}: not a number`)
  return texts(event.get(field) ?? null).some((text) => {
    const number = asNumber(text)
    if (number === undefined) return false
    return operator === '<'
      ? number < limit
      : operator === '>'
        ? number > limit
        : operator === '<='
          ? number <= limit
          : number >= limit
  })
}
