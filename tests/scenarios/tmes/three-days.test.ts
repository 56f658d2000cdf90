import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { fillTraffic } from '../../standins/tmes/scenario.ts'
import type { TmesStandin } from '../../standins/tmes/tmes.ts'
import { hour, minute } from '../../standins/vendor/clock.ts'
import { hourText } from '../../standins/vendor/instants.ts'
import type { VendorRequest } from '../../standins/vendor/request.ts'
import { flawless, Stage, type StagedInput } from '../harness.ts'
import { offencesAgainst, startAccount, tmesInput } from './account.ts'

const records = 60_000
const burst = 1_700
const streams = ['accepted_traffic', 'blocked_traffic'] as const

describe('Three days of Trend Micro Email Security, under faults', () => {
  let stage: Stage
  let tmes: TmesStandin
  let input: StagedInput
  let filled: { from: number; to: number }
  let lastPass = 0
  const exitCodes: (number | null)[] = []

  beforeAll(async () => {
    stage = await Stage.open()
    tmes = await startAccount({ order: 'any', noLogs: 'object' })
    filled = fillTraffic(tmes, { hours: 71, records, burst, lateBy: 9 * minute, outOfReach: 300 })
    misbehave()
    // A back-fill of the first hours, which would be out of reach at the end; then passes as time goes on.
    tmes.clock.set(filled.from + 30 * hour)
    input = stage.input(tmesInput(tmes, { start_time: '-30d' }))
    await passes()
  }, 240_000)
  afterAll(async () => {
    await stage?.close()
    await tmes?.stop()
  })

  /** Refusals that pass, lost connections, broken and hostile pages, all through the scenario. */
  function misbehave(): void {
    const refusal = (status: number) => ({ kind: 'status', status, retryAfterSeconds: 0 }) as const
    const { faults } = tmes.api
    const kinds = [
      refusal(429),
      refusal(500),
      refusal(503),
      { kind: 'reset' },
      { kind: 'lostAnswer' },
      { kind: 'cut', after: 5_000 },
      { kind: 'cutChunked', after: 90_000 },
      { kind: 'resetInside', after: 30_000 },
      { kind: 'body', body: 'html' },
      { kind: 'body', body: 'cutJson' },
      { kind: 'body', body: 'wrongJson' },
    ] as const
    for (const [number, fault] of kinds.entries()) faults.add({ fault, times: 2, skip: 3 + 9 * number })
    faults.add({ fault: kinds.slice(0, 3), probability: 0.08 })
    faults.add({ fault: kinds.slice(3), probability: 0.04 })
    // Tokens that are refused before their time.
    for (const skip of [3, 30, 60]) {
      const on = ({ query }: VendorRequest) => query.includes('token=')
      faults.add({ fault: { kind: 'status', status: 400 }, on, skip })
    }
  }

  /** Passes at irregular times, with the vendor's ways of answering changed now and then. */
  async function passes(): Promise<void> {
    const pauses = [5, 61, 5, 300, 5, 5, 420, 17, 5, 700].map((minutes) => minutes * minute)
    const ways = [
      { encodedToken: false, startInclusive: false, endInclusive: false, noLogs: '204' },
      { filter: 'timestamp', order: 'descending', paging: 'live', layout: 'lines', noLogs: 'list' },
      { filter: 'genTime', order: 'ascending', encodedToken: true, noLogs: 'body' },
      {
        order: 'any',
        paging: 'snapshot',
        startInclusive: true,
        endInclusive: true,
        tokenAfterLastPage: true,
        tokenPosition: 'last',
      },
    ] as const
    const last = filled.to + 30 * minute
    for (let pass = 0, over = false; !over; pass++) {
      over = tmes.clock.now() >= last
      Object.assign(tmes.settings, ways[pass % ways.length])
      lastPass = tmes.clock.now()
      exitCodes.push((await input.pass()).exitCode)
      tmes.clock.advance(pauses[pass % pauses.length] ?? hour)
    }
  }

  it('ends every pass well', () => {
    expect(new Set(exitCodes)).toEqual(new Set([0]))
    expect(exitCodes.length).toBeGreaterThan(12)
  })

  it('went through every fault', () => {
    expect(tmes.api.faults.pending).toBe(false)
    expect(tmes.api.faults.injected['status 400']).toBe(3)
  })

  it('delivers every record once, unaltered, at its time', async () => {
    const result = await input.compare(tmes.oracle)
    expect(result).toMatchObject(flawless)
    expect(result.expected).toBe(records + burst)
  })

  it('asks for whole ranges and leaves a stream without a flaw', () => {
    expect(offencesAgainst(tmes)).toEqual([])
    expect(stage.splunkd.events.violations).toEqual([])
  })

  it('records what was out of reach at first as a gap, and nothing else as missing', () => {
    const rows = input.ledger().filter(({ state }) => state !== 'complete' && state !== 'open')
    expect(rows.map(({ stream, state, to }) => ({ stream, state, to: to.slice(0, 13) }))).toEqual(
      streams.map((stream) => ({ stream, state: 'gap', to: hourText(filled.from + 30 * hour - 72 * hour) })),
    )
  })

  it('fills every member of a row', () => {
    const row = input.ledger().find(({ stream, unit, events }) => {
      return stream === 'accepted_traffic' && unit.length === 13 && events > 0
    })
    const from = Date.parse(`${row?.unit}:00:00Z`)
    const instant = (at: number) => new Date(at).toISOString()
    expect(row).toMatchObject({
      input: input.name,
      from: instant(from),
      to: instant(from + hour),
      expires: instant(from + 72 * hour),
      state: 'complete',
      unparsed: 0,
      reason: '',
      first_fetch: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
      last_fetch: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
    })
    const served = input.received.filter(({ source }) => source === `tmes:accepted_traffic/${row?.unit}`)
    expect(row?.bytes).toBe(served.reduce((sum, { text }) => sum + Buffer.byteLength(text), 0))
  })

  it('has a row for every hour, with as many events as its source has', () => {
    const bySource = new Map<string, number>()
    for (const { source = '' } of input.received) bySource.set(source, (bySource.get(source) ?? 0) + 1)
    for (const stream of streams) {
      const rows = input.ledger().filter((row) => row.stream === stream && row.unit.length === 13)
      const hours = rows.map(({ unit }) => unit)
      const first = filled.from + 31 * hour - 72 * hour
      for (let at = first; at < filled.to; at += hour) expect(hours).toContain(hourText(at))
      for (const { unit, events, state, from, to } of rows) {
        expect(events, unit).toBe(bySource.get(`tmes:${stream}/${unit}`) ?? 0)
        expect(Date.parse(to) - Date.parse(from)).toBe(hour)
        expect(state, unit).toBe(Date.parse(to) <= lastPass - 11 * minute ? 'complete' : 'open')
      }
    }
  })
})
