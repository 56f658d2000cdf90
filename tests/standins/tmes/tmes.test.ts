import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { Clock, hour, minute, second } from '../vendor/clock.ts'
import { epochOf, instantText } from '../vendor/instants.ts'
import { compact } from '../vendor/json-text.ts'
import { recordsIn } from '../vendor/record.ts'
import type { TrafficType } from './query.ts'
import type { TrackingRecord } from './rows.ts'
import { fillTraffic } from './scenario.ts'
import { defaultSettings } from './settings.ts'
import { TmesStandin } from './tmes.ts'
import { acceptedTraffic, blockedTraffic } from './traffic.ts'

const now = Date.parse('2026-03-10T12:00:00Z')
const standin = new TmesStandin({ clock: Clock.frozen(now) })
const { username, apiKey } = standin.credentials
const basic = `Basic ${Buffer.from(`${username}:${apiKey}`).toString('base64')}`

beforeAll(() => standin.start())
afterAll(() => standin.stop())
beforeEach(() => {
  Object.assign(standin.settings, defaultSettings())
  standin.clock.set(now)
})

const ask = (query: string, init: RequestInit = {}) =>
  fetch(`${standin.url}/api/v1/log/mailtrackinglog?${query}`, { headers: { authorization: basic }, ...init })

interface Body {
  nextToken?: string
  logs?: { mailID: string; timestamp: string; genTime?: string; recipient: string }[]
}

async function askBody(query: string): Promise<Body> {
  const response = await ask(query)
  expect(response.status).toBe(200)
  return JSON.parse(await response.text())
}

/** The text of an error, or the status alone. */
async function errorOf(response: Response): Promise<string> {
  const { code, message }: { code?: string; message?: string } = JSON.parse(await response.text())
  return `${response.status} ${code} ${message}`
}

const window = (start: number, end: number, type: TrafficType = 'accepted_traffic') =>
  `type=${type}&start=${new Date(start).toISOString()}&end=${new Date(end).toISOString()}`

function recordAt(time: number, name: string, more: Partial<TrackingRecord> = {}): TrackingRecord {
  const text = `{"genTime":"${instantText(time, 3)}","mailID":"${name}"}`
  return { text, time, timestamp: time - 10 * second, direction: 'in', domain: 'example.com', ...more }
}

const namesIn = ({ logs = [] }: Body) => logs.map(({ mailID }) => mailID).join(' ')

describe('a request', () => {
  it('needs the right method, credentials, permission and Log Retrieval', async () => {
    const type = 'type=accepted_traffic'
    expect(await errorOf(await ask(type, { method: 'POST' }))).toBe(
      '400 InvalidMethod The URL does not support the POST method.',
    )
    expect(await errorOf(await ask(type, { headers: {} }))).toContain('401 AuthenticationMissingOrInvalid')
    const wrong = { authorization: `Basic ${btoa(`${username}:x`)}` }
    expect(await errorOf(await ask(type, { headers: wrong }))).toContain('401 AuthenticationMissingOrInvalid')
    standin.settings.authorised = false
    expect(await errorOf(await ask(type))).toContain('403 AuthorizationRequestDenied')
    Object.assign(standin.settings, { authorised: true, logRetrieval: false })
    expect(await errorOf(await ask(type))).toContain('404 ResourceNotAvailable')
  })

  it.each([
    ['', '400 InvalidFormat The format of type is invalid.'],
    ['type=both', '400 InvalidFormat The format of type is invalid.'],
    ['type=accepted_traffic&page=2', '400 InvalidFormat The format of page is invalid.'],
    ['type=accepted_traffic&limit=501', '400 InvalidFormat The format of limit is invalid.'],
    ['type=accepted_traffic&limit=0', '400 InvalidFormat The format of limit is invalid.'],
    ['type=accepted_traffic&direction=both', '400 InvalidFormat The format of direction is invalid.'],
    ['type=accepted_traffic&domain=a%20b', '400 IllegalCharacter Illegal characters found in domain.'],
    ['type=accepted_traffic&start=2026-03-10', '400 InvalidFormat The format of start is invalid.'],
    [
      'type=accepted_traffic&start=2026-03-10T10:00:00%2B00:00',
      '400 InvalidFormat The format of start is invalid.',
    ],
    [
      'type=accepted_traffic&start=2026-03-10T10:00:00.1Z',
      '400 InvalidFormat The format of start is invalid.',
    ],
    [window(now, now - 1), '400 InvalidFormat The format of end is invalid.'],
    ['type=accepted_traffic&token=x', '400 InvalidFormat The format of token is invalid.'],
  ])('%s is refused', async (query, error) => {
    expect(await errorOf(await ask(query))).toBe(error)
  })

  it.each([
    ['204', 204, ''],
    ['list', 200, '{"logs":[]}'],
    ['body', 200, ''],
    ['object', 200, '{}'],
  ] as const)('without logs is answered with %s', async (noLogs, status, body) => {
    standin.settings.noLogs = noLogs
    const response = await ask(window(now - 71 * hour, now - 70 * hour))
    expect(`${response.status} ${await response.text()}`).toBe(`${status} ${body}`)
  })
})

describe('the range', () => {
  const at = (minutesAgo: number) => now - minutesAgo * minute
  standin.addRecords({
    type: 'accepted_traffic',
    records: [
      recordAt(at(1), 'a'),
      recordAt(at(4), 'b', { direction: 'out' }),
      recordAt(at(20), 'c', { domain: 'example.net' }),
      recordAt(at(22), 'd'),
      recordAt(at(73 * 60), 'old'),
    ],
  })
  standin.addRecords({
    type: 'accepted_traffic',
    records: [recordAt(at(21), 'late')],
    visibleAt: ({ time }) => time + 31 * minute,
  })

  it('has the defaults of the page', async () => {
    expect(namesIn(await askBody('type=accepted_traffic'))).toBe('b a')
    expect(namesIn(await askBody(`type=accepted_traffic&start=${instantText(at(22))}`))).toBe('d c')
    expect(namesIn(await askBody(`type=accepted_traffic&end=${instantText(at(4))}`))).toBe('b')
    expect(namesIn(await askBody(window(at(60 * 80), now)))).toBe('d c b a')
    standin.settings.tooOld = 'refused'
    expect((await ask(window(at(60 * 80), now))).status).toBe(400)
  })

  it('includes its ends or not, by either time, in any order', async () => {
    const query = window(at(22), at(4))
    expect(namesIn(await askBody(query))).toBe('d c b')
    standin.settings.endInclusive = false
    expect(namesIn(await askBody(query))).toBe('d c')
    standin.settings.startInclusive = false
    expect(namesIn(await askBody(query))).toBe('c')
    Object.assign(standin.settings, defaultSettings(), { filter: 'timestamp' })
    expect(namesIn(await askBody(query))).toBe('c b')
    standin.settings.order = 'descending'
    expect(namesIn(await askBody(query))).toBe('b c')
    standin.settings.order = 'any'
    expect(
      namesIn(await askBody(query))
        .split(' ')
        .sort(),
    ).toEqual(['b', 'c'])
  })

  it('shows late records when they are there, and filters by direction and domain', async () => {
    const query = window(at(22), now)
    expect(namesIn(await askBody(`${query}&direction=out`))).toBe('b')
    expect(namesIn(await askBody(`${query}&domain=example.net`))).toBe('c')
    standin.clock.advance(10 * minute)
    expect(namesIn(await askBody(query))).toBe('d late c b a')
  })

  it('leaves out of what must arrive what nobody could have had', async () => {
    const missing = () => standin.oracle.compare([], (_record, { stream }) => stream === 'accepted_traffic')
    expect(await missing()).toMatchObject({ expected: 4, lost: 4 })
    standin.clock.advance(10 * minute)
    expect(await missing()).toMatchObject({ expected: 5, lost: 5 })
  })
})

describe('a chain of pages', () => {
  const from = now - 50 * hour
  const records = Array.from({ length: 7 }, (_, n) => recordAt(from, `r${n}`))
  standin.addRecords({ type: 'blocked_traffic', records })
  const query = `${window(from, from, 'blocked_traffic')}&limit=3`

  async function walk(encode: (token: string) => string): Promise<string[]> {
    const pages: string[] = []
    let body = await askBody(query)
    while (body.nextToken !== undefined && pages.length < 6) {
      pages.push(namesIn(body))
      body = await askBody(`${query}&token=${encode(body.nextToken)}`)
    }
    return [...pages, namesIn(body)]
  }
  const whole = ['r0 r1 r2', 'r3 r4 r5', 'r6']

  it('hands out a token, encoded or raw, that must come back exactly', async () => {
    expect(await walk((token) => token)).toEqual(whole)
    expect(await walk((token) => encodeURIComponent(decodeURIComponent(token)))).toEqual(whole)
    const { nextToken: encoded = '' } = await askBody(query)
    expect((await ask(`${query}&token=${encodeURIComponent(encoded)}`)).status).toBe(400)
    standin.settings.encodedToken = false
    expect(await walk(encodeURIComponent)).toEqual(whole)
    const { nextToken: raw = '' } = await askBody(query)
    expect(raw).toMatch(/^(?=.*\+)(?=.*\/)[A-Za-z0-9+/]{134}==$/)
    expect((await ask(`${query}&token=${raw}`)).status).toBe(400)
  })

  it('wants the same query with each page, while the token lives', async () => {
    const { nextToken = '' } = await askBody(query)
    expect((await ask(`${query.replace('limit=3', 'limit=4')}&token=${nextToken}`)).status).toBe(400)
    expect((await ask(`type=blocked_traffic&limit=3&token=${nextToken}`)).status).toBe(400)
    expect(namesIn(await askBody(`${query}&token=${nextToken}`))).toBe('r3 r4 r5')
    expect(namesIn(await askBody(`${query}&token=${nextToken}`))).toBe('r3 r4 r5')
    standin.clock.advance(hour)
    expect((await ask(`${query}&token=${nextToken}`)).status).toBe(400)
  })

  it('can repeat itself for ever', async () => {
    for (const repeatTokens of ['same', 'cycle'] as const) {
      standin.settings.repeatTokens = repeatTokens
      expect(await walk((token) => token)).toHaveLength(7)
    }
  })

  it('can end with an empty page', async () => {
    standin.settings.tokenAfterLastPage = true
    const full = `${window(from, from, 'blocked_traffic')}&limit=7`
    const { nextToken = '' } = await askBody(full)
    expect((await ask(`${full}&token=${nextToken}`)).status).toBe(204)
  })

  it('can move while rows appear', async () => {
    const early = recordAt(from - 1, 'early')
    const wide = `${window(from - minute, from, 'blocked_traffic')}&limit=3`
    standin.addRecords({ type: 'blocked_traffic', records: [early], visibleAt: () => now + minute })
    for (const [paging, second] of [
      ['snapshot', 'r3 r4 r5'],
      ['live', 'r2 r3 r4'],
    ] as const) {
      standin.clock.set(now)
      standin.settings.paging = paging
      const { nextToken = '' } = await askBody(wide)
      standin.clock.advance(minute)
      expect(namesIn(await askBody(`${wide}&token=${nextToken}`))).toBe(second)
    }
  })

  it('has its body in every layout', async () => {
    const shapes = new Set<string>()
    for (const layout of ['compact', 'lines', 'pretty'] as const) {
      for (const tokenPosition of ['first', 'last'] as const) {
        Object.assign(standin.settings, { layout, tokenPosition })
        const text = await (await ask(query)).text()
        shapes.add(text.replace(/"nextToken": ?"[^"]*"/, 'token'))
        expect(compact(text)).toContain(
          records
            .slice(0, 3)
            .map((one) => one.text)
            .join(','),
        )
      }
    }
    expect(shapes.size).toBe(6)
  })
})

describe('traffic', () => {
  const from = now - hour

  it.each([
    ['accepted', acceptedTraffic],
    ['blocked', blockedTraffic],
  ] as const)('%s has the times that it says', (_name, make) => {
    const records = [...recordsIn(make({ seed: 3, count: 4_000, from, to: now }))]
    for (const { text, time } of records) {
      const { genTime, timestamp }: { genTime?: string; timestamp: string } = JSON.parse(text)
      expect(time, text).toBe(epochOf(genTime ?? timestamp))
      if (genTime) {
        expect(time).toBeGreaterThanOrEqual(from)
        expect(time).toBeLessThan(now)
      }
    }
    expect(new Set(records.map(({ text }) => text)).size).toBe(records.length)
  })

  it('fills hours, with a crowded second and late records', async () => {
    const other = new TmesStandin({ clock: Clock.frozen(now) })
    fillTraffic(other, { hours: 70, records: 1_000, burst: 600, lateBy: 3 * hour, outOfReach: 20 })
    const before = await other.oracle.compare([])
    other.clock.advance(3 * hour)
    const after = await other.oracle.compare([])
    expect(after.expected).toBe(1_600)
    expect(before.expected).toBeLessThan(1_600)
    expect(before.expected).toBeGreaterThan(1_590)
  })
})
