import { gunzipSync } from 'node:zlib'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { Clock, day, hour, minute } from '../vendor/clock.ts'
import { epochOf } from '../vendor/instants.ts'
import { compact } from '../vendor/json-text.ts'
import type { Received } from '../vendor/oracle.ts'
import { recordsIn } from '../vendor/record.ts'
import { auditSeries } from './audit.ts'
import { EtdStandin } from './etd.ts'
import { forms, plainChunks, plainForm, servedText } from './form.ts'
import { messageSeries } from './messages.ts'
import { fillHours } from './scenario.ts'
import { defaultSettings } from './settings.ts'

const now = Date.parse('2026-03-10T12:34:56Z')
const fast = { perSecond: 1e6, burst: 1e6, perDay: 1e6 }
const standin = new EtdStandin({ clock: Clock.frozen(now) })
const { clientId, clientSecret, apiKey } = standin.credentials
const basic = `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString('base64')}`

beforeAll(() => standin.start())
afterAll(() => standin.stop())
beforeEach(() => {
  Object.assign(standin.settings, defaultSettings(), { limits: fast })
  standin.clock.set(now)
})

const askToken = (headers: Record<string, string> = { 'x-api-key': apiKey, authorization: basic }) =>
  fetch(`${standin.url}/v1/oauth/token`, { method: 'POST', headers })

async function token(): Promise<string> {
  const { accessToken }: { accessToken: string } = JSON.parse(await (await askToken()).text())
  return accessToken
}

async function askLinks(body: unknown, headers: Record<string, string> = {}) {
  const response = await fetch(`${standin.url}/v1/logs/downloadLinks`, {
    method: 'POST',
    headers: {
      'x-api-key': apiKey,
      authorization: `Bearer ${await token()}`,
      'content-type': 'application/json',
      ...headers,
    },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  })
  const answer: { message?: string; data?: Record<string, string[]> } = JSON.parse(await response.text())
  return { status: response.status, ...answer }
}

const range = (start: string, end: string, ...logTypes: string[]) => ({ timeRange: [start, end], logTypes })

const statusAndBody = async (response: Response) => `${response.status} ${await response.text()}`

describe('token', () => {
  it('needs the API key, then the client', async () => {
    expect(await statusAndBody(await askToken({ authorization: basic }))).toBe('403 {"message":"Forbidden"}')
    expect((await askToken({ 'x-api-key': apiKey })).status).toBe(401)
    expect((await askToken({ 'x-api-key': apiKey, authorization: `Basic ${btoa('a:b')}` })).status).toBe(401)
  })

  it('tells its own end', async () => {
    const claims = JSON.parse(Buffer.from((await token()).split('.')[1]!, 'base64url').toString())
    expect(claims.exp * 1000).toBe(now + hour)
  })
})

describe('links', () => {
  const good = range('2026-03-10T09', '2026-03-10T12', 'message')

  it.each([
    ['not JSON', '{', 'Unable to deserialize request body'],
    ['a missing member', { timeRange: good.timeRange }, 'Unable to deserialize request body'],
    ['minutes', range('2026-03-10T09:00', '2026-03-10T12:00', 'audit'), 'Unable to deserialize request body'],
    ['end equal to start', range('2026-03-10T09', '2026-03-10T09', 'audit'), 'Invalid daterange'],
    ['four hours', range('2026-03-10T08', '2026-03-10T12', 'audit'), 'Invalid daterange'],
    ['more than 30 days ago', range('2026-02-08T12', '2026-02-08T13', 'audit'), 'Invalid daterange'],
    [
      'the future',
      range('2026-03-10T12', '2026-03-10T13', 'audit'),
      'Bad Request: the time range must not extend beyond 2026-03-10T12',
    ],
  ])('refuses %s', async (_name, body, message) => {
    expect(await askLinks(body)).toEqual({ status: 400, message })
  })

  it('accepts the oldest hour of the 30 days', async () => {
    expect(await askLinks(range('2026-02-08T13', '2026-02-08T14', 'audit'))).toMatchObject({ status: 200 })
  })

  it('tells a bad token, an expired one and a missing key apart', async () => {
    expect(await askLinks(good, { authorization: 'Bearer a.b.c' })).toEqual({
      status: 400,
      message: 'Bad Request',
    })
    expect(await askLinks(good, { 'x-api-key': 'wrong' })).toEqual({ status: 403, message: 'Forbidden' })
    const old = await token()
    standin.clock.advance(hour)
    expect(await askLinks(good, { authorization: `Bearer ${old}` })).toEqual({
      status: 401,
      message: 'Token expired, generate new token to proceed',
    })
    const revoked = await token()
    standin.tokens.revokeAll()
    expect(await askLinks(good, { authorization: `Bearer ${revoked}` })).toMatchObject({ status: 400 })
  })

  it('limits the rate and the day', async () => {
    standin.settings.limits = { perSecond: 0, burst: 0, perDay: 100 }
    const refused = await askToken()
    expect(await statusAndBody(refused)).toBe('429 {"message":"Limit exceeded"}')
    expect(standin.quota.refused.rate).toBe(1)
    standin.settings.limits = { ...fast, perDay: 1 }
    standin.clock.advance(3 * day)
    expect([(await askToken()).status, (await askToken()).status]).toEqual([200, 429])
    standin.clock.advance(day)
    expect((await askToken()).status).toBe(200)
  })

  it('selects by hour, by type, by what has appeared, and up to the cap', async () => {
    const at = Date.parse('2026-03-05T10:00:00Z')
    const series = (seed: number) => messageSeries({ seed, count: 2, hour: at, tenant: standin.tenant })
    for (let n = 0; n < 5; n++) standin.addObject({ type: 'message', hour: at, records: series(n) })
    standin.addObject({ type: 'message', hour: at + hour, records: series(10) })
    standin.addObject({ type: 'message', hour: at, records: series(11), appearsAt: now + minute })
    standin.addObject({ type: 'audit', hour: at, records: auditSeries({ seed: 1, count: 3, hour: at }) })
    const ask = async () =>
      (await askLinks(range('2026-03-05T10', '2026-03-05T11', 'message', 'audit', 'connection'))).data
    expect(await ask()).toMatchObject({ message: { length: 5 }, audit: { length: 1 } })
    expect(Object.keys((await ask()) ?? {})).toEqual(['message', 'audit'])
    standin.settings.disabledType = 'empty'
    standin.settings.endInclusive = true
    expect(await ask()).toMatchObject({ message: { length: 6 }, connection: { length: 0 } })
    standin.settings.cap = 3
    expect(await ask()).toMatchObject({ message: { length: 3 }, audit: { length: 1 } })
    standin.settings.capCounts = 'answer'
    expect(await ask()).toMatchObject({ message: { length: 3 }, audit: { length: 0 } })
    standin.settings.disabledType = 'error'
    expect(await ask()).toBeUndefined()
    Object.assign(standin.settings, defaultSettings(), { limits: fast })
    standin.clock.advance(minute)
    const [first] = (await ask())?.message ?? []
    expect((await ask())?.message).toHaveLength(6)
    expect(first).toMatch(
      /\/tenant_id%3D[-\da-f]+\/log_date%3D2026-03-05\/hour%3D10\/log_type%3Dmessage\/integration-message-export-firehose-\d+-2026-03-05-10-\d\d-\d\d-[-\da-f]{36}\.jsonl\?x-etd-/,
    )
    expect(first?.length).toBeGreaterThan(1500)
    expect(first?.length).toBeLessThanOrEqual(2048)
  })
})

describe('object storage', () => {
  const at = Date.parse('2026-03-06T10:00:00Z')
  const asked = range('2026-03-06T10', '2026-03-06T11', 'audit')
  const series = auditSeries({ seed: 9, count: 40, hour: at })
  const object = standin.addObject({ type: 'audit', hour: at, records: series })
  const link = async () => (await askLinks(asked)).data?.audit?.[0] ?? ''
  const errorOf = async (response: Response) => {
    const [, code] = /<Code>(\w+)<\/Code>/.exec(await response.text()) ?? []
    return `${response.status} ${code}`
  }

  it('serves what the link names, under a new signature each time', async () => {
    const [first, second] = [await link(), await link()]
    expect(first).not.toBe(second)
    expect(new URL(first).pathname).toBe(new URL(second).pathname)
    const response = await fetch(first)
    const body = await response.text()
    expect(body).toBe(`${[...recordsIn(series)].map(({ text }) => text).join('\n')}\n`)
    expect(response.headers.get('content-length')).toBe(String(Buffer.byteLength(body)))
    const rest = await fetch(first, { headers: { range: 'bytes=100-' } })
    expect(rest.status).toBe(206)
    expect(await rest.text()).toBe(body.slice(100))
  })

  it('refuses credentials, an old link, a changed link and an object that is gone', async () => {
    const good = await link()
    expect(await errorOf(await fetch(good, { headers: { authorization: 'Bearer x' } }))).toBe(
      '400 InvalidArgument',
    )
    expect(await errorOf(await fetch(good, { headers: { 'x-api-key': 'x' } }))).toBe('400 InvalidArgument')
    expect(standin.credentialLeaks).toBe(2)
    expect(await errorOf(await fetch(good.replace('Expires=3600', 'Expires=7200')))).toBe(
      '403 SignatureDoesNotMatch',
    )
    expect(await errorOf(await fetch(good.split('?')[0]!))).toBe('403 AccessDenied')
    standin.clock.advance(hour)
    const expired = await fetch(good)
    expect(expired.status).toBe(403)
    expect(await expired.text()).toContain('<Message>Request has expired</Message>')
    const fresh = await link()
    standin.removeObject(object)
    expect(await errorOf(await fetch(fresh))).toBe('404 NoSuchKey')
  })

  it('compresses a large object outside of memory', async () => {
    const place = { type: 'audit', hour: at + hour, form: { gzip: 'single' } } as const
    standin.addObject({ ...place, records: auditSeries({ seed: 3, count: 30_000, hour: at + hour }) })
    const [large] = (await askLinks(range('2026-03-06T11', '2026-03-06T12', 'audit'))).data?.audit ?? []
    const response = await fetch(large!)
    const bytes = Buffer.from(await response.arrayBuffer())
    expect(response.headers.get('content-length')).toBe(String(bytes.length))
    expect(gunzipSync(bytes).toString().trimEnd().split('\n')).toHaveLength(30_000)
  })
})

describe('records', () => {
  const hourStart = Date.parse('2026-03-09T10:00:00Z')
  const messages = [
    ...recordsIn(messageSeries({ seed: 4, count: 5_000, tenant: standin.tenant, hour: hourStart })),
  ]

  interface Timed {
    timestamp?: string
  }

  it('have the time that the contract gives them, and some 1 KB', () => {
    for (const { text, time } of messages) {
      const parsed: { message: Timed & { verdict?: Timed; action?: Timed } } = JSON.parse(text)
      const { timestamp, verdict, action } = parsed.message
      const updates = [verdict?.timestamp, action?.timestamp].filter((one) => one !== undefined).map(epochOf)
      const wanted = timestamp ? epochOf(timestamp) : updates.length > 0 ? Math.max(...updates) : hourStart
      expect(time, text).toBe(wanted)
    }
    const size = messages.reduce((sum, { text }) => sum + Buffer.byteLength(text), 0) / messages.length
    expect(size).toBeGreaterThan(800)
    expect(size).toBeLessThan(1300)
    expect(new Set(messages.map(({ text }) => text)).size).toBe(messages.length)
  })

  it('of audit repeat a line now and then, and say when they were', () => {
    const lines = [...recordsIn(auditSeries({ seed: 4, count: 100, hour: hourStart }))]
    expect(new Set(lines.map(({ text }) => text)).size).toBe(96)
    for (const { text, time } of lines) {
      const { timestamp }: { timestamp: string } = JSON.parse(text)
      expect(time).toBe(Date.parse(`${timestamp.replace(' ', 'T')}Z`))
    }
  })

  it.each(Object.entries(forms))('written down as %s are the same records', (_name, form) => {
    const whole = { ...plainForm, ...form }
    const few = messageSeries({ seed: 4, count: 50, tenant: standin.tenant, hour: hourStart })
    const text = Buffer.concat([...plainChunks(few, whole)]).toString()
    const body = text.replace(/^\uFEFF/, '')
    const expected = [...recordsIn(few)].map((record) => servedText(record.text, whole))
    if (whole.layout === 'array') expect(compact(body)).toBe(`[${expected.map(compact).join(',')}]`)
    else if (whole.pretty) expect(compact(body)).toBe(expected.join(''))
    else expect(body.replaceAll(/\r?\n/g, '')).toBe(expected.join(''))
    expect(text.startsWith('\uFEFF')).toBe(whole.byteOrderMark)
  })
})

describe('filled hours', () => {
  const filledStandin = () => {
    const other = new EtdStandin({ clock: Clock.frozen(now), settings: { cap: 10, limits: fast } })
    const options = { hours: 6, records: 600, lateBy: 10 * minute, cappedHoursAgo: 3, beyondCap: 2 }
    return { other, filled: fillHours(other, { ...options, allForms: true, connections: true }) }
  }

  it('hold what was asked for, the late part of it later', async () => {
    const { other, filled } = filledStandin()
    const counted = filled.objects.filter(({ type }) => type !== 'connection')
    expect(counted.reduce((sum, { series }) => sum + series.count, 0)).toBe(600)
    const before = await other.oracle.compare([])
    other.clock.advance(11 * minute)
    const after = await other.oracle.compare([])
    const late = filled.late.reduce((sum, { series }) => sum + series.count, 0)
    expect(late).toBeGreaterThan(0)
    expect(after.expected - before.expected).toBe(late)
    expect(after).toMatchObject({ lost: after.expected, repeated: 0 })
  })

  it('excuse in a capped hour what no answer named, once the answers were full', async () => {
    const { other, filled } = filledStandin()
    const wanted = (await other.oracle.compare([])).expected
    for (const object of filled.capped.slice(0, 9)) object.listed = 1
    expect((await other.oracle.compare([])).expected).toBe(wanted)
    filled.capped[9]!.listed = 1
    const hidden = other.objects.filter(
      ({ type, hour: start, listed }) => type === 'message' && start === filled.cappedHour && listed === 0,
    )
    const unseen = hidden.reduce((sum, { series }) => sum + series.count, 0)
    expect(hidden).toHaveLength(6)
    expect((await other.oracle.compare([])).expected).toBe(wanted - unseen)
  })

  it('satisfy the oracle when all that was served arrives, and only then', async () => {
    const { other } = filledStandin()
    other.clock.advance(11 * minute)
    const received: Received[] = []
    for (const expectation of other.oracle.expectations()) {
      for (const { text, time } of expectation.records()) {
        const { stream, sourcetype, source } = expectation
        received.push({ text, time, stream, sourcetype, source: String(source), id: String(received.length) })
      }
    }
    const clean = {
      lost: 0,
      repeated: 0,
      altered: 0,
      wrongTime: 0,
      wrongSource: 0,
      wrongId: 0,
      unexpected: 0,
    }
    expect(await other.oracle.compare(received)).toMatchObject({ ...clean, findings: [] })
    received.pop()
    received[0] = { ...received[0]!, text: received[0]!.text.replace('"', ' "') }
    expect(await other.oracle.compare([...received, received[5]!])).toMatchObject({
      ...clean,
      lost: 2,
      altered: 1,
      repeated: 1,
    })
  })
})
