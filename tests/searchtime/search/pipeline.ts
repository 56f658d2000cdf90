import type { Conf } from '../conf.ts'
import { evaluate } from '../eval/evaluate.ts'
import { parseExpression } from '../eval/parser.ts'
import { asNumber, type Fields, NotKnown, texts } from '../eval/value.ts'
import { parseFilter } from './filter.ts'
import { expandMacros } from './macros.ts'
import { splitOutside } from './split.ts'
import { calculate, eventstats, stats } from './stats.ts'
import { withConditions } from './subsearch.ts'
import { allTime, spanSeconds, type TimeRange } from './time-range.ts'
import { bin, timechart, xyseries } from './timechart.ts'

/** What a search finds: events with their search-time fields, KV store lookups, and the time it is. */
export interface World {
  readonly events: readonly Fields[]
  readonly lookups: Readonly<Record<string, readonly Fields[]>>
  /** Epoch seconds. */
  readonly now: number
  /** What the search covers; without it, all time. */
  readonly range?: TimeRange
}

type Command = (rows: readonly Fields[], words: string, world: World, macros: Conf) => readonly Fields[]

/** Fields that tstats can read without an accelerated data model: they are in the index. */
const indexed = ['index', 'source', 'sourcetype', 'host', '_time', '_indextime']

const commands: Readonly<Record<string, Command>> = {
  where: (rows, words, { now }) => {
    const expression = parseExpression(words)
    return rows.filter((row) => evaluate(expression, row, { now }) === true)
  },
  eval: (rows, words, { now }) => calculate(rows, splitOutside(words, ','), now),
  stats: (rows, words) => stats(rows, words),
  dedup: (rows, words) => {
    const match = /^(\w+)( keepempty=true)?$/.exec(words)
    if (!match?.[1]) throw new NotKnown(`dedup ${words}`)
    const field = match[1]
    const seen = new Set<string>()
    return rows.filter((row) => {
      const value = texts(row.get(field) ?? null)[0]
      if (value === undefined) return match[2] !== undefined
      return !seen.has(value) && seen.add(value)
    })
  },
  sort: (rows, words) => {
    const match = /^0 (-?\w+(?:[\s,]+-?\w+)*)$/.exec(words)
    if (!match?.[1]) throw new NotKnown(`sort ${words}: without 0 it keeps 10,000 rows`)
    const keys = match[1].split(/[\s,]+/)
    return [...rows].sort((a, b) => keys.reduce((order, key) => order || compareBy(key, a, b), 0))
  },
  search: (rows, words) => rows.filter(parseFilter(words).matches),
  eventstats: (rows, words) => eventstats(rows, words),
  timechart: (rows, words, { range }) => timechart(rows, words, range ?? allTime),
  bin: (rows, words) => {
    const span = /^_time span=(\w+)$/.exec(words)?.[1]
    if (!span) throw new NotKnown(`bin ${words}`)
    return bin(rows, spanSeconds(span))
  },
  xyseries: (rows, words) => xyseries(rows, words.split(/[\s,]+/)),
  head: (rows, words) => {
    if (!/^\d+$/.test(words)) throw new NotKnown(`head ${words}`)
    return rows.slice(0, Number(words))
  },
  rename: (rows, words) => {
    const names = splitOutside(words, ',').map((part) => /^(\w+) AS (?:(\w+)|"([^"]+)")$/.exec(part))
    if (names.some((name) => name === null)) throw new NotKnown(`rename ${words}`)
    const renamed = new Map(names.map((name) => [name?.[1] ?? '', name?.[2] ?? name?.[3] ?? '']))
    return rows.map((row) => new Map([...row].map(([name, value]) => [renamed.get(name) ?? name, value])))
  },
  fields: (rows, words) => {
    const [, without, list = ''] = /^(- )?([\w\s,]+)$/.exec(words) ?? []
    const names = list.split(/[\s,]+/)
    if (without === undefined || list === '') throw new NotKnown(`fields ${words}`)
    return rows.map((row) => new Map([...row].filter(([name]) => !names.includes(name))))
  },
  addinfo: (rows, words, { range }) => {
    if (words !== '') throw new NotKnown(`addinfo ${words}`)
    const { earliest, latest } = range ?? allTime
    const info: Fields = new Map([
      ['info_min_time', earliest],
      ['info_max_time', Number.isFinite(latest) ? latest : '+Infinity'],
    ])
    return rows.map((row) => new Map([...row, ...info]))
  },
  table: (rows, words) => {
    const names = [...words.matchAll(/"([^"]+)"|([^\s,"]+)/g)].map(
      ([, quoted, plain]) => quoted ?? plain ?? '',
    )
    return rows.map(
      (row) => new Map(names.flatMap((name) => (row.has(name) ? [[name, row.get(name) ?? null]] : []))),
    )
  },
  append: (rows, words, world, macros) => {
    const subsearch = /^\[([\s\S]+)\]$/.exec(words)?.[1]
    if (!subsearch) throw new NotKnown(`append ${words}`)
    return [...rows, ...runSearch(subsearch, world, macros)]
  },
}

const generators: Readonly<Record<string, (words: string, world: World) => readonly Fields[]>> = {
  inputlookup: (name, { lookups }) => {
    const rows = lookups[name]
    if (!rows) throw new NotKnown(`the lookup ${name}`)
    return rows
  },
  tstats: (words, world) => {
    const match = /^([\w() ]+?) WHERE ([\s\S]+) BY (\w+)$/.exec(words)
    if (!match) throw new NotKnown(`tstats ${words}`)
    const filter = parseFilter(match[2] ?? '')
    const read = [...(match[1] ?? '').matchAll(/\((\w+)\)/g)].map(([, field = '']) => field)
    const slow = [...filter.fields, ...read, match[3] ?? ''].find((field) => !indexed.includes(field))
    if (slow) throw new NotKnown(`tstats reads ${slow}, which is not in the index`)
    return stats(eventsIn(world).filter(filter.matches), `${match[1]} BY ${match[3]}`)
  },
}

/** Runs a search as far as this add-on's searches go. @throws NotKnown for every other command or option. */
export function runSearch(search: string, world: World, macros: Conf): readonly Fields[] {
  const [first = '', ...pipes] = splitOutside(expandMacros(search, macros), '|')
  if (first !== '') {
    const filter = withConditions(first, (subsearch) => runSearch(subsearch, world, macros))
    return runPipes(eventsIn(world).filter(parseFilter(filter).matches), pipes, world, macros)
  }
  const [generator = '', ...rest] = pipes
  const [, name = '', words = ''] = commandOf(generator)
  const generate = Object.hasOwn(generators, name) ? generators[name] : undefined
  if (!generate) throw new NotKnown(`"| ${generator}" at this place of the search`)
  return runPipes(generate(words, world), rest, world, macros)
}

/** Runs a search that goes on from the results of another: `| <command> | …`. */
export function continueSearch(
  rows: readonly Fields[],
  search: string,
  world: World,
  macros: Conf,
): readonly Fields[] {
  const [first = '', ...pipes] = splitOutside(expandMacros(search, macros), '|')
  return runPipes(rows, first === '' ? pipes : [first, ...pipes], world, macros)
}

function runPipes(
  found: readonly Fields[],
  pipes: readonly string[],
  world: World,
  macros: Conf,
): readonly Fields[] {
  return pipes.reduce((rows, pipe) => {
    const [, name = '', words = ''] = commandOf(pipe)
    const command = Object.hasOwn(commands, name) ? commands[name] : undefined
    if (!command) throw new NotKnown(`"| ${pipe}" at this place of the search`)
    return command(rows, words, world, macros)
  }, found)
}

const commandOf = (pipe: string): readonly string[] => /^(\w+)\s*([\s\S]*)$/.exec(pipe) ?? []

function eventsIn({ events, range }: World): readonly Fields[] {
  if (!range) return events
  const { earliest, latest } = range
  return events.filter((event) => {
    const time = asNumber(event.get('_time') ?? null) ?? 0
    return time >= earliest && time < latest
  })
}

/** By number where both are, else by text; rows without a value come first, or last in a descending order. */
function compareBy(key: string, a: Fields, b: Fields): number {
  const field = key.replace('-', '')
  const [x, y] = [a.get(field) ?? null, b.get(field) ?? null]
  const [m, n] = [asNumber(x), asNumber(y)]
  const [s, t] = [texts(x)[0] ?? '', texts(y)[0] ?? '']
  const order = m !== undefined && n !== undefined ? m - n : s < t ? -1 : s > t ? 1 : 0
  return key.startsWith('-') ? -order : order
}
