import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { EtdStandin } from '../../standins/etd/etd.ts'
import { fillHours } from '../../standins/etd/scenario.ts'
import { flawless, Stage, type StagedInput } from '../harness.ts'
import { batch, killAgainAndAgain } from './kills.ts'
import { etdInput, startTenant } from './tenant.ts'

describe('However a run ends', () => {
  let stage: Stage
  let etd: EtdStandin
  let input: StagedInput

  beforeAll(async () => {
    stage = await Stage.open()
  })
  afterAll(() => stage?.close())
  beforeEach(async () => {
    etd = await startTenant()
    // Objects of several batches each, and small ones.
    fillHours(etd, { hours: 3, records: 30_000, objectsPerHour: 1 })
    fillHours(etd, { hours: 3, records: 3_000, objectsPerHour: 12, allForms: true, seed: 2 })
    input = stage.input(etdInput(etd, { start_time: '-4h' }))
  })
  afterEach(() => etd.stop())

  const afterEvents = (count: number, what: () => void) => {
    let events = 0
    return () => {
      if (++events === count) what()
    }
  }

  it('ends its stream, when it is complete', async () => {
    const { exitCode, closed, violation, leftProcesses } = await input.pass()
    expect({ exitCode, closed, violation, leftProcesses }).toEqual({
      exitCode: 0,
      closed: true,
      violation: undefined,
      leftProcesses: false,
    })
    expect(await input.compare(etd.oracle)).toMatchObject(flawless)
  })

  it.each([300, 12_345, 31_000])(
    'is stopped by SIGTERM after %i events: nothing is repeated',
    async (count) => {
      let asked = Number.NaN
      const stopped = stage.splunkd.startRun(input.stanza, {
        onEvent: afterEvents(count, () => {
          asked = performance.now()
          stopped.kill('SIGTERM')
        }),
      })
      const { exitCode } = await stopped.finished
      expect(exitCode).toBe(0)
      expect(performance.now() - asked).toBeLessThan(5_500)
      const delivered = input.received.length
      expect(delivered).toBeLessThan(33_000)
      expect((await input.pass()).exitCode).toBe(0)
      expect(await input.compare(etd.oracle)).toMatchObject(flawless)
    },
  )

  it('is stopped while nobody reads its output: it ends within 5 s', async () => {
    const run = stage.splunkd.startRun(input.stanza, { pauseAfterBytes: 1_000_000 })
    await expect.poll(() => run.bytes, { timeout: 60_000 }).toBeGreaterThanOrEqual(1_000_000)
    const asked = performance.now()
    const { exitCode } = await run.stop(10_000)
    expect(performance.now() - asked).toBeLessThan(5_500)
    expect(exitCode).toBe(0)
    await input.pass()
    const result = await input.compare(etd.oracle)
    expect(result.repeated).toBeLessThanOrEqual(batch)
    expect({ ...result, repeated: 0 }).toMatchObject(flawless)
  })

  it('loses its reader: exit code 2, and the next run goes on', async () => {
    const { exitCode, stderr } = await input.pass({ closeAfterBytes: 3_000_000 })
    expect(exitCode).toBe(2)
    expect(stderr.filter((line) => line.startsWith('ERROR')).join()).toMatch(/closed the pipe/)
    await input.pass()
    const result = await input.compare(etd.oracle)
    expect(result.repeated).toBeLessThanOrEqual(batch)
    expect({ ...result, repeated: 0 }).toMatchObject(flawless)
  })

  it('is killed ten times: nothing is lost, and each kill repeats one batch at most', async () => {
    const bytesOf = (run: number) => 100_000 + ((run * 1_700_003) % 6_000_000)
    const { kills, mostRepeats } = await killAgainAndAgain(input, 10, bytesOf)
    expect(kills).toBeGreaterThanOrEqual(8)
    expect(mostRepeats).toBeGreaterThan(0)
    expect(mostRepeats).toBeLessThanOrEqual(batch)
    const result = await input.compare(etd.oracle)
    expect({ ...result, repeated: 0 }).toMatchObject(flawless)
  })
})
