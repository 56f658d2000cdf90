import { describe, expect, it } from 'vitest'
import { parseApp, readAppText } from './app.ts'
import { modelProblems } from './check.ts'
import { gaps } from './cim/gaps.ts'
import { datasets } from './cim/models.ts'
import { fieldsOf, parseExpression } from './eval/parser.ts'
import { parseLookupUse } from './fields/lookup.ts'
import { compilePattern } from './pattern.ts'
import { readSamples } from './samples.ts'
import { parseFilter } from './search/filter.ts'
import { expandMacros } from './search/macros.ts'
import { searchTime } from './search-time.ts'

const app = parseApp(readAppText())
const samples = readSamples()
/** Every field of any sample of a sourcetype, and every setting that gave an event something. */
const seen = new Map<string, Set<string>>()
const useful = new Set<string>()
const applied = samples.map((sample) => {
  const names = seen.get(sample.sourcetype) ?? new Set<string>()
  seen.set(sample.sourcetype, names)
  const found = searchTime(app, sample.event, undefined, (setting, before, after) => {
    for (const name of after.keys()) names.add(name)
    const changed = [...after].some(([name, value]) => before.get(name) !== value) || after.size < before.size
    if (changed) useful.add(setting)
  })
  return { sample, found }
})

const settings = [...app.confs.props].flatMap(([stanza, of]) =>
  [...of].map(([name, value]) => ({ stanza, name, value })),
)

describe('the data models', () => {
  it('get every field that they need, prescribed values only, and no event that is not theirs', () => {
    expect(modelProblems(applied)).toEqual([])
  })

  it('have a reason for every gap that exists, and for none that does not', () => {
    const known = datasets.map(({ model, name }) => `${model}.${name}`)
    const strange = Object.values(gaps).flatMap((of) =>
      Object.keys(of).filter((name) => !known.includes(name)),
    )
    expect(strange).toEqual([])
  })

  it('are reached: every event type has a sample, and every tag an event type', () => {
    const reached = new Set(applied.flatMap(({ found }) => found.eventtypes))
    expect([...app.confs.eventtypes.keys()].filter((name) => !reached.has(name))).toEqual([])
    const tagged = [...app.confs.tags.keys()].map((stanza) => stanza.slice('eventtype='.length))
    expect(tagged.filter((name) => !app.confs.eventtypes.has(name))).toEqual([])
  })
})

describe('every setting does something', () => {
  it('each field that it reads is in some sample', () => {
    const unknown = settings.flatMap(({ stanza, name, value }) => {
      const names = name.startsWith('EVAL-')
        ? fieldsOf(parseExpression(value))
        : name.startsWith('LOOKUP-')
          ? parseLookupUse(value).inputs.map(({ field }) => field)
          : []
      return names
        .filter((field) => !seen.get(stanza)?.has(field))
        .map((field) => `[${stanza}] ${name}: ${field}`)
    })
    expect(unknown).toEqual([])
  })

  it('each extraction, alias, calculation and lookup gives some sample a field', () => {
    const kinds = /^(?:EXTRACT|REPORT|FIELDALIAS|EVAL|LOOKUP)-/
    const idle = settings.flatMap(({ stanza, name, value }) => {
      if (!kinds.test(name)) return []
      const parts = name.startsWith('REPORT-')
        ? value.split(/\s*,\s*/).map((transform) => `${name} ${transform}`)
        : [name]
      return parts.map((part) => `[${stanza}] ${part}`).filter((part) => !useful.has(part))
    })
    expect(idle).toEqual([])
  })

  it('each field of an event type is in some sample', () => {
    const all = new Set([...seen.values()].flatMap((names) => [...names]))
    const unknown = [...app.confs.eventtypes].flatMap(([name, of]) =>
      parseFilter(expandMacros(of.get('search') ?? '', app.confs.macros))
        .fields.filter((field) => !all.has(field))
        .map((field) => `${name}: ${field}`),
    )
    expect(unknown).toEqual([])
  })

  it('each transform and each lookup file is used', () => {
    const used = settings.flatMap(({ name, value }) =>
      name.startsWith('REPORT-')
        ? value.split(/\s*,\s*/)
        : name.startsWith('LOOKUP-')
          ? [parseLookupUse(value).transform]
          : [],
    )
    const kvStore = [...app.confs.transforms].filter(([, of]) => of.get('external_type') === 'kvstore')
    expect([...app.confs.transforms.keys()].filter((name) => !used.includes(name))).toEqual(
      kvStore.map(([name]) => name),
    )
    const files = [...app.confs.transforms.values()].map((of) => of.get('filename'))
    expect([...app.lookups.keys()].filter((file) => !files.includes(file))).toEqual([])
  })

  it('no row of a lookup is hidden by one above it', () => {
    const hidden = [...app.confs.transforms].flatMap(([name, of]) => {
      const table = app.lookups.get(of.get('filename') ?? '')
      if (!table) return []
      const use = settings.map(({ value }) => value).find((value) => value.startsWith(`${name} `))
      const inputs = use ? parseLookupUse(use).inputs.map(({ column }) => table.header.indexOf(column)) : []
      const most = Number(of.get('max_matches') ?? 100)
      const fits = (pattern: string, value: string): boolean =>
        compilePattern(`(?i)^${pattern.replaceAll('*', '.*')}$`).test(value)
      return table.rows.flatMap((row, number) => {
        const own = inputs.map((at) => (row[at] ?? '').replaceAll('*', ''))
        const above = table.rows
          .slice(0, number)
          .filter((other) => inputs.every((at, input) => fits(other[at] ?? '', own[input] ?? '')))
        return above.length >= most ? [`${name}: ${row.join(',')}`] : []
      })
    })
    expect(hidden).toEqual([])
  })
})
