import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { EtdStandin } from '../../standins/etd/etd.ts'
import { fillHours } from '../../standins/etd/scenario.ts'
import { flawless, Stage } from '../harness.ts'
import { etdInput, startTenant } from './tenant.ts'

describe('The limits of a tenant', () => {
  let stage: Stage
  let etd: EtdStandin
  beforeAll(async () => {
    stage = await Stage.open()
  })
  afterAll(() => stage?.close())
  afterEach(() => etd?.stop())

  it('are shared by its inputs: two at once stay below two requests a second', async () => {
    etd = await startTenant({ limits: { perSecond: 2, burst: 4, perDay: 10_000 } })
    fillHours(etd, { hours: 8, records: 400 })
    const inputs = ['message', 'audit'].map((log_types) =>
      stage.input(etdInput(etd, { log_types, requests_per_second: '2', start_time: '-9h' })),
    )
    const ended = await Promise.all(inputs.map((input) => input.pass()))
    expect(ended.map(({ exitCode }) => exitCode)).toEqual([0, 0])
    expect(etd.quota.refused).toEqual({ rate: 0, quota: 0 })
    const received = inputs.flatMap((input) => input.received)
    expect(await etd.oracle.compare(received)).toMatchObject(flawless)
  }, 60_000)

  it('end the hour when the vendor does: a clock seconds ahead of it makes no gap and no failure', async () => {
    etd = await startTenant({}, Date.parse('2026-03-10T12:00:04Z'))
    fillHours(etd, { hours: 8, records: 400 })
    const body = JSON.stringify({
      message: 'Bad Request: the time range must not extend beyond 2026-03-10T11',
    })
    etd.api.faults.add({
      on: ({ operation, body: asked }) => operation === 'links' && asked.includes('2026-03-10T12'),
      fault: { kind: 'status', status: 400, body },
      probability: 1,
    })
    const input = stage.input(etdInput(etd, { start_time: '-9h' }))
    const early = await input.pass()
    expect(early.exitCode, early.stderr.join('\n')).toBe(0)
    expect(input.received.length).toBe(350)
    etd.api.faults.clear()
    expect((await input.pass()).exitCode).toBe(0)
    expect(await input.compare(etd.oracle)).toMatchObject(flawless)
    expect(input.ledger().filter(({ state }) => state !== 'complete')).toEqual([])
  })
})
