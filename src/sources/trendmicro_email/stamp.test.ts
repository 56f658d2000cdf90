import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { readPage } from '../../records/page.ts'
import { members, stamp } from './stamp.ts'

const page = (logs: string) => readPage(Buffer.from(`{"logs":[${logs}]}`), ['logs'], members).records
const times = (logs: string): (string | undefined)[] =>
  Array.from(stamp(page(logs)).times, (time) =>
    Number.isNaN(time) ? undefined : new Date(time).toISOString(),
  )

describe('The time of a record', () => {
  it.each([
    ['"2026-03-10T11:00:18Z"', '2026-03-10T11:00:18.000Z'],
    ['"2026-03-10T11:00:18.1239Z"', '2026-03-10T11:00:18.123Z'],
    ['"2026-03-10T12:00:18.99999+01:00"', '2026-03-10T11:00:18.999Z'],
    ['null', '2026-03-10T10:00:00.000Z'],
    ['"soon"', '2026-03-10T10:00:00.000Z'],
    ['{"genTime":"2001-01-01T00:00:00Z"}', '2026-03-10T10:00:00.000Z'],
  ])('is genTime where that is one: %s', (genTime, expected) => {
    expect(times(`{"timestamp":"2026-03-10T10:00:00Z","genTime":${genTime}}`)).toEqual([expected])
  })

  it('is left out where there is none', () => {
    expect(times('{"action":"Delivered"},17,{"policy":{"genTime":"2001-01-01T00:00:00Z"}}')).toEqual([
      undefined,
      undefined,
      undefined,
    ])
  })
})

describe('The identity of a record', () => {
  it('tells recipients, actions and times of one message apart, and knows a record again', () => {
    const log = (recipient: string, action: string) =>
      `{"mailID":"m1","recipient":"${recipient}@example.com","action":"${action}"}`
    const { ids: known } = stamp(
      page([log('a', 'Delivered'), log('b', 'Delivered'), log('a', 'Bounced'), log('a', 'Delivered')].join()),
    )
    const ids = [0, 1, 2, 3].map((row) => known.get(row))
    expect(new Set(ids).size).toBe(3)
    expect(ids[3]).toBe(ids[0])
  })

  it('is the same however the page is laid out', () => {
    const pretty = readFileSync(join(import.meta.dirname, 'samples', 'response.json'))
    const compact = Buffer.from(JSON.stringify(JSON.parse(pretty.toString('utf8'))))
    const [first, second] = [pretty, compact].map((bytes) =>
      stamp(readPage(bytes, ['logs'], members).records).ids.get(0),
    )
    expect(first).toMatch(/^[0-9a-f]{40}$/)
    expect(first).toEqual(second)
  })
})
