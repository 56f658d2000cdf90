import { describe, expect, it } from 'vitest'
import { VendorClock } from './clock.ts'

describe('VendorClock', () => {
  const start = Date.parse('2026-03-10T12:00:00Z')
  function setUp() {
    let now = start
    const told: number[] = []
    const host = { now: () => now, sleep: async () => undefined }
    const clock = new VendorClock(host, (offset) => told.push(offset))
    return { clock, told, pass: (ms: number) => (now += ms) }
  }
  const date = (offset: number) => new Date(start + offset).toUTCString()

  it('is the clock of the host as long as they agree', () => {
    const { clock, told } = setUp()
    clock.observe(undefined)
    clock.observe('not a date')
    expect(clock.confirmed).toBe(false)
    clock.observe(date(3_000))
    expect(clock.confirmed).toBe(true)
    expect(clock.now()).toBe(start)
    expect(told).toEqual([])
  })

  it('follows the vendor, and tells once', () => {
    const { clock, told, pass } = setUp()
    clock.observe(date(-7_200_000))
    pass(60_000)
    clock.observe(date(-7_200_000 + 60_000))
    expect(clock.now()).toBe(start - 7_200_000 + 60_000)
    expect(told).toEqual([-7_200_000])
  })

  it('comes back when the host is put right', () => {
    const { clock, told } = setUp()
    clock.observe(date(90_000))
    clock.observe(date(0))
    expect(clock.now()).toBe(start)
    expect(told).toEqual([90_000, 0])
  })
})
