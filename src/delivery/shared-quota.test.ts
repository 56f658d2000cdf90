import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { collectionOf, storeWith } from '../../tests/standins/kv-collection.ts'
import { TryLater } from '../errors.ts'
import type { Collection } from './collection.ts'
import { SharedQuota } from './shared-quota.ts'

const silent = new AbortController().signal
const clock = {
  now: () => Date.now(),
  sleep: (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms)),
}
let store: Collection

beforeEach(() => {
  vi.useFakeTimers({ now: Date.parse('2026-03-10T12:00:00Z') })
  store = collectionOf(storeWith('quota'), 'quota')
})
afterEach(() => vi.useRealTimers())

interface Account {
  readonly perSecond?: number
  readonly burst?: number
  readonly perDay?: number
}

const share = (input: string, { perSecond = 10, burst = 10, perDay = 100 }: Account = {}) =>
  new SharedQuota({
    collection: store,
    name: { scheme: 'cisco_etd', input },
    tenant: { id: 'account', url: 'https://api.example.com', rate: { perSecond, burst }, perDay },
    clock,
    vendorNow: () => Date.now(),
    onWait: () => undefined,
  })

/** Takes until the budget is used up, or so often. Gives when each was granted. */
async function takeAll(quota: SharedQuota, most = Number.POSITIVE_INFINITY): Promise<number[]> {
  const granted: number[] = []
  try {
    while (granted.length < most) {
      await quota.take(silent)
      granted.push(Date.now())
    }
  } catch (error) {
    if (!(error instanceof TryLater)) throw error
  }
  return granted
}

async function inTime<T>(work: Promise<T>): Promise<T> {
  let done = false
  const watched = work.finally(() => {
    done = true
  })
  while (!done) await vi.advanceTimersByTimeAsync(50)
  return watched
}

it.each([2, 3, 5])('%i inputs of one account never get more than its day has', async (inputs) => {
  const quotas = Array.from({ length: inputs }, (_, n) => share(`input-${n}`, { perDay: 400 }))
  const granted = await inTime(Promise.all(quotas.map((quota) => takeAll(quota))))
  const all = granted.flat().length
  expect(all).toBeLessThanOrEqual(400)
  expect(all).toBeGreaterThan(400 - 20 * inputs)
})

it('two inputs share the rate', async () => {
  const [one, other] = [share('one', { perDay: 1e6 }), share('other', { perDay: 1e6 })]
  const granted = (await inTime(Promise.all([takeAll(one, 150), takeAll(other, 150)])))
    .flat()
    .sort((a, b) => a - b)
  // While both are at work: in any ten seconds a hundred, and the account's burst.
  for (const [index, at] of granted.entries()) {
    const within = granted.slice(index).filter((later) => later - at < 10_000).length
    expect(within).toBeLessThanOrEqual(100 + 10 + 1)
  }
})

it('an input whose process was killed begins with what it had booked', async () => {
  await inTime(takeAll(share('one'), 55))
  const again = await inTime(takeAll(share('one')))
  expect(55 + again.length).toBeLessThanOrEqual(100)
  expect(55 + again.length).toBeGreaterThanOrEqual(80)
})

it('what was booked and not sent is given back at the end', async () => {
  const one = share('one')
  await inTime(takeAll(one, 5))
  await one.close()
  expect(await inTime(takeAll(share('other')))).toHaveLength(95)
})

it('a new day has its own budget', async () => {
  const quota = share('one', { perDay: 30 })
  expect(await inTime(takeAll(quota))).toHaveLength(30)
  expect(quota.budget).toEqual({ used: 30, limit: 30 })
  vi.setSystemTime(Date.parse('2026-03-11T00:00:01Z'))
  expect(quota.budget).toEqual({ used: 0, limit: 30 })
  expect(await inTime(takeAll(quota))).toHaveLength(30)
})

it('a budget that is used up says when it begins anew', async () => {
  const quota = share('one', { perDay: 3 })
  await inTime(takeAll(quota))
  await expect(quota.take(silent)).rejects.toMatchObject({
    message: expect.stringContaining('The daily budget of 3 requests is used up'),
    retryAfterMs: expect.closeTo(12 * 3_600_000, -5),
  })
})

it('a budget that cannot be understood is not taken for unused', async () => {
  await inTime(takeAll(share('one'), 1))
  const [document] = await store.find({})
  if (document) await store.save([{ ...document, booked: 'many' }])
  await expect(share('other').take(silent)).rejects.toThrow('The request quota cannot be understood')
})
