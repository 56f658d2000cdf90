import { beforeEach, describe, expect, it } from 'vitest'
import { collectionOf, storeWith } from '../../tests/standins/kv-collection.ts'
import { TryLater } from '../errors.ts'
import { Identities } from '../records/identities.ts'
import { RecordReader } from '../records/reader.ts'
import type { VendorClient } from '../transport/client.ts'
import { VendorClock } from '../transport/clock.ts'
import type { StampedBlock } from './batch.ts'
import type { Collection } from './collection.ts'
import { StreamDelivery } from './engine.ts'
import { Ledger } from './ledger.ts'
import type { SlicedLog, StampedPage, Window } from './sliced-log.ts'
import { SlicedPass } from './slices.ts'
import { StreamState } from './state.ts'

const minute = 60_000
const hour = 60 * minute
const noon = Date.parse('2026-03-10T12:00:00Z')
const name = { scheme: 'example', input: 'prod' }

interface Row {
  readonly id: number
  readonly time: number
  readonly visibleAt: number
}

/** The vendor's time; the host's clock differs from it by `hostSkew`. */
let now: number
let hostSkew: number
/** Whether the vendor's answers have a `Date`. */
let tellsTime: boolean
let rows: Row[]
let windows: Window[]
let warnings: string[]
let delivered: { id: number; source: string }[]
let checkpoints: Collection
let ledger: Collection
/** Requests of a run that are answered; the others fail. */
let answers: number

beforeEach(() => {
  now = noon
  hostSkew = 0
  tellsTime = true
  rows = []
  windows = []
  warnings = []
  delivered = []
  answers = Number.POSITIVE_INFINITY
  checkpoints = collectionOf(storeWith('checkpoints'), 'checkpoints')
  ledger = collectionOf(storeWith('ledger'), 'ledger')
})

let lastId = 0
const add = (time: number, visibleAt = time): number => {
  rows.push({ id: ++lastId, time, visibleAt })
  return lastId
}
const ids = (): number[] => delivered.map(({ id }) => id)

function pageOf(found: readonly Row[]): StampedPage {
  const [records] = [
    ...new RecordReader({ members: [] }).blocks(Buffer.from(found.map(({ id }) => `{"n":${id}}\n`).join(''))),
  ]
  if (records === undefined) throw new Error('no block was read')
  return {
    records,
    times: Float64Array.from(found, ({ time }) => time),
    ids: Identities.of(found.map(({ id }) => id.toString(16).padStart(8, '0').padEnd(40, '0'))),
  }
}

function vendor(): VendorClient {
  const unused = () => Promise.reject(new Error('not used here'))
  return {
    clock: new VendorClock({ now: () => now + hostSkew, sleep: unused }, () => undefined),
    metrics: { requests: 0, retries: 0, waitedMs: 0, receivedBytes: 0 },
    send: unused,
    open: unused,
    tryLater: (message) => {
      throw new Error(message)
    },
    pause: unused,
    close: () => undefined,
  }
}

/** One run. */
async function pass(options: Partial<SlicedLog> & { start?: number } = {}): Promise<void> {
  const client = vendor()
  const state = await StreamState.load(checkpoints, name, 'audit')
  const sink = {
    write: async ({ records, skip, ids: known, source }: StampedBlock) => {
      const ids = Array.from({ length: records.count }, (_, row) => known.get(row))
      const written = ids.filter((_, row) => skip?.[row] !== 1)
      delivered.push(...written.map((id) => ({ id: Number.parseInt(id.slice(0, 8), 16), source })))
      return { events: written.length, unparsed: 0, bytes: records.bytes.length }
    },
    flush: async () => undefined,
  }
  const fence = { number: 1, assertHeld: async () => undefined }
  const engine = new StreamDelivery({
    stream: 'audit',
    sink,
    ledger: new Ledger(ledger, name),
    state,
    fence,
    now: () => now,
  })
  const log: SlicedLog = {
    async *fetch(window) {
      client.metrics.requests++
      if (tellsTime) client.clock.observe(new Date(now).toUTCString())
      if (client.metrics.requests > answers) throw new TryLater('down')
      windows.push(window)
      const found = rows.filter(
        ({ time, visibleAt }) => time >= window.from && time < window.to && visibleAt <= now,
      )
      if (found.length > 0) yield pageOf(found)
    },
    sourceOf: (unit) => `x:${unit}`,
    sourcetype: 'x',
    overlap: 10 * minute,
    lag: minute,
    reach: 72 * hour,
    longestWindow: 6 * hour,
    reachReason: 'The vendor gives the last 72 hours',
    ...options,
  }
  const run = {
    params: {},
    stream: 'audit',
    vendor: client,
    log: {
      debug: () => undefined,
      info: () => undefined,
      warn: (message: string) => void warnings.push(message),
      error: () => undefined,
    },
    signal: new AbortController().signal,
    startTime: () => options.start ?? client.clock.now() - 24 * hour,
    state: (key: string) => state.get(key),
    stateKeys: () => state.keys(),
    ledger: (query: object) => engine.rows({ ...query, stream: 'audit' }),
    budget: () => undefined,
    sourcetype: (own: string) => own,
  }
  await engine.deliver(new SlicedPass(run, log).batches())
}

const ledgerRows = async (): Promise<Record<string, { state: string; events: number }>> => {
  const found = await new Ledger(ledger, name).find({ stream: 'audit' })
  return Object.fromEntries(
    found
      .sort((a, b) => a.unit.from - b.unit.from)
      .map(({ unit, state, events }) => [unit.name, { state, events }]),
  )
}

async function ask(unit: string): Promise<void> {
  const [row] = await ledger.find({ unit })
  if (row === undefined) throw new Error(`no row ${unit}`)
  await ledger.save([{ ...row, state: 'replay' }])
}

describe('A log that is asked for by time', () => {
  it('is read from the start to the lag before now, in windows that share a second, and files records by hour', async () => {
    const wanted = [noon - 24 * hour, noon - 90 * minute, noon - minute - 1].map((time) => add(time))
    add(noon - 24 * hour - 1)
    add(noon - minute)
    await pass()
    expect(ids()).toEqual(wanted)
    expect(delivered.map(({ source }) => source)).toEqual([
      'x:2026-03-09T12',
      'x:2026-03-10T10',
      'x:2026-03-10T11',
    ])
    const asked = windows.slice(1)
    expect(asked.at(0)?.from).toBe(noon - 24 * hour)
    expect(asked.at(-1)?.to).toBe(noon - minute)
    for (const [at, window] of asked.slice(1).entries()) expect(window.from).toBe((asked[at]?.to ?? 0) - 1000)
    expect(await ledgerRows()).toMatchObject({
      '2026-03-10T09': { state: 'complete', events: 0 },
      '2026-03-10T10': { state: 'complete', events: 1 },
      '2026-03-10T11': { state: 'open', events: 1 },
    })
  })

  it('finds what is written late within lag and overlap, and delivers nothing twice', async () => {
    add(noon - 5 * minute)
    const late = add(noon - 8 * minute, noon + 2 * minute)
    await pass()
    now += 3 * minute
    await pass()
    now += 3 * minute
    await pass()
    expect(ids()).toEqual([late - 1, late])
  })

  it('asks the ledger for all hours of a window at once', async () => {
    for (let time = noon - 48 * hour; time < noon; time += hour / 2) add(time)
    let questions = 0
    const { find } = ledger
    ledger = {
      ...ledger,
      find: (query) => {
        questions++
        return find(query)
      },
    }
    await pass({ start: noon - 48 * hour })
    expect(Object.keys(await ledgerRows())).toHaveLength(48)
    expect(questions).toBeLessThan(30)
  })

  it('asks once in an idle run', async () => {
    await pass()
    now += 5 * minute
    windows = []
    await pass()
    expect(windows).toEqual([{ from: noon - 11 * minute, to: noon + 4 * minute }])
  })

  it('never reaches back before its start', async () => {
    add(noon - 3 * minute)
    await pass({ start: noon - 2 * minute })
    now += 5 * minute
    await pass()
    expect(delivered).toEqual([])
  })

  it('keeps the start of a first run that failed', async () => {
    const early = add(noon - 24 * hour + 1)
    answers = 1
    await expect(pass()).rejects.toThrow('down')
    answers = Number.POSITIVE_INFINITY
    now += hour
    await pass()
    expect(ids()).toEqual([early])
  })
})

describe('What is out of reach', () => {
  it('is one gap, and its hours are not called complete', async () => {
    await pass({ start: noon - 100 * hour })
    const rowsOf = await ledgerRows()
    expect(Object.keys(rowsOf).slice(0, 2)).toEqual([
      '2026-03-06T08:00:00.000Z/2026-03-07T12:01:00.000Z',
      '2026-03-07T12',
    ])
    expect(Object.values(rowsOf)[0]?.state).toBe('gap')
    expect(warnings).toEqual([
      'The vendor gives the last 72 hours: 2026-03-06T08:00:00.000Z/2026-03-07T12:01:00.000Z cannot be had any more.',
    ])
  })

  it('is a gap after an outage, from where reading ended', async () => {
    await pass()
    now += 100 * hour
    await pass()
    const rowsOf = await ledgerRows()
    expect(rowsOf['2026-03-10T11:59:00.000Z/2026-03-11T16:01:00.000Z']?.state).toBe('gap')
    expect(rowsOf['2026-03-10T11']?.state).toBe('complete')
    expect(rowsOf['2026-03-10T12']).toBeUndefined()
    expect(rowsOf['2026-03-11T16']?.state).toBe('complete')
    expect(warnings).toHaveLength(1)
  })
})

describe('A clock of this host that is wrong', () => {
  it.each([-40 * 24 * hour, -2 * hour, 2 * hour, 40 * 24 * hour])(
    'by %i ms decides neither what is due nor what is lost',
    async (skew) => {
      hostSkew = skew
      const wanted = [noon - 23 * hour, noon - 10 * minute].map((time) => add(time))
      await pass()
      expect(ids()).toEqual(wanted)
      now += 5 * minute
      wanted.push(add(noon + minute))
      await pass()
      expect(ids()).toEqual(wanted)
      expect(warnings).toEqual([])
    },
  )

  it.each([3 * hour, 60 * hour])(
    'and %i ms ahead of a vendor that does not tell the time skips nothing',
    async (skew) => {
      tellsTime = false
      hostSkew = skew
      const wanted = [add(noon - 30 * minute), add(noon - 2 * minute)]
      await pass({ start: noon - hour })
      now += 4 * hour
      hostSkew = 0
      wanted.push(add(noon + 30 * minute), add(noon + 2 * hour))
      await pass()
      expect(ids()).toEqual(wanted)
      now += 4 * hour
      await pass()
      expect(ids()).toEqual(wanted)
    },
  )

  it('and never told does not keep a quiet log from going on', async () => {
    tellsTime = false
    const wanted = [add(noon - 50 * hour)]
    await pass({ start: noon - 60 * hour })
    wanted.push(add(noon - minute - 1))
    await pass()
    expect(ids()).toEqual(wanted)
  })
})

describe('A replay', () => {
  it('of hours that are over waits for live data; one of the hour that goes on cannot', async () => {
    const old = add(noon - 5 * hour)
    add(noon - 30 * minute)
    await pass()
    now += 5 * minute
    const live = add(now - 2 * minute)
    await ask('2026-03-10T07')
    const before = ids().length
    await pass()
    expect(ids().slice(before)).toEqual([live, old])
    await ask('2026-03-10T12')
    now += minute
    const later = add(now - minute - 1)
    const again = ids().length
    await pass()
    expect(ids().slice(again)).toEqual([live, later])
  })

  it('sends its hour again, counts it anew, and nothing else twice', async () => {
    const wanted = [150, 130, 100, 61, 30].map((ago) => add(noon - ago * minute))
    await pass()
    await ask('2026-03-10T10')
    delivered = []
    await pass()
    expect(ids()).toEqual([wanted[2], wanted[3]])
    expect((await ledgerRows())['2026-03-10T10']).toEqual({ state: 'complete', events: 2 })
    delivered = []
    now += minute
    await pass()
    expect(delivered).toEqual([])
  })

  it('of the current hour sends late records once, and can be asked for twice', async () => {
    now = noon + 30 * minute
    const first = add(noon + minute)
    await pass()
    const late = add(noon + 25 * minute, now + minute)
    now += 5 * minute
    for (const events of [2, 2]) {
      await ask('2026-03-10T12')
      delivered = []
      await pass()
      expect(ids()).toEqual([first, late])
      expect((await ledgerRows())['2026-03-10T12']).toEqual({ state: 'open', events })
    }
  })

  it('of what is out of reach says so', async () => {
    add(noon - 2 * hour)
    await pass()
    now += 80 * hour
    await ask('2026-03-10T10')
    await pass()
    expect((await ledgerRows())['2026-03-10T10']?.state).toBe('gap')
    expect(warnings).toContain('The vendor gives the last 72 hours: 2026-03-10T10 cannot be sent again.')
  })
})
