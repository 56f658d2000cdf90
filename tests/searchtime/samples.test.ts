import { describe, expect, it } from 'vitest'
import { parseApp, readAppText } from './app.ts'
import { differences } from './check.ts'
import { datasetsOf } from './cim/models.ts'
import { texts } from './eval/value.ts'
import { readSamples } from './samples.ts'
import { documentedReading, searchTime } from './search-time.ts'

const app = parseApp(readAppText())
const samples = readSamples()

describe.each(samples)('$name', (sample) => {
  it(sample.expected.about, () => {
    expect(differences(app, sample)).toEqual([])
  })
})

/** What the data models and the macros read: it must not depend on how far or how Splunk reads JSON by itself. */
const relied = [
  'mailtrail_id',
  'mailtrail_input',
  'mailtrail_stream',
  'message_id',
  'verdict',
  'conviction',
  'filter_action',
]

describe('the mapping does not depend on automatic extraction', () => {
  it.each([
    ['10,240 characters are read', documentedReading],
    ['5,000 bytes are read, as for spath', { ...documentedReading, limit: 5000 }],
    ['nothing of a long record is read', { ...documentedReading, limit: 0 }],
    ['null is no value', { ...documentedReading, nullAs: undefined }],
    ['an empty string is no value', { ...documentedReading, keepsEmpty: false }],
  ])('%s', (_, reading) => {
    const long = samples.filter(({ event }) => event.raw.length > 10_240)
    expect(new Set(long.map(({ sourcetype }) => sourcetype)).size).toBeGreaterThanOrEqual(5)
    // A record within the limits is always read: only a long one may be left unread.
    const differing = (reading.limit === 0 ? long : samples).flatMap((sample) => {
      if (sample.sourcetype === 'mailtrail:log') return []
      const found = searchTime(app, sample.event, reading)
      const { expected } = sample
      const fields = datasetsOf(expected.tags).flatMap(({ needed, optional }) => [...needed, ...optional])
      const wrong = [...new Set([...fields.map(({ name }) => name), ...relied])].filter(
        (name) =>
          texts(found.fields.get(name) ?? null).join('\n') !==
          [expected.fields[name] ?? []].flat().join('\n'),
      )
      const untagged = found.tags.join() === expected.tags.join() ? [] : ['tags']
      return [...wrong, ...untagged].map((name) => `${sample.name}: ${name}`)
    })
    expect(differing).toEqual([])
  })
})

describe('the samples', () => {
  it('are the vendors’ own and at least forty of ours', () => {
    const own = samples.filter(({ expected }) => expected.origin === undefined)
    expect(samples.length - own.length).toBeGreaterThanOrEqual(8)
    expect(own.length).toBeGreaterThanOrEqual(40)
  })

  it('have an id each, as events of the add-on have', () => {
    const ids = samples.flatMap(({ expected }) => expected.fields.mailtrail_id ?? [])
    expect(new Set(ids).size).toBe(samples.filter(({ sourcetype }) => sourcetype !== 'mailtrail:log').length)
  })
})
