import { once } from 'node:events'
import { get, type IncomingMessage } from 'node:http'
import { get as getSecurely } from 'node:https'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { CertificateAuthority } from '../certificates.ts'
import { Clock } from './clock.ts'
import type { Fault } from './faults.ts'
import { epochOf, instantText } from './instants.ts'
import { compact, pretty } from './json-text.ts'
import { oddNumbers, oddText } from './odd-text.ts'
import { type Expectation, Oracle, type Received } from './oracle.ts'
import { Random, uuidAt } from './random.ts'
import { readEvent } from './received.ts'
import { VendorServer } from './server.ts'

const noon = Date.parse('2026-03-01T12:00:00Z')

describe('faults', () => {
  const server = new VendorServer({
    clock: Clock.frozen(noon),
    random: new Random(1),
    operationOf: (_method, path) => path.slice(1),
    answer: () => ({ status: 200, body: 'x'.repeat(1000) }),
    errorAnswer: (status) => ({ status, body: `error ${status}` }),
  })
  beforeAll(() => server.start())
  afterAll(() => server.stop())

  /** What a client sees: status, headers and body, with how it ended. */
  async function ask(fault?: Fault) {
    if (fault) server.faults.add({ fault })
    const outcome: { response?: IncomingMessage; body: string; end: string } = { body: '', end: 'no answer' }
    const request = get(`${server.url}/page`, { agent: false })
    request.on('error', (error: NodeJS.ErrnoException) => {
      outcome.end = error.code ?? error.message
    })
    try {
      const [response]: IncomingMessage[] = await once(request, 'response')
      if (!response) return outcome
      outcome.response = response
      for await (const chunk of response) outcome.body += chunk
      outcome.end = 'whole'
    } catch (error) {
      outcome.end = error instanceof Error && 'code' in error ? String(error.code) : String(error)
    }
    return outcome
  }

  it('answers with the vendor’s clock when nothing is wrong', async () => {
    const { response, body, end } = await ask()
    expect(end).toBe('whole')
    expect(body).toHaveLength(1000)
    expect(response?.headers.date).toBe('Sun, 01 Mar 2026 12:00:00 GMT')
  })

  it('gives a status with Retry-After in both forms, and the vendor’s own body', async () => {
    const seconds = await ask({ kind: 'status', status: 429, retryAfterSeconds: 7 })
    expect(seconds.response?.statusCode).toBe(429)
    expect(seconds.response?.headers['retry-after']).toBe('7')
    expect(seconds.body).toBe('error 429')
    const date = await ask({ kind: 'status', status: 503, retryAtSeconds: 90, body: 'later' })
    expect(date.response?.headers['retry-after']).toBe('Sun, 01 Mar 2026 12:01:30 GMT')
    expect(date.body).toBe('later')
  })

  it.each<[Fault, string, number]>([
    [{ kind: 'reset' }, 'ECONNRESET', 0],
    [{ kind: 'close' }, 'ECONNRESET', 0],
    [{ kind: 'lostAnswer' }, 'ECONNRESET', 0],
    [{ kind: 'resetInside', after: 300 }, 'ECONNRESET', 300],
    [{ kind: 'cut', after: 300 }, 'ECONNRESET', 300],
    [{ kind: 'cut', after: 99_999 }, 'ECONNRESET', 500],
    [{ kind: 'cutChunked', after: 300 }, 'ECONNRESET', 300],
    [{ kind: 'drip', bytes: 100, everyMilliseconds: 1 }, 'whole', 1000],
    [{ kind: 'delay', milliseconds: 1 }, 'whole', 1000],
  ])('%o ends as %s after %i bytes', async (fault, end, bytes) => {
    const seen = await ask(fault)
    expect(seen.end).toBe(end)
    expect(seen.body).toHaveLength(bytes)
    if (fault.kind === 'cut') expect(seen.response?.headers['content-length']).toBe('1000')
    if (fault.kind === 'cutChunked') expect(seen.response?.headers['transfer-encoding']).toBe('chunked')
  })

  it.each(['hang', 'hangInside'] as const)('%s goes on until the client gives up', async (kind) => {
    server.faults.add({ fault: kind === 'hang' ? { kind } : { kind, after: 100 } })
    const request = get(`${server.url}/page`, { agent: false, timeout: 150 })
    let response: IncomingMessage | undefined
    request.on('response', (incoming) => {
      response = incoming.resume()
      incoming.on('error', () => incoming.destroy())
    })
    request.on('error', () => request.destroy())
    await once(request, 'timeout')
    expect(response?.complete ?? false).toBe(false)
    expect(response === undefined).toBe(kind === 'hang')
    request.destroy()
  })

  it.each(['html', 'empty', 'wrongJson', 'cutJson', 'huge'] as const)(
    '%s passes for a success',
    async (body) => {
      const seen = await ask({ kind: 'body', body, bytes: 3_000_000 })
      expect(seen.response?.statusCode).toBe(200)
      if (body === 'huge') expect(seen.body).toHaveLength(3_000_000)
      else expect(seen.body).not.toContain('x'.repeat(1000))
    },
  )

  it('resets a connection below TLS', async () => {
    const authority = new CertificateAuthority()
    const secure = new VendorServer({
      clock: new Clock(),
      random: new Random(1),
      tls: authority.issue(['127.0.0.1']),
      operationOf: () => 'page',
      answer: () => ({ status: 200, body: 'x'.repeat(1000) }),
      errorAnswer: (status) => ({ status }),
    })
    await secure.start()
    const outcome = () =>
      new Promise<string>((resolve) => {
        const request = getSecurely(secure.url, { agent: false, ca: authority.cert }, async (response) => {
          const chunks = await response.toArray().catch((error: NodeJS.ErrnoException) => [error.code])
          resolve(chunks.join(''))
        })
        request.on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message))
      })
    expect(await outcome()).toHaveLength(1000)
    for (const kind of ['reset', 'lostAnswer'] as const) {
      secure.faults.add({ fault: { kind } })
      expect(await outcome()).toBe('ECONNRESET')
    }
    secure.faults.add({ fault: { kind: 'resetInside', after: 10 } })
    expect(await outcome()).toBe('ECONNRESET')
    await secure.stop()
  })

  it('hits the wanted operation only, so often, after so many, and with a probability', async () => {
    server.faults.clear()
    const fault: Fault = { kind: 'status', status: 500 }
    const statuses = async (count: number) => {
      const seen: (number | undefined)[] = []
      for (let n = 0; n < count; n++) seen.push((await ask()).response?.statusCode)
      return seen
    }
    server.faults.add({ fault, on: 'other' })
    server.faults.add({ fault, on: 'page', skip: 1, times: 2 })
    expect(await statuses(4)).toEqual([200, 500, 500, 200])
    server.faults.clear()
    server.faults.add({ fault, probability: 0.5 })
    const hits = (await statuses(40)).filter((status) => status === 500).length
    expect(hits).toBeGreaterThan(5)
    expect(hits).toBeLessThan(35)
    server.faults.clear()
    expect(server.requests.count('page', 500)).toBe(2 + hits)
  })
})

describe('oracle', () => {
  const lines = ['{"a":1}', '{"a":1}', '{"b":2}'].map((text) => ({ text, time: noon }))
  const unit: Expectation = {
    stream: 'audit',
    sourcetype: 'st',
    source: 'etd:x',
    identity: 'line',
    records: () => lines,
  }
  const right: Received[] = lines.map(({ text, time }, n) => ({
    text,
    time,
    source: 'etd:x',
    sourcetype: 'st',
    stream: 'audit',
    id: `id${n}`,
  }))
  const compare = (received: Received[], expectations: Expectation[] = [unit]) => {
    const oracle = new Oracle()
    oracle.add(() => expectations)
    return oracle.compare(received)
  }
  const none = {
    lost: 0,
    repeated: 0,
    altered: 0,
    wrongTime: 0,
    wrongSource: 0,
    wrongSourcetype: 0,
    wrongStream: 0,
    wrongId: 0,
    unexpected: 0,
  }

  it('finds nothing where nothing is wrong', async () => {
    expect(await compare(right)).toMatchObject({ ...none, expected: 3, received: 3, findings: [] })
  })

  it('tells what was lost, with its text', async () => {
    const result = await compare(right.slice(0, 2))
    expect(result).toMatchObject({ ...none, lost: 1 })
    expect(result.findings).toMatchObject([{ kind: 'lost', source: 'etd:x', text: '{"b":2}' }])
  })

  it('does not take a repeat for an equal line', async () => {
    const [first, , last] = right
    expect(await compare([first!, first!, last!])).toMatchObject({ ...none, lost: 1, repeated: 1 })
  })

  it.each<[string, Partial<Received>, object]>([
    ['another text', { text: '{"b":2.0}' }, { lost: 1, altered: 1 }],
    ['another time', { time: noon + 1 }, { wrongTime: 1 }],
    ['an unknown source', { source: 'etd:y' }, { lost: 1, unexpected: 1 }],
    ['another sourcetype', { sourcetype: 'other' }, { wrongSourcetype: 1 }],
    ['another stream', { stream: 'message' }, { wrongStream: 1 }],
    ['the id of another record', { id: 'id0' }, { wrongId: 1, lost: 1, repeated: 1 }],
  ])('sees %s', async (_name, change, counts) => {
    expect(await compare([right[0]!, right[1]!, { ...right[2]!, ...change }])).toMatchObject({
      ...none,
      ...counts,
    })
  })

  it('sees a repeat under another id', async () => {
    const result = await compare([...right, { ...right[2]!, id: 'id9' }])
    expect(result).toMatchObject({ ...none, repeated: 1, wrongId: 1 })
  })

  it('takes equal contents for one record where the content is the identity', async () => {
    const content: Expectation = { ...unit, identity: 'content' }
    expect(await compare([right[0]!, right[2]!], [content])).toMatchObject({ ...none, expected: 2 })
  })

  it('neither demands nor refuses what is optional', async () => {
    const optional: Expectation = { ...unit, optional: true }
    expect(await compare([], [optional])).toMatchObject({ ...none, expected: 0 })
    expect(await compare(right, [optional])).toMatchObject({ ...none, received: 3 })
    const oracle = new Oracle()
    oracle.add(() => [unit])
    const wanted = await oracle.compare([], ({ text }) => text === '{"b":2}')
    expect(wanted).toMatchObject({ ...none, expected: 1, lost: 1 })
  })

  it('accepts a noncharacter as its escape', async () => {
    const odd: Expectation = { ...unit, records: () => [{ text: '{"a":"\uFFFE"}', time: noon }] }
    expect(await compare([{ ...right[0]!, text: '{"a":"\\uFFFE"}' }], [odd])).toMatchObject(none)
  })
})

describe('texts', () => {
  const everything = `{"odd": [${oddText.map((body) => `"${body}"`).join(', ')}], ${oddNumbers}, "none": {}, "list": [ ]}`

  it('changes white space outside strings and nothing else', () => {
    const spread = pretty(everything)
    expect(spread.split('\n').length).toBeGreaterThan(20)
    expect(compact(spread)).toBe(compact(everything))
    expect(JSON.parse(spread)).toEqual(JSON.parse(everything))
    expect(compact(everything)).toContain(
      '"score":1.0,"sequence":12345678901234567890,"weight":-0.0,"ratio":1E-7',
    )
    expect(compact('{ "a b" : [ 1 , {} ] }')).toBe('{"a b":[1,{}]}')
  })

  it('takes the stamp off an event', () => {
    const stamp = '{"id":"0a","input":"x}\\"","stream":"s","integrity":{"hash":"pass"}}'
    expect(readEvent(`{"mailtrail":${stamp}, "a": 1.0}`)).toEqual({
      text: '{ "a": 1.0}',
      stamp: JSON.parse(stamp),
    })
    expect(readEvent(`{"mailtrail":{"id":"0a"}}`).text).toBe('{}')
    expect(readEvent('{"mailtrail":{"error":"no JSON"},"raw":"not \\"JSON"}').text).toBe('not "JSON')
    expect(() => readEvent('{"a":1}')).toThrow('no mailtrail member')
  })

  it('cuts fractions of instants and honours zones', () => {
    expect(epochOf('2025-07-21T06:36:01.079999128Z')).toBe(Date.parse('2025-07-21T06:36:01.079Z'))
    expect(epochOf('2025-07-21T06:36:01+05:30')).toBe(Date.parse('2025-07-21T01:06:01Z'))
    expect(instantText(noon + 61_079, 9, 567_128)).toBe('2026-03-01T12:01:01.079567128Z')
    expect(instantText(noon + 61_079)).toBe('2026-03-01T12:01:01Z')
  })

  it('makes identifiers that differ', () => {
    const made = new Set(Array.from({ length: 10_000 }, (_, index) => uuidAt(5, index)))
    expect(made.size).toBe(10_000)
    expect(uuidAt(5, 1)).toMatch(/^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-a[\da-f]{3}-[\da-f]{12}$/)
  })
})
