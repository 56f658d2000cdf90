import type { App } from './app.ts'
import { evaluate } from './eval/evaluate.ts'
import { parseExpression } from './eval/parser.ts'
import { type Fields, NotKnown, type Value } from './eval/value.ts'
import { applyAlias, parseAliases } from './fields/alias.ts'
import { extract, report } from './fields/extract.ts'
import { type JsonReading, jsonFields } from './fields/json.ts'
import { keyValueFields } from './fields/key-value.ts'
import { lookUp, parseLookupUse } from './fields/lookup.ts'
import { parseFilter } from './search/filter.ts'
import { expandMacros } from './search/macros.ts'

/** An event as it lies in the index. */
export interface IndexedEvent {
  readonly raw: string
  readonly sourcetype: string
  readonly source: string
  /** Epoch seconds. */
  readonly time: number
}

/** What a search finds of one event. */
export interface FoundEvent {
  readonly fields: Fields
  readonly eventtypes: readonly string[]
  readonly tags: readonly string[]
}

/** What is told of each step, for checks of the knowledge as a whole. */
export type Trace = (setting: string, before: Fields, after: Fields) => void

/** Automatic extraction as Splunk documents it: `[kv] maxchars` of limits.conf is 10,240. */
export const documentedReading: JsonReading = { limit: 10_240, nullAs: 'null', keepsEmpty: true }

const quiet: Trace = () => undefined

/**
 * Applies the knowledge of an app to one event in the order of Splunk's search time: EXTRACT, REPORT, automatic
 * extraction, FIELDALIAS, EVAL (all of them on the same fields), LOOKUP, event types, tags.
 * Source: Knowledge Manager Manual, "The sequence of search-time operations".
 */
export function searchTime(
  app: App,
  event: IndexedEvent,
  reading = documentedReading,
  trace = quiet,
): FoundEvent {
  const stanza = app.confs.props.get(event.sourcetype)
  if (!stanza) throw new NotKnown(`props.conf has no stanza for ${event.sourcetype}`)
  const fields: Fields = new Map<string, Value>([
    ['_raw', event.raw],
    ['_time', event.time],
    ['source', event.source],
    ['sourcetype', event.sourcetype],
  ])
  /** Settings of one kind in ASCII order of their classes. */
  const settings = (kind: string): [string, string][] =>
    [...stanza].filter(([name]) => name.startsWith(`${kind}-`)).sort(([a], [b]) => (a < b ? -1 : 1))
  const step = (name: string, run: () => void): void => {
    const before = new Map(fields)
    try {
      run()
    } catch (error) {
      if (error instanceof NotKnown) throw new NotKnown(`[${event.sourcetype}] ${name}: ${error.message}`)
      throw error
    }
    trace(`[${event.sourcetype}] ${name}`, before, fields)
  }

  for (const [name, definition] of settings('EXTRACT'))
    step(name, () => extract(definition, event.raw, fields))
  for (const [name, list] of settings('REPORT')) {
    for (const transform of list.split(/\s*,\s*/)) {
      step(`${name} ${transform}`, () => report(transformOf(app, transform), event.raw, fields))
    }
  }
  step('KV_MODE', () => {
    for (const [name, value] of automatic(stanza.get('KV_MODE') ?? 'auto', event.raw, reading)) {
      if (fields.has(name))
        throw new NotKnown(`${name} comes from an extraction and from the record; which stays is not defined`)
      fields.set(name, value)
    }
  })
  const unaliased = new Map(fields)
  for (const [name, definition] of settings('FIELDALIAS')) {
    step(name, () => {
      for (const alias of parseAliases(definition)) applyAlias(alias, unaliased, fields)
    })
  }
  const uncalculated = new Map(fields)
  for (const [name, definition] of settings('EVAL')) {
    step(name, () => {
      const value = evaluate(parseExpression(definition), uncalculated)
      if (value === null) fields.delete(name.slice('EVAL-'.length))
      else fields.set(name.slice('EVAL-'.length), value)
    })
  }
  const lookups = settings('LOOKUP').map(([name, definition]) => ({ name, use: parseLookupUse(definition) }))
  const written = new Set(lookups.flatMap(({ use }) => use.outputs.map(({ field }) => field)))
  for (const { name, use } of lookups) {
    step(name, () => {
      const chained = use.inputs.find(({ field }) => written.has(field))
      if (chained)
        throw new NotKnown(`the input ${chained.field} is the output of a lookup: their order is not defined`)
      const transform = transformOf(app, use.transform)
      const file = transform.get('filename') ?? ''
      const table = app.lookups.get(file)
      if (!table) throw new NotKnown(`the lookup file "${file}"`)
      lookUp(use, transform, table, fields)
    })
  }
  const eventtypes = eventtypesOf(app, fields)
  return { fields, eventtypes, tags: tagsOf(app, eventtypes) }
}

function transformOf(app: App, name: string): ReadonlyMap<string, string> {
  const transform = app.confs.transforms.get(name)
  if (!transform) throw new NotKnown(`transforms.conf has no stanza [${name}]`)
  return transform
}

function automatic(mode: string, raw: string, reading: JsonReading): Fields {
  if (mode === 'json') return jsonFields(raw, reading)
  if (mode === 'auto_escaped') return keyValueFields(raw)
  if (mode === 'none') return new Map()
  throw new NotKnown(`KV_MODE = ${mode}`)
}

function eventtypesOf(app: App, fields: Fields): string[] {
  return [...app.confs.eventtypes].flatMap(([name, settings]) => {
    const search = expandMacros(settings.get('search') ?? '', app.confs.macros)
    return settings.get('disabled') !== '1' && parseFilter(search).matches(fields) ? [name] : []
  })
}

function tagsOf(app: App, eventtypes: readonly string[]): string[] {
  const tags = eventtypes.flatMap((name) =>
    [...(app.confs.tags.get(`eventtype=${name}`) ?? [])].flatMap(([tag, state]) =>
      state === 'enabled' ? [tag] : [],
    ),
  )
  return [...new Set(tags)].sort()
}
