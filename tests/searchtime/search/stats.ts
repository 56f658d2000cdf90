import { evaluate } from '../eval/evaluate.ts'
import { parseExpression } from '../eval/parser.ts'
import { asNumber, type Fields, fromTexts, NotKnown, texts, type Value } from '../eval/value.ts'

interface Aggregate {
  readonly of: string
  readonly field: string
  readonly as: string
}

const aggregate = /(\w+)(?:\((\w*)\))?(?:\s+AS\s+(\w+))?[\s,]*/iy

/** `stats <function>(<field>) AS <name> … BY <fields>`. Source: Splunk Search Reference, stats command. */
export function stats(rows: readonly Fields[], definition: string): Fields[] {
  const [functions = '', by = ''] = definition.split(/\s+BY\s+/i)
  const keys = namesIn(by)
  const wanted: Aggregate[] = []
  aggregate.lastIndex = 0
  while (aggregate.lastIndex < functions.length) {
    const match = aggregate.exec(functions)
    if (!match) throw new NotKnown(`stats ${functions}`)
    const [, of = '', field = '', as] = match
    wanted.push({ of: of.toLowerCase(), field, as: as ?? (field === '' ? of : `${of}(${field})`) })
  }
  const groups = new Map<string, { key: string[]; rows: Fields[] }>()
  for (const row of rows) {
    for (const key of keysOf(row, keys)) {
      const group = groups.get(key.join('\u0000')) ?? { key, rows: [] }
      group.rows.push(row)
      groups.set(key.join('\u0000'), group)
    }
  }
  if (keys.length === 0 && groups.size === 0) groups.set('', { key: [], rows: [] })
  return [...groups.values()].map((group) => {
    const result: Fields = new Map(keys.map((name, at) => [name, group.key[at] ?? '']))
    for (const { of, field, as } of wanted) {
      const value = aggregated(of, field, group.rows)
      if (value !== null) result.set(as, value)
    }
    return result
  })
}

/** `eventstats …`: the results of `stats` beside every row of their group; rows without a value of BY stay as they are. */
export function eventstats(rows: readonly Fields[], definition: string): Fields[] {
  const [, by = ''] = definition.split(/\s+BY\s+/i)
  if (by === '') throw new NotKnown(`eventstats ${definition}`)
  const names = namesIn(by)
  const groupOf = (row: Fields): string | undefined => {
    const keys = keysOf(row, names)
    if (keys.length > 1) throw new NotKnown(`eventstats BY ${by}, which has several values`)
    return keys[0]?.join('\u0000')
  }
  const groups = new Map(stats(rows, definition).map((group) => [groupOf(group), group]))
  return rows.map((row) => new Map([...row, ...(groups.get(groupOf(row)) ?? [])]))
}

const namesIn = (by: string): string[] => by.split(/[\s,]+/).filter((name) => name !== '')

/** A row counts once for every value of a multivalue field, and not at all without a value. */
function keysOf(row: Fields, keys: readonly string[]): string[][] {
  return keys.reduce<string[][]>(
    (found, name) => found.flatMap((key) => texts(row.get(name) ?? null).map((value) => [...key, value])),
    [[]],
  )
}

function aggregated(of: string, field: string, rows: readonly Fields[]): Value {
  if (of === 'count' && field === '') return rows.length
  const having = rows.filter((row) => row.has(field))
  const values = having.flatMap((row) => texts(row.get(field) ?? null))
  const numbers = (): number[] =>
    values.map((value) => asNumber(value) ?? Number.NaN).filter((value) => !Number.isNaN(value))
  const byTime = (): Fields[] =>
    [...having].sort((a, b) => Number(a.get('_time') ?? 0) - Number(b.get('_time') ?? 0))
  switch (of) {
    case 'count':
      return values.length
    case 'sum':
      return numbers().length === 0 ? null : numbers().reduce((sum, value) => sum + value, 0)
    case 'min':
      return numbers().length === 0 ? null : Math.min(...numbers())
    case 'max':
      return numbers().length === 0 ? null : Math.max(...numbers())
    case 'avg':
      return numbers().length === 0
        ? null
        : numbers().reduce((sum, value) => sum + value, 0) / numbers().length
    case 'median':
      return percentile(numbers(), 0.5)
    case 'perc95':
      return percentile(numbers(), 0.95)
    case 'dc':
      return new Set(values).size
    case 'values':
      return fromTexts([...new Set(values)].sort())
    case 'earliest':
      return byTime()[0]?.get(field) ?? null
    case 'latest':
      return byTime().at(-1)?.get(field) ?? null
  }
  throw new NotKnown(`the statistical function ${of}()`)
}

/** Linear between the two nearest values, as Splunk's percentiles of few values are. */
function percentile(values: readonly number[], part: number): Value {
  const sorted = [...values].sort((a, b) => a - b)
  const at = (sorted.length - 1) * part
  const [below, above] = [sorted[Math.floor(at)], sorted[Math.ceil(at)]]
  return below === undefined || above === undefined ? null : below + (above - below) * (at % 1)
}

/** Rows with the fields of an eval command, whose assignments follow each other. */
export function calculate(rows: readonly Fields[], assignments: readonly string[], now: number): Fields[] {
  const parsed = assignments.map((assignment) => {
    const match = /^(\w+)\s*=(?!=)([\s\S]+)$/.exec(assignment)
    if (!match) throw new NotKnown(`eval ${assignment}`)
    return { name: match[1] ?? '', expression: parseExpression(match[2] ?? '') }
  })
  return rows.map((row) => {
    const result = new Map(row)
    for (const { name, expression } of parsed) {
      const value = evaluate(expression, result, { now })
      if (value === null) result.delete(name)
      else result.set(name, value)
    }
    return result
  })
}
