import { describe, expect, it } from 'vitest'
import { Misconfigured, TryLater } from '../errors.ts'
import type { Clock } from './clock.ts'
import { type RetryPolicy, retryAfter, withRetry } from './retry.ts'

const policy: RetryPolicy = { retries: 3, firstPause: 1, longestPause: 2, patience: 60_000 }

/** Time goes by only while somebody sleeps. */
function sleepyClock(): Clock & { readonly slept: number[] } {
  let now = 1_000_000
  const slept: number[] = []
  return {
    slept,
    now: () => now,
    sleep: async (ms) => {
      slept.push(ms)
      now += ms
    },
  }
}

/** A task that fails as told, one error an attempt, and then gives the number of its attempts. */
function failing(...errors: Error[]) {
  let attempts = 0
  return {
    get attempts() {
      return attempts
    },
    run: async () => {
      const error = errors[attempts++]
      if (error) throw error
      return attempts
    },
  }
}

const later = (retryAfterMs?: number) => new TryLater('not now', { retryAfterMs })
const never = new AbortController().signal

describe('withRetry', () => {
  it('tries again what may pass, and nothing else', async () => {
    expect(await withRetry(failing(later(), later()).run, policy, sleepyClock(), never)).toBe(3)
    const wrong = failing(new Misconfigured('wrong'))
    await expect(withRetry(wrong.run, policy, sleepyClock(), never)).rejects.toThrow('wrong')
    expect(wrong.attempts).toBe(1)
  })

  it('gives up after its retries, with the last error', async () => {
    const task = failing(later(), later(), later(), new TryLater('the last'), later())
    await expect(withRetry(task.run, policy, sleepyClock(), never)).rejects.toThrow('the last')
    expect(task.attempts).toBe(4)
  })

  it('waits exactly as long as it is told, and does not count that as a retry', async () => {
    const clock = sleepyClock()
    const told = Array.from({ length: 10 }, (_, second) => later(second * 1000))
    expect(await withRetry(failing(...told).run, policy, clock, never)).toBe(11)
    expect(clock.slept).toEqual(told.map(({ retryAfterMs }) => retryAfterMs))
  })

  it('does not wait beyond its patience, nor say that it will', async () => {
    const clock = sleepyClock()
    const told: string[] = []
    const task = failing(later(30_000), later(31_000))
    const observer = { onRetry: (error: TryLater) => told.push(error.message) }
    await expect(withRetry(task.run, policy, clock, never, observer)).rejects.toThrow('not now')
    expect(clock.slept).toEqual([30_000])
    expect(told).toHaveLength(1)
  })

  it('does not spin on a Retry-After of 0', async () => {
    const task = failing(...Array.from({ length: 100 }, () => later(0)))
    await expect(withRetry(task.run, policy, sleepyClock(), never)).rejects.toThrow('not now')
    expect(task.attempts).toBeLessThan(30)
  })

  it('ends when it is stopped', async () => {
    const stop = new AbortController()
    const clock: Clock = { now: () => 0, sleep: async () => stop.abort() }
    const task = failing(later(10), later(10))
    await expect(withRetry(task.run, policy, clock, stop.signal)).rejects.toThrow(/abort/)
    expect(task.attempts).toBe(1)
  })
})

describe('retryAfter', () => {
  const now = Date.parse('2026-03-10T12:00:00Z')
  it.each([
    ['120', 120_000],
    [' 0 ', 0],
    ['1.5', 1_500],
    ['Tue, 10 Mar 2026 12:00:30 GMT', 30_000],
    ['Tue, 10 Mar 2026 11:00:00 GMT', 0],
    ['soon', undefined],
    ['-5', undefined],
    ['', undefined],
    [undefined, undefined],
  ])('%j', (header, expected) => {
    expect(retryAfter(header, now)).toBe(expected)
  })
})
