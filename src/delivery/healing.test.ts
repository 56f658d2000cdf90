import { describe, expect, it } from 'vitest'
import type { UnitState } from './batch.ts'
import { isDue, leavesEnough } from './healing.ts'

const minute = 60_000
const hour = 60 * minute
const day = 24 * hour
const noon = Date.parse('2026-03-10T12:00:00Z')

/** When a unit that never gets complete is fetched again, by a run every five minutes; from its first fetch on. */
function fetches(state: UnitState, until: number, expires = 30 * day): number[] {
  const row = { state, firstFetch: noon, lastFetch: noon }
  const fetched: number[] = []
  for (let at = 5 * minute; at < until; at += 5 * minute) {
    if (!isDue(row, noon + at, expires - at)) continue
    row.lastFetch = noon + at
    fetched.push(at)
  }
  return fetched
}

describe('A unit that is not complete', () => {
  it('is fetched again by every run when it was begun or is asked for', () => {
    expect(fetches('open', 2 * hour)).toHaveLength(23)
    expect(fetches('replay', 2 * hour)).toHaveLength(23)
  })

  it.each<UnitState>(['failed', 'truncated'])('and stays %s rests as long as it has been so', (state) => {
    expect(fetches(state, day).map((at) => at / minute)).toEqual([5, 10, 15, 30, 60, 120, 240, 480, 960])
  })

  it('is fetched once a day in the end, and more often before the vendor deletes it', () => {
    const days = fetches('truncated', 30 * day).map((at) => at / day)
    expect(days.filter((at) => at > 3 && at < 28)).toHaveLength(25)
    expect(days.filter((at) => at > 29).length).toBeGreaterThan(5)
    expect(days.length).toBeLessThan(60)
  })

  it('is not put off for ever by a clock that was set back', () => {
    const row = { state: 'failed', firstFetch: noon, lastFetch: noon + 400 * day } as const
    expect(isDue(row, noon, 20 * day)).toBe(true)
  })

  it('is due when nobody knows when it was fetched', () => {
    expect(isDue({ state: 'failed', firstFetch: undefined, lastFetch: undefined }, noon, day)).toBe(true)
  })
})

describe('Of the daily budget', () => {
  const midnight = Date.parse('2026-03-10T00:00:00Z')
  it.each([
    [0, 0, true],
    [0, 4_999, true],
    [0, 5_000, false],
    [12 * hour, 7_499, true],
    [12 * hour, 7_500, false],
    [day - minute, 9_990, true],
    [day - minute, 10_000, false],
  ])('half is kept for live data: %i ms after midnight, %i used', (at, used, enough) => {
    expect(leavesEnough({ used, limit: 10_000 }, midnight + at)).toBe(enough)
  })

  it('nothing is kept where the vendor does not count', () => {
    expect(leavesEnough(undefined, midnight)).toBe(true)
  })
})
