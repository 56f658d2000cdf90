import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { fillTraffic } from '../../standins/tmes/scenario.ts'
import type { TmesStandin } from '../../standins/tmes/tmes.ts'
import { minute } from '../../standins/vendor/clock.ts'
import { flawless, Stage, type StagedInput } from '../harness.ts'
import { startAccount, tmesInput } from './account.ts'

/** The most that one kill may repeat. */
const batch = 5_000
/** `MAILTRAIL_KILLS=50` for the long version. */
const kills = Number(process.env.MAILTRAIL_KILLS ?? 8)

describe('However a run of Trend Micro ends', () => {
  let stage: Stage
  let tmes: TmesStandin
  let input: StagedInput

  beforeAll(async () => {
    stage = await Stage.open()
  })
  afterAll(() => stage?.close())
  beforeEach(async () => {
    tmes = await startAccount({ order: 'any' })
    fillTraffic(tmes, { hours: 20, records: Math.max(30_000, kills * 2_000), burst: 1_700 })
    tmes.clock.advance(2 * minute)
    input = stage.input(tmesInput(tmes))
  })
  afterEach(() => tmes.stop())

  it('is stopped by SIGTERM: nothing is repeated', async () => {
    let events = 0
    const run = stage.splunkd.startRun(input.stanza, {
      onEvent: () => {
        if (++events === 7_777) run.kill('SIGTERM')
      },
    })
    expect((await run.finished).exitCode).toBe(0)
    expect(input.received.length).toBeLessThan(30_000)
    expect((await input.pass()).exitCode).toBe(0)
    expect(await input.compare(tmes.oracle)).toMatchObject(flawless)
  })

  it(`is killed ${kills} times: nothing is lost, and each kill repeats one batch at most`, async () => {
    const seen = new Set<string>()
    let repeats = 0
    const keep = input.onReceived
    input.onReceived = (received) => {
      if (seen.has(received.id ?? '')) repeats++
      seen.add(received.id ?? '')
      keep(received)
    }
    let killed = 0
    for (; killed < kills; killed++) {
      // From the first bytes of a run to behind its first commits, so that each run gets on.
      const { signal } = await input.pass({ killAfterBytes: 1_000 + ((killed * 2_700_003) % 6_000_000) })
      expect(repeats).toBeLessThanOrEqual(killed * batch)
      if (signal !== 'SIGKILL') break
    }
    expect(killed).toBeGreaterThan(4)
    expect((await input.pass()).exitCode).toBe(0)
    expect(repeats).toBeLessThanOrEqual(killed * batch)
    const result = await input.compare(tmes.oracle)
    expect({ ...result, repeated: 0 }).toMatchObject(flawless)
    expect(result.repeated).toBe(repeats)
  }, 600_000)
})
