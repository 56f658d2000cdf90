import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { texts } from './eval/value.ts'
import type { FoundEvent, IndexedEvent } from './search-time.ts'

/** What stands in `<name>.expected.json` beside a sample record. */
export interface Expected {
  readonly about: string
  /** Where a record that is not our own comes from. */
  readonly origin?: string
  readonly source: string
  /** Epoch seconds. */
  readonly time: number
  /** Every field that the mapping gives, in alphabetical order; lists are multivalue fields. */
  readonly fields: Readonly<Record<string, string | readonly string[]>>
  readonly eventtypes: readonly string[]
  readonly tags: readonly string[]
}

export interface Sample {
  /** `<folder>/<name>`. */
  readonly name: string
  readonly sourcetype: string
  readonly event: IndexedEvent
  readonly expected: Expected
}

const root = join(import.meta.dirname, '..', 'samples')
const ending = '.expected.json'

/** Folders of sample records: the sourcetype with `_` for `:`. */
export const sourcetypes = [
  'cisco:etd:message',
  'cisco:etd:audit',
  'cisco:etd:connection',
  'trendmicro:email:tracking',
  'pangea:audit',
  'mailtrail:integrity',
  'mailtrail:unparsed',
  'mailtrail:log',
] as const

export const folderOf = (sourcetype: string): string => sourcetype.replaceAll(':', '_')

/** Every sample record of the project with what is expected of it. */
export function readSamples(): Sample[] {
  return sourcetypes.flatMap((sourcetype) => {
    const folder = folderOf(sourcetype)
    const files = readdirSync(join(root, folder)).sort()
    return files
      .filter((file) => file.endsWith(ending))
      .map((file) => {
        const name = basename(file, ending)
        const record = files.find((other) => other !== file && other.replace(/\.\w+$/, '') === name)
        if (!record) throw new Error(`${folder}/${file} has no record beside it`)
        const expected = JSON.parse(readFileSync(join(root, folder, file), 'utf8')) as Expected
        const raw = readFileSync(join(root, folder, record), 'utf8').trimEnd()
        const { source, time } = expected
        return { name: `${folder}/${name}`, sourcetype, event: { raw, sourcetype, source, time }, expected }
      })
  })
}

/** What an expected file holds of an event: the mapping's fields, not the record's own nor its raw material. */
export function mappedFields(found: FoundEvent): Expected['fields'] {
  const shown = [...found.fields].filter(
    ([name]) => !/^_|^raw_|[.{]/.test(name) && !['source', 'sourcetype'].includes(name),
  )
  return Object.fromEntries(
    shown
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, value]) => [name, Array.isArray(value) ? texts(value) : (texts(value)[0] ?? '')]),
  )
}

/** Writes down what was found, to be read and judged before it is committed. */
export function writeExpected(sample: Sample, found: FoundEvent): void {
  const { fields: _fields, eventtypes: _eventtypes, tags: _tags, ...given } = sample.expected
  const expected = { ...given, fields: mappedFields(found), eventtypes: found.eventtypes, tags: found.tags }
  writeFileSync(join(root, `${sample.name}${ending}`), `${JSON.stringify(expected, null, 2)}\n`)
}
