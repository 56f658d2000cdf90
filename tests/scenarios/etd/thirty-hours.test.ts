import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { EtdStandin } from '../../standins/etd/etd.ts'
import { type FilledHours, fillHours } from '../../standins/etd/scenario.ts'
import { hour, minute } from '../../standins/vendor/clock.ts'
import { hourText } from '../../standins/vendor/instants.ts'
import { flawless, Stage, type StagedInput } from '../harness.ts'
import { etdInput, startTenant } from './tenant.ts'

const hours = 30
const records = 60_000
const cappedHoursAgo = 12

describe('Thirty hours of Cisco ETD, under faults', () => {
  let stage: Stage
  let etd: EtdStandin
  let input: StagedInput
  let filled: FilledHours
  const exitCodes: (number | null)[] = []

  beforeAll(async () => {
    stage = await Stage.open()
    etd = await startTenant()
    filled = fillHours(etd, { hours, records, lateBy: 25 * minute, cappedHoursAgo, allForms: true })
    etd.clock.set(filled.from + 5 * minute)
    input = stage.input(etdInput(etd, { start_time: '-1h' }))
    misbehave()
    await livePasses()
  }, 240_000)
  afterAll(async () => {
    await stage?.close()
    await etd?.stop()
  })

  /** Refusals that pass, lost connections and broken downloads, all through the scenario. */
  function misbehave(): void {
    const { api, storage } = etd
    const refusal = (status: number) => ({ kind: 'status', status, retryAfterSeconds: 0 }) as const
    api.faults.add({ fault: [refusal(429), refusal(503), refusal(500)], probability: 0.1 })
    api.faults.add({ fault: { kind: 'reset' }, times: 3, skip: 20 })
    api.faults.add({ fault: { kind: 'lostAnswer' }, times: 3, skip: 50 })
    api.faults.add({ on: 'links', fault: { kind: 'body', body: 'cutJson' }, times: 2, skip: 9 })
    storage.faults.add({ fault: refusal(503), probability: 0.1 })
    storage.faults.add({ fault: { kind: 'reset' }, times: 3, skip: 70 })
    const broken = [
      { kind: 'cut', after: 5_000 },
      { kind: 'cut', after: 40_000 },
      { kind: 'cutChunked', after: 20_000 },
      { kind: 'resetInside', after: 30_000 },
    ] as const
    storage.faults.add({ fault: broken, probability: 0.1 })
  }

  /** Passes at irregular times until all hours and their look-back are over. */
  async function livePasses(): Promise<void> {
    const last = filled.to + 8 * hour
    const pauses = [37, 65, 58, 190, 61, 65, 300, 64, 3, 62].map((minutes) => minutes * minute)
    for (let pass = 0; etd.clock.now() < last; pass++) {
      etd.clock.advance(pauses[pass % pauses.length] ?? hour)
      const midway = pass % 3 === 1
      let events = 0
      // An hour goes by within the pass: its token and its links expire.
      const onEvent = () => {
        if (midway && ++events === 400) etd.clock.advance(61 * minute)
      }
      exitCodes.push((await input.pass({ onEvent })).exitCode)
    }
  }

  it('ends every pass well', () => {
    expect(new Set(exitCodes)).toEqual(new Set([0]))
    expect(exitCodes.length).toBeGreaterThan(20)
  })

  it('went through every fault', () => {
    for (const kind of ['status 429', 'status 503', 'reset', 'lostAnswer', 'body']) {
      expect(etd.api.faults.injected[kind], kind).toBeGreaterThan(0)
    }
    for (const kind of ['status 503', 'reset', 'cut', 'cutChunked', 'resetInside']) {
      expect(etd.storage.faults.injected[kind], kind).toBeGreaterThan(0)
    }
    expect(etd.api.requests.count('links', 401), 'expired tokens').toBeGreaterThan(0)
    expect(etd.storage.requests.count('object', 403), 'expired links').toBeGreaterThan(0)
  })

  it('delivers every record once, unaltered, at its time', async () => {
    const result = await input.compare(etd.oracle)
    expect(result).toMatchObject(flawless)
    expect(result.expected).toBeGreaterThanOrEqual(records)
  })

  it('leaves a stream without a flaw, and no credential at the storage', () => {
    expect(stage.splunkd.events.violations).toEqual([])
    expect(stage.splunkd.events.truncations).toEqual([])
    expect(etd.credentialLeaks).toBe(0)
  })

  it('records the capped hour as cut off, and nothing else as missing', () => {
    const notWhole = input.ledger().filter(({ state }) => state !== 'complete')
    expect(notWhole.map(({ stream, unit, state }) => ({ stream, unit, state }))).toEqual([
      { stream: 'message', unit: hourText(filled.to - cappedHoursAgo * hour), state: 'truncated' },
    ])
  })

  it('has a row for every hour and object, with what was had of it', () => {
    const rows = input.ledger()
    const whole = rows.filter(({ unit }) => /^\d{4}-\d\d-\d\dT\d\d$/.test(unit))
    for (const stream of ['message', 'audit']) {
      const hoursOfStream = whole.filter((row) => row.stream === stream)
      expect(hoursOfStream.length, stream).toBeGreaterThanOrEqual(hours)
    }
    expect(rows.reduce((sum, row) => sum + row.events, 0)).toBe(input.received.length)
  })
})
