import { type Fields, NotKnown, texts } from '../eval/value.ts'

/**
 * A search with the condition that its results make in the place of every subsearch `[…]`, as the format command does
 * it implicitly: the fields of a row with AND, rows and the values of a multivalue field with OR. Internal fields
 * (`_time`) are left out. Source: Splunk Search Reference, format command.
 */
export function withConditions(search: string, run: (subsearch: string) => readonly Fields[]): string {
  let text = ''
  let depth = 0
  let from = 0
  for (const { 0: part, index } of search.matchAll(/"(?:[^"\\]|\\.)*"|[[\]]/g)) {
    if (part === '[' && depth++ === 0) {
      text += search.slice(from, index)
      from = index + 1
    } else if (part === ']' && --depth === 0) {
      text += condition(run(search.slice(from, index).trim()))
      from = index + 1
    }
  }
  if (depth !== 0) throw new NotKnown(`a bracket without its other one in ${search}`)
  return text + search.slice(from)
}

function condition(rows: readonly Fields[]): string {
  const alternatives = rows.map((row) => {
    const all = [...row].flatMap(([field, value]) =>
      field.startsWith('_') ? [] : [comparison(field, value)],
    )
    if (all.length === 0) throw new NotKnown('a row of a subsearch without a field')
    return `( ${all.join(' AND ')} )`
  })
  // It becomes `NOT ()`. What that finds is nowhere written down.
  if (alternatives.length === 0) throw new NotKnown('a subsearch that finds nothing')
  return `( ${alternatives.join(' OR ')} )`
}

function comparison(field: string, value: Parameters<typeof texts>[0]): string {
  if (field === 'search' || field === 'query')
    throw new NotKnown(`a subsearch that gives the field ${field}, whose text is searched for as it is`)
  const values = texts(value).map((text) => `${field}="${text.replace(/["\\]/g, '\\$&')}"`)
  return values.length === 1 ? values.join('') : `( ${values.join(' OR ')} )`
}
