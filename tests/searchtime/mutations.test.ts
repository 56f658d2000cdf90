import { describe, expect, it } from 'vitest'
import { type AppText, type ConfName, parseApp, problemsIn, readAppText } from './app.ts'
import { differences, problemsOfApp } from './check.ts'
import { readSamples } from './samples.ts'

const text = readAppText()
const samples = readSamples()
const kinds = /^(?:EXTRACT|REPORT|FIELDALIAS|EVAL|LOOKUP)-/

interface Mutation {
  readonly name: string
  readonly text: AppText
  /** Only samples of this sourcetype can tell. */
  readonly sourcetype?: string | undefined
}

/** True when the checks of the project notice the change: a wrong result, or a clear refusal. */
function noticed({ text: changed, sourcetype }: Mutation): boolean {
  const told = sourcetype ? samples.filter((sample) => sample.sourcetype === sourcetype) : samples
  try {
    const app = parseApp(changed)
    return problemsIn(app).length > 0 || told.some((sample) => differences(app, sample).length > 0)
  } catch {
    return true
  }
}

const edited = (file: ConfName, content: string): AppText => ({
  ...text,
  confs: { ...text.confs, [file]: content },
})

/** The lines of a .conf file with what they belong to; a continued value is one line. */
function settingsOf(
  file: ConfName,
): { stanza: string; name: string; at: number; line: string; all: string[] }[] {
  const all = text.confs[file].replaceAll('\\\n', '\\\u0000').split('\n')
  let stanza = ''
  return all.flatMap((line, at) => {
    stanza = /^\[(.+)\]$/.exec(line)?.[1] ?? stanza
    const name = /^([^#=\s][^=]*?)\s*=/.exec(line)?.[1]
    return name ? [{ stanza, name, at, line, all }] : []
  })
}

const without = (all: readonly string[], at: number, line?: string): string =>
  all
    .flatMap((old, row) => (row === at ? (line === undefined ? [] : [line]) : [old]))
    .join('\n')
    .replaceAll('\\\u0000', '\\\n')

const searchTimeProps = settingsOf('props').filter(({ name }) => kinds.test(name))

const removed: Mutation[] = searchTimeProps.map(({ stanza, name, at, all }) => ({
  name: `[${stanza}] ${name} is missing`,
  text: edited('props', without(all, at)),
  sourcetype: stanza,
}))

const misnamed: Mutation[] = searchTimeProps.flatMap(({ stanza, name, at, line, all }) => {
  const wrong = name.startsWith('EVAL-')
    ? line.replace(/^EVAL-(\w+)/, 'EVAL-$1_x')
    : name.startsWith('EXTRACT-')
      ? line.replace(/\(\?<(\w+)>/, '(?<$1_x>')
      : name.startsWith('LOOKUP-')
        ? line.replace(/(\w+)\s*$/, '$1 AS $1_x')
        : line.replace(/(\w+)\s*$/, '$1_x')
  return [
    {
      name: `[${stanza}] ${name} gives a field of another name`,
      text: edited('props', without(all, at, wrong)),
      sourcetype: stanza,
    },
  ]
})

/** Fields that a calculation reads, each with a letter too many. */
const misread: Mutation[] = searchTimeProps.flatMap(({ stanza, name, at, line, all }) => {
  if (!name.startsWith('EVAL-')) return []
  const value = line.slice(line.indexOf('=') + 1)
  const fields = [
    ...new Set(
      value
        .replace(/"(?:[^"\\]|\\.)*"/g, '')
        .match(/\b(?:raw_\w+|event_type|vendor_action|folder|remediated_by|mailtrail_\w+)\b/g) ?? [],
    ),
  ]
  return fields.map((field) => ({
    name: `[${stanza}] ${name} reads ${field}_x`,
    text: edited('props', without(all, at, line.replaceAll(new RegExp(`\\b${field}\\b`, 'g'), `${field}_x`))),
    sourcetype: stanza,
  }))
})

const constants: Mutation[] = searchTimeProps.flatMap(({ stanza, name, at, line, all }) => {
  if (!name.startsWith('EVAL-')) return []
  const values = [...line.matchAll(/(?:, |= )"([A-Za-z ]+)"/g)].map((match) => match[1] ?? '')
  return [...new Set(values)].map((value) => ({
    name: `[${stanza}] ${name} says "${value}x"`,
    text: edited('props', without(all, at, line.replaceAll(`"${value}"`, `"${value}x"`))),
    sourcetype: stanza,
  }))
})

/** These keep rows that an administrator adds from adding up with ours, among which no two fit. */
const spare = ['mailtrail_status', 'mailtrail_tmes_action']

const transforms: Mutation[] = settingsOf('transforms')
  .filter(({ stanza, name }) => stanza !== 'mailtrail_ledger' && name !== 'case_sensitive_match')
  .filter(({ stanza, name }) => name !== 'max_matches' || !spare.includes(stanza))
  .map(({ stanza, name, at, all }) => ({
    name: `[${stanza}] ${name} is missing`,
    text: edited('transforms', without(all, at)),
  }))

const knowledge: Mutation[] = (['eventtypes', 'tags'] as const).flatMap((file) =>
  settingsOf(file).flatMap(({ stanza, name, at, line, all }) => [
    { name: `${file}.conf [${stanza}] ${name} is missing`, text: edited(file, without(all, at)) },
    ...(file === 'tags'
      ? [
          {
            name: `${file}.conf [${stanza}] ${name}s`,
            text: edited(file, without(all, at, line.replace(name, `${name}s`))),
          },
        ]
      : []),
  ]),
)

describe('a mistake in the .conf files is noticed', () => {
  it('and there is none now', () => {
    expect(problemsOfApp(parseApp(text), samples)).toEqual([])
  })

  it.each([
    ['a search-time setting that is missing', removed, 150],
    ['a field of a wrong name', misnamed, 150],
    ['a calculation that reads a wrong field', misread, 60],
    ['a calculation that gives a wrong value', constants, 30],
    ['a transform without one of its settings', transforms, 25],
    ['an event type or tag that is missing or misspelt', knowledge, 50],
  ])('%s', (_, mutations, least) => {
    expect(mutations.length).toBeGreaterThanOrEqual(least)
    expect(mutations.filter((mutation) => !noticed(mutation)).map(({ name }) => name)).toEqual([])
  })

  it.each([
    [
      'a calculation reads another calculation',
      'EVAL-recipient_count =',
      'EVAL-recipient_count = mvcount(recipient)',
    ],
    [
      'a calculation reads what a lookup gives',
      'EVAL-reason = raw_comments',
      'EVAL-reason = if(action == "failure", raw_comments, null())',
    ],
    [
      'a lookup reads what another gives',
      'LOOKUP-status =',
      'LOOKUP-status = mailtrail_status vendor_status AS action OUTPUT status',
    ],
    [
      'a lookup reads what it gives itself',
      'LOOKUP-severity =',
      'LOOKUP-severity = mailtrail_etd_verdict verdict AS severity, conviction OUTPUT severity',
    ],
    ['an alias of a calculated field', 'EVAL-id =', 'FIELDALIAS-id = signature_id AS id'],
    [
      'an extraction from an automatic field',
      'EXTRACT-raw_finding =',
      'EXTRACT-raw_finding = (?<raw_finding>.+) in finding',
    ],
    [
      'a list is taken apart before it is there',
      'EXTRACT-raw_envelope_to =',
      "EVAL-raw_envelope_to = 'message.envelopeTo{}'",
    ],
  ])('the wrong order: %s', (name, right, wrong) => {
    const lines = text.confs.props.split('\n')
    const at = lines.findIndex((line) => line.startsWith(right))
    expect(at).toBeGreaterThan(0)
    expect(noticed({ name, text: edited('props', without(lines, at, wrong)) })).toBe(true)
  })
})
