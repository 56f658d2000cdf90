import { asNumber, type Fields, NotKnown, texts } from '../eval/value.ts'
import { stats } from './stats.ts'
import { spanSeconds, type TimeRange } from './time-range.ts'

/** How many values of the BY field get a column of their own. */
const mostColumns = 10

/**
 * `timechart span=<length> <function>(<field>) [AS <name>] … [BY <field>]`: a row for every span of the search's time
 * range; with BY one function, and a column for each value, the largest ten by their sums, then OTHER.
 * Source: Splunk Search Reference, timechart command.
 */
export function timechart(rows: readonly Fields[], words: string, range: TimeRange): Fields[] {
  const [, span, functions, by] = /^span=(\w+)\s+([\s\S]+?)(?:\s+BY\s+(\w+))?$/i.exec(words) ?? []
  if (span === undefined || functions === undefined) throw new NotKnown(`timechart ${words}`)
  const length = spanSeconds(span)
  const timed = bin(rows, length)
  const found = by === undefined ? stats(timed, `${functions} BY _time`) : split(timed, functions, by)
  const byTime = new Map(found.map((row) => [asNumber(row.get('_time') ?? null), row]))
  const filler = /^\s*(?:count|dc)\b/.test(functions) ? zeroes(found) : new Map()
  const times = [...byTime.keys()].filter((time) => time !== undefined)
  if (times.length === 0) return []
  const first = range.earliest > 0 ? start(range.earliest, length) : Math.min(...times)
  const last = Number.isFinite(range.latest) ? start(range.latest - 0.001, length) : Math.max(...times)
  const chart: Fields[] = []
  for (let time = first; time <= last; time += length)
    chart.push(new Map([...filler, ...(byTime.get(time) ?? []), ['_time', time], ['_span', length]]))
  return chart
}

/** `bin _time span=<length>`. */
export function bin(rows: readonly Fields[], length: number): Fields[] {
  return rows.map((row) => new Map(row).set('_time', start(asNumber(row.get('_time') ?? null) ?? 0, length)))
}

const start = (time: number, length: number): number => Math.floor(time / length) * length

function split(rows: readonly Fields[], functions: string, by: string): Fields[] {
  const name = 'aggregated'
  const plain = functions.replace(/\s+AS\s+\w+\s*$/i, '').trim()
  if (/[\s,]/.test(plain.replace(/\([^)]*\)/g, ''))) throw new NotKnown(`timechart ${functions} BY ${by}`)
  const named = rows.map((row) => (row.has(by) ? row : new Map(row).set(by, 'NULL')))
  const totals = stats(stats(named, `${plain} AS ${name} BY _time ${by}`), `sum(${name}) AS ${name} BY ${by}`)
  const kept = totals
    .sort((a, b) => Number(b.get(name) ?? 0) - Number(a.get(name) ?? 0))
    .slice(0, mostColumns)
    .map((row) => texts(row.get(by) ?? null)[0] ?? '')
  const columns = named.map((row) =>
    kept.includes(texts(row.get(by) ?? null)[0] ?? '') ? row : new Map(row).set(by, 'OTHER'),
  )
  return xyseries(stats(columns, `${plain} AS ${name} BY _time ${by}`), ['_time', by, name])
}

/** `xyseries <row> <column> <value>`: one row for every value of the first field. */
export function xyseries(rows: readonly Fields[], names: readonly string[]): Fields[] {
  const [rowName = '', columnName = '', valueName = ''] = names
  const found = new Map<string, Fields>()
  for (const row of rows) {
    const key = texts(row.get(rowName) ?? null)[0] ?? ''
    const at = found.get(key) ?? new Map([[rowName, row.get(rowName) ?? null]])
    at.set(texts(row.get(columnName) ?? null)[0] ?? '', row.get(valueName) ?? null)
    found.set(key, at)
  }
  return [...found.values()]
}

function zeroes(rows: readonly Fields[]): Fields {
  return new Map(rows.flatMap((row) => [...row.keys()].map((name) => [name, 0] as const)))
}
