import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { documentKey } from '../../../src/delivery/collection.ts'
import type { EtdStandin } from '../../standins/etd/etd.ts'
import { messageSeries } from '../../standins/etd/messages.ts'
import { day, hour, hourOf, minute } from '../../standins/vendor/clock.ts'
import { appId, flawless, Stage, type StagedInput } from '../harness.ts'
import { etdInput, startTenant } from './tenant.ts'

describe('Units that are not complete', () => {
  let stage: Stage
  let etd: EtdStandin
  beforeAll(async () => {
    stage = await Stage.open()
  })
  afterAll(() => stage?.close())
  afterEach(() => etd?.stop())

  const settings = { log_types: 'message', start_time: '-29d', lookback_hours: '2' }

  /** A tenant from which everything was collected once; nothing of it was old. */
  async function collected(more: Readonly<Record<string, string>> = {}): Promise<StagedInput> {
    etd = await startTenant()
    const input = stage.input(etdInput(etd, { ...settings, start_time: '-3h', ...more }))
    expect((await input.pass()).exitCode).toBe(0)
    return input
  }

  /** Rows of so many older hours, as runs of the last days have left them. */
  function leave(
    input: StagedInput,
    hours: number,
    { state = 'truncated', fetchedAgo = 10 * minute }: { state?: string; fetchedAgo?: number } = {},
  ): void {
    const ledger = stage.splunkd.kv.collection(appId, 'mailtrail_ledger')
    const newest = hourOf(etd.clock.now()) - 10 * hour
    for (let from = newest - hours * hour; from < newest; from += hour) {
      const unit = new Date(from).toISOString().slice(0, 13)
      const iso = (time: number) => new Date(time).toISOString()
      ledger.put(documentKey(input.scheme, input.name, 'message', unit), {
        v: 1,
        scheme: input.scheme,
        input: input.name,
        stream: 'message',
        unit,
        from: iso(from),
        to: iso(from + hour),
        state,
        events: 0,
        unparsed: 0,
        bytes: 0,
        first_fetch: iso(Date.now() - 6 * day),
        last_fetch: iso(Date.now() - fetchedAgo),
        expires: iso(from + 30 * day + hour),
        reason: 'There may be more.',
        progress: '',
      })
    }
  }

  const addLive = (): void => {
    const start = hourOf(etd.clock.now()) - hour
    const series = { seed: etd.clock.now() % 1e9, count: 7, hour: start, tenant: etd.tenant }
    etd.addObject({
      type: 'message',
      hour: start,
      records: messageSeries(series),
      appearsAt: etd.clock.now(),
    })
  }
  async function asked(input: StagedInput) {
    const before = { links: etd.api.requests.count('links'), events: input.received.length }
    const { exitCode, stderr } = await input.pass()
    return {
      exitCode,
      links: etd.api.requests.count('links') - before.links,
      events: input.received.length - before.events,
      said: stderr.join('\n'),
    }
  }
  it('for days cost no request at each run: a month of hours that are cut off leaves the day to live data', async () => {
    const input = await collected()
    leave(input, 690)
    addLive()
    expect(await asked(input)).toMatchObject({ exitCode: 0, links: 1, events: 7 })
    expect(input.ledger('truncated')).toHaveLength(690)
  })

  it('are fetched again when they have rested, the soonest to expire first, after live data', async () => {
    const input = await collected()
    leave(input, 5, { fetchedAgo: 25 * hour })
    addLive()
    const ranges: string[] = []
    etd.api.faults.add({
      on: ({ operation, body }) => {
        if (operation === 'links') ranges.push(JSON.parse(body).timeRange[0])
        return false
      },
      fault: { kind: 'reset' },
    })
    expect(await asked(input)).toMatchObject({ exitCode: 0, links: 6, events: 7 })
    expect(ranges.slice(1)).toEqual(ranges.slice(1).toSorted())
    expect(ranges[0]).toBe(ranges.toSorted().at(-1))
    expect(input.ledger('truncated')).toEqual([])
  })

  it('take no more than half of what is left of the daily budget, and live data goes on', async () => {
    const input = await collected({ requests_per_day: '200' })
    leave(input, 300, { state: 'replay' })
    addLive()
    const first = await asked(input)
    expect(first).toMatchObject({ exitCode: 0, events: 7 })
    expect(first.said).toMatch(/INFO Older hours of message that are not complete wait/)
    expect(first.links).toBeGreaterThan(100)
    expect(first.links).toBeLessThan(180)
    for (let pass = 0; pass < 3; pass++) {
      addLive()
      expect(await asked(input)).toMatchObject({ exitCode: 0, links: 1, events: 7 })
    }
    etd.clock.advance(day)
    const next = await asked(input)
    expect(next.exitCode).toBe(0)
    expect(next.links).toBeGreaterThan(80)
  })

  it('and are not listed any more are said to be missing, and rest as well', async () => {
    const input = await collected()
    leave(input, 1, { state: 'replay' })
    const [hourRow] = input.ledger('replay')
    if (hourRow === undefined) throw new Error('there is no row')
    const unit = 'tenant_id=t/log_date=2026-03-01/hour=02/log_type=message/gone.jsonl'
    stage.splunkd.kv
      .collection(appId, 'mailtrail_ledger')
      .put(documentKey(input.scheme, input.name, 'message', unit), {
        ...hourRow,
        _key: undefined,
        unit,
        state: 'failed',
        last_fetch: new Date(Date.now() - day).toISOString(),
      })
    expect(await asked(input)).toMatchObject({ exitCode: 0, links: 2 })
    expect(input.ledger('failed')).toMatchObject([
      { unit, reason: `Cisco ETD does not list ${unit} any more.` },
    ])
    expect(await asked(input)).toMatchObject({ exitCode: 0, links: 1 })
  })

  it('because every link is refused end the run, instead of asking for new links all day', async () => {
    etd = await startTenant()
    const input = stage.input(etdInput(etd, { ...settings, start_time: '-3h' }))
    for (let file = 0; file < 40; file++) addLive()
    etd.storage.faults.add({ on: 'object', fault: { kind: 'status', status: 403 }, probability: 1 })
    const refused = await asked(input)
    expect(refused.exitCode).toBe(2)
    expect(refused.links).toBeLessThan(12)
    etd.storage.faults.clear()
    expect(await asked(input)).toMatchObject({ exitCode: 0, events: 280 })
    expect(await input.compare(etd.oracle)).toMatchObject(flawless)
  })
})
