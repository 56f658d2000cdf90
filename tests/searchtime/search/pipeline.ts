import type { Conf } from '../conf.ts'
import { evaluate } from '../eval/evaluate.ts'
import { parseExpression } from '../eval/parser.ts'
import { asNumber, type Fields, NotKnown, texts } from '../eval/value.ts'
import { parseFilter } from './filter.ts'
import { expandMacros } from './macros.ts'
import { splitOutside } from './split.ts'
import { calculate, stats } from './stats.ts'

/** What a search finds: events with their search-time fields, KV store lookups, and the time it is. */
export interface World {
  readonly events: readonly Fields[]
  readonly lookups: Readonly<Record<string, readonly Fields[]>>
  /** Epoch seconds. */
  readonly now: number
}

type Command = (rows: readonly Fields[], words: string, world: World, macros: Conf) => readonly Fields[]

/** Fields that tstats can read without an accelerated data model: they are in the index. */
const indexed = ['index', 'source', 'sourcetype', 'host']

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
    const match = /^0 (-?)(\w+)$/.exec(words)
    if (!match?.[2]) throw new NotKnown(`sort ${words}: without 0 it keeps 10,000 rows`)
    const [, descending, field] = match
    const value = (row: Fields): number => asNumber(row.get(field) ?? null) ?? Number.NEGATIVE_INFINITY
    return [...rows].sort((a, b) => (descending ? value(b) - value(a) : value(a) - value(b)))
  },
  table: (rows, words) => {
    const names = words.split(/[\s,]+/)
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
  tstats: (words, { events }) => {
    const match = /^(count(?: AS \w+)?) WHERE ([\s\S]+) BY (\w+)$/.exec(words)
    if (!match) throw new NotKnown(`tstats ${words}`)
    const filter = parseFilter(match[2] ?? '')
    const slow = [...filter.fields, match[3] ?? ''].find((field) => !indexed.includes(field))
    if (slow) throw new NotKnown(`tstats reads ${slow}, which is not in the index`)
    return stats(events.filter(filter.matches), `${match[1]} BY ${match[3]}`)
  },
}

/** Runs a search as far as this add-on's searches go. @throws NotKnown for every other command or option. */
export function runSearch(search: string, world: World, macros: Conf): readonly Fields[] {
  const [first = '', ...pipes] = splitOutside(expandMacros(search, macros), '|')
  let rows: readonly Fields[] | undefined =
    first === '' ? undefined : world.events.filter(parseFilter(first).matches)
  for (const pipe of pipes) {
    const [, name = '', words = ''] = /^(\w+)\s*([\s\S]*)$/.exec(pipe) ?? []
    const command = Object.hasOwn(commands, name) ? commands[name] : undefined
    const generator = Object.hasOwn(generators, name) ? generators[name] : undefined
    if (rows === undefined && generator) rows = generator(words, world)
    else if (rows !== undefined && command) rows = command(rows, words, world, macros)
    else throw new NotKnown(`"| ${pipe}" at this place of the search`)
  }
  return rows ?? []
}
