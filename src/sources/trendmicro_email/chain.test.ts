import { beforeEach, describe, expect, it } from 'vitest'
import type { CutOff, Reached, StampedPage } from '../../delivery/sliced-log.ts'
import { Misconfigured, TryLater } from '../../errors.ts'
import { Secret } from '../../secret.ts'
import type { Reply, VendorClient, VendorRequest } from '../../transport/client.ts'
import { VendorClock } from '../../transport/clock.ts'
import { ChainBroken, MailTracking, reach } from './api.ts'
import { pages } from './chain.ts'

const noon = Date.parse('2026-03-10T12:00:00Z')
const minute = 60_000
let now: number
let asked: URLSearchParams[]
/** Answers to come, each at most once; what is thrown is final. */
let answers: (() => { status: number; body?: string })[]

beforeEach(() => {
  now = noon
  asked = []
  answers = []
})

const page = (ids: string[], nextToken?: string) => () => ({
  status: 200,
  body: JSON.stringify({
    nextToken,
    logs: ids.map((id) => ({ mailID: id, genTime: '2026-03-10T11:30:00Z' })),
  }),
})
const refuse = (status: number) => () => ({ status, body: '{"code":"InvalidFormat","message":"No."}' })

function vendor(): VendorClient {
  return {
    clock: new VendorClock({ now: () => now, sleep: async () => undefined }, () => undefined),
    metrics: { requests: 0, retries: 0, waitedMs: 0, receivedBytes: 0 },
    send: async <T>(request: VendorRequest, judge: (reply: Reply) => T): Promise<T> => {
      asked.push(new URL(request.url).searchParams)
      const answer = answers.shift()
      if (answer === undefined) throw new Error(`no answer is left for ${request.url}`)
      const { status, body = '' } = answer()
      return judge({ status, header: () => undefined, body: Buffer.from(body) })
    },
    open: () => Promise.reject(new Error('not used here')),
    tryLater: (message) => new TryLater(message),
    pause: async () => undefined,
    close: () => undefined,
  }
}

/** Counts of records, and the names of gaps. */
async function read(window = { from: noon - 60 * minute, to: noon - minute }): Promise<(number | string)[]> {
  const client = vendor()
  const params = {
    baseUrl: 'https://api.example.com',
    username: 'login',
    apiKey: new Secret('key'),
    logTypes: ['accepted_traffic'],
    direction: 'in',
    domain: 'example.com',
    overlap: 0,
    lag: 0,
  }
  const found: (number | string)[] = []
  const told = (part: StampedPage | CutOff | Reached): number | string => {
    if ('records' in part) return part.records.count
    return 'reason' in part ? `${part.becomes} ${part.unit.name}` : 'reached'
  }
  for await (const part of pages(new MailTracking(params, client), 'accepted_traffic', window, client))
    found.push(told(part))
  return found
}

describe('A chain of pages', () => {
  it('asks for the same range, limit and filters with every page', async () => {
    answers = [page(['a', 'b'], 't+1%2B'), page(['c'])]
    expect(await read()).toEqual([2, 1])
    const [first, second] = asked.map((query) => Object.fromEntries(query))
    expect(first).toEqual({
      type: 'accepted_traffic',
      domain: 'example.com',
      direction: 'in',
      start: '2026-03-10T11:00:00.000Z',
      end: '2026-03-10T11:59:00.000Z',
      limit: '500',
    })
    expect(second).toEqual({ ...first, token: 't+1+' })
  })

  it.each([
    ['204', { status: 204 }],
    ['an empty list', { status: 200, body: '{"logs":[]}' }],
    ['null', { status: 200, body: '{"logs":null,"nextToken":null}' }],
    ['an empty token', { status: 200, body: '{"logs":[],"nextToken":""}' }],
  ])('ends with %s', async (_, answer) => {
    answers = [page(['a'], 'one'), () => answer]
    expect((await read()).reduce((sum: number, part) => sum + Number(part), 0)).toBe(1)
    expect(answers).toEqual([])
  })

  it('believes an empty body the second time', async () => {
    answers = [() => ({ status: 200 }), page(['a'], 'one'), () => ({ status: 200 }), () => ({ status: 200 })]
    expect(await read()).toEqual([1])
    expect(answers).toEqual([])
  })

  it.each(['<html></html>', '{"logs":"?"}', '{"logs":[{"a":1},', '{"nextToken":7,"logs":[]}', '[]]'])(
    'does not take %s for the end',
    async (body) => {
      answers = [() => ({ status: 200, body })]
      await expect(read()).rejects.toThrow(/not with a page of logs/)
    },
  )

  it('is begun anew when its token is refused', async () => {
    answers = [page(['a'], 'one'), refuse(400), page(['a'], 'two'), page(['b'])]
    expect(await read()).toEqual([1, 1, 1])
    expect(asked.map((query) => query.get('token'))).toEqual([null, 'one', null, 'two'])
  })

  it('ends the window after a few times, and when tokens repeat', async () => {
    for (let time = 0; time < 4; time++) answers.push(page(['a'], 'one'), page(['b'], 'one'))
    await expect(read()).rejects.toBeInstanceOf(ChainBroken)
    expect(answers).toEqual([])
  })

  it.each([400, 401, 403, 404])('takes %i on its first page for final', async (status) => {
    answers = [refuse(status)]
    await expect(read()).rejects.toBeInstanceOf(Misconfigured)
  })

  it.each([302, 408, 429, 500, 503])('takes %i for something that passes', async (status) => {
    answers = [refuse(status)]
    await expect(read()).rejects.toBeInstanceOf(TryLater)
  })
})

describe('A start that falls out of reach', () => {
  const window = { from: noon - reach + minute, to: noon - reach + 60 * minute }
  const later = (minutes: number, answer: () => { status: number; body?: string }) => () => {
    now += minutes * minute
    return answer()
  }

  it('while the answer was waited for is a gap up to what the vendor still gave', async () => {
    answers = [later(6, page(['a']))]
    expect(await read(window)).toEqual(['gap 2026-03-07T12:01:00.000Z/2026-03-07T12:06:00.000Z', 1])
  })

  it('and is refused for it is cut, not held to be a wrong configuration', async () => {
    answers = [later(6, refuse(400)), page(['a'])]
    expect(await read(window)).toEqual(['gap 2026-03-07T12:01:00.000Z/2026-03-07T12:07:00.000Z', 1])
    expect(asked.at(-1)?.get('start')).toBe('2026-03-07T12:07:00.000Z')
  })

  it('with all of its window is not asked for any more', async () => {
    answers = [later(90, refuse(400))]
    expect(await read(window)).toEqual(['gap 2026-03-07T12:01:00.000Z/2026-03-07T13:00:00.000Z'])
  })
})
