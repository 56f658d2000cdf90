import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { fillLog } from '../../standins/pangea/fill.ts'
import type { PangeaStandin } from '../../standins/pangea/pangea.ts'
import { plainServing } from '../../standins/pangea/serving.ts'
import type { StartOptions } from '../../standins/splunkd/index.ts'
import { day, hour, minute } from '../../standins/vendor/clock.ts'
import { flawless, Stage, type StagedInput } from '../harness.ts'
import { alarms, type FoundEvent, pangeaInput, scenarioNow, sortEvents, startProject } from './project.ts'

const records = 60_000

describe('Thirty days of Pangea Secure Audit Log, under faults', () => {
  let stage: Stage
  let pangea: PangeaStandin
  let input: StagedInput
  let findings: FoundEvent[]
  /** How passes ended that did not end well. */
  const failures: (readonly string[])[] = []

  beforeAll(async () => {
    stage = await Stage.open()
    const serving = { ...plainServing, leafIndex: 'string' } as const
    pangea = await startProject(
      { statusCase: 'success', largestPage: 700, rootForm: 'data', serving },
      { bufferTime: 4 * hour },
    )
    const from = scenarioNow - 30 * day
    fillLog(pangea.log, {
      seed: 3,
      from,
      to: scenarioNow,
      records: records - 12_000,
      sameMicrosecondEvery: 40,
      largeEvery: 5_000,
      late: { every: 97, by: 8 * minute },
    })
    // More than a search may find, within two seconds.
    fillLog(pangea.log, { seed: 4, from: from + 5 * day, to: from + 5 * day + 2_000, records: 12_000 })
    pangea.log.rows.sort((a, b) => a.entry.receivedAt - b.entry.receivedAt)
    input = stage.input(pangeaInput(pangea, { start_time: '-29d' }))
    findings = sortEvents(input, pangea)
    pangea.clock.set(from + 29 * day - hour)
    misbehave()
    await passes()
  }, 300_000)
  afterAll(async () => {
    await stage?.close()
    await pangea?.stop()
  })

  function misbehave(): void {
    const { faults } = pangea.server
    const refusal = (status: number) => ({ kind: 'status', status, retryAfterSeconds: 0 }) as const
    faults.add({ fault: [refusal(429), refusal(503), refusal(500)], probability: 0.05 })
    faults.add({ fault: { kind: 'reset' }, times: 3, skip: 20 })
    faults.add({ fault: { kind: 'lostAnswer' }, times: 3, skip: 50 })
    faults.add({ on: ['search', 'results'], fault: { kind: 'cut', after: 40_000 }, times: 3, skip: 12 })
    faults.add({ on: ['search', 'results'], fault: { kind: 'body', body: 'cutJson' }, times: 2, skip: 30 })
    faults.add({ on: ['search', 'results'], fault: { kind: 'body', body: 'html' }, times: 2, skip: 40 })
  }

  /** A back-fill of 29 days with result sets that go away, then a day of live passes, some of them answered later. */
  async function passes(): Promise<void> {
    let events = 0
    const onEvent = () => {
      if (++events % 9_000 === 0) pangea.expireResults()
    }
    await pass({ onEvent })
    const pauses = [13, 65, 58, 190, 5, 300].map((minutes) => minutes * minute)
    for (let turn = 0; pangea.clock.now() < scenarioNow + 3 * hour; turn++) {
      pangea.clock.advance(pauses[turn % pauses.length] ?? hour)
      pangea.settings.endInclusive = turn % 2 === 0
      pangea.settings.async =
        turn % 3 === 0 ? { operations: ['search', 'root'], missingPolls: 1, openPolls: 1 } : undefined
      await pass()
    }
  }

  async function pass(options: StartOptions = {}): Promise<void> {
    const { exitCode, stderr } = await input.pass(options)
    if (exitCode !== 0) failures.push(stderr.slice(-3))
  }

  it('ends every pass well, and went through every fault', () => {
    expect(failures).toEqual([])
    for (const kind of ['status 429', 'status 503', 'reset', 'lostAnswer', 'cut', 'body'])
      expect(pangea.server.faults.injected[kind], kind).toBeGreaterThan(0)
    expect(pangea.server.requests.count('results', 400), 'result sets that were gone').toBeGreaterThan(0)
    expect(pangea.server.requests.count('poll', 404)).toBeGreaterThan(0)
  })

  it('delivers every record once, unaltered, at its time', async () => {
    const begin = scenarioNow - 30 * day - hour
    const result = await pangea.oracle.compare(input.received, ({ time }) => time >= begin)
    expect(result).toMatchObject(flawless)
    expect(result.expected).toBe(records)
    for (const { source, time = 0 } of input.received)
      if (source !== `pangea:${new Date(time).toISOString().slice(0, 13)}`) expect(source).toBe(String(time))
  })

  it('leaves no gap, and calls every hour complete that is over', () => {
    const open = input.ledger().filter(({ state }) => state !== 'complete')
    expect(open.filter(({ state, from }) => state !== 'open' || Date.parse(from) < scenarioNow)).toEqual([])
    const rows = input.ledger()
    expect(rows.reduce((sum, row) => sum + row.events, 0)).toBe(input.received.length)
  })

  it('finds nothing wrong with genuine records', () => {
    expect(alarms(findings)).toEqual({})
    expect(findings.filter(({ finding }) => finding === 'late_verification_passed').length).toBeGreaterThan(
      500,
    )
  })

  it('asks for each root about once, and never for what decrypts redacted fields', () => {
    expect(pangea.server.requests.count('root')).toBeLessThan(30 * 24)
    expect(pangea.api.contextRequests).toBe(0)
    expect(stage.splunkd.events.violations).toEqual([])
  })
})
