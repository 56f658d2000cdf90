import { beforeEach, describe, expect, it } from 'vitest'
import { collectionOf, storeWith } from '../../tests/standins/kv-collection.ts'
import type { Unit, UnitState } from './batch.ts'
import type { Collection } from './collection.ts'
import { Ledger, type LedgerRow } from './ledger.ts'

const name = { scheme: 'cisco_etd', input: 'prod' }
const day = 86_400_000
const now = Date.parse('2026-06-01T00:00:00Z')
let store: Collection
let ledger: Ledger

const row = (unit: string, from: number, state: UnitState, more: Partial<LedgerRow> = {}): LedgerRow => {
  const of: Unit = { stream: 'message', name: unit, from, to: from + 3_600_000, expires: from + 30 * day }
  const counts = { events: 0, unparsed: 0, bytes: 0, firstFetch: undefined, lastFetch: undefined }
  return { unit: of, state, ...counts, reason: '', progress: undefined, ...more }
}
const units = (rows: readonly LedgerRow[]) => rows.map(({ unit }) => unit.name).sort()

beforeEach(() => {
  store = collectionOf(storeWith('ledger'), 'ledger')
  ledger = new Ledger(store, name)
})

describe('The ledger', () => {
  it('gives back what it was given', async () => {
    const saved = row('a/b?.jsonl', now, 'failed', {
      events: 7,
      unparsed: 1,
      bytes: 4321,
      firstFetch: now + 1,
      lastFetch: now + 2,
      reason: 'The storage answers 500.',
      progress: { offset: 99, ordinal: 3 },
    })
    await ledger.save([saved])
    expect(await ledger.find({ stream: 'message' })).toEqual([saved])
  })

  it('finds by time, state and unit, in one stream of one input only', async () => {
    await ledger.save([
      row('a', now, 'complete'),
      row('b', now + 3_600_000, 'failed'),
      row('c', now + 7_200_000, 'open'),
    ])
    await new Ledger(store, { ...name, input: 'other' }).save([row('z', now, 'failed')])
    expect(units(await ledger.find({ stream: 'message', from: now, to: now + 7_200_000 }))).toEqual([
      'a',
      'b',
    ])
    expect(units(await ledger.find({ stream: 'message', states: ['failed', 'open'] }))).toEqual(['b', 'c'])
    expect(units(await ledger.find({ stream: 'message', units: ['c'] }))).toEqual(['c'])
    expect(await ledger.find({ stream: 'audit' })).toEqual([])
  })

  it('knows a row that lost its scheme by its key, and leaves other inputs theirs', async () => {
    const saved = row('a', now, 'replay', { events: 7, firstFetch: now })
    await ledger.save([saved])
    await new Ledger(store, { ...name, scheme: 'pangea_audit' }).save([row('b', now, 'replay')])
    for (const { scheme, v, progress, unparsed, last_fetch, ...rest } of await store.find({}))
      await store.save([{ ...rest, events: String(rest.events) }])
    expect(await ledger.find({ stream: 'message', states: ['replay'] })).toEqual([saved])
    expect(units(await ledger.unfinished('message'))).toEqual(['a'])
    await ledger.save([saved])
    expect(await store.find({ scheme: 'cisco_etd' })).toHaveLength(1)
  })

  it('has one document for a unit, however often it is saved', async () => {
    await ledger.save([row('a', now, 'open')])
    await ledger.save([row('a', now, 'complete', { events: 5 })])
    expect(await store.find({})).toMatchObject([{ unit: 'a', state: 'complete', events: 5, input: 'prod' }])
  })

  it('is thinned: what is complete goes after 45 days, what was missed after 400, the rest stays', async () => {
    await ledger.save([
      row('old', now - 46 * day, 'complete'),
      row('recent', now - 44 * day, 'complete'),
      row('missed', now - 399 * day, 'gap'),
      row('missed long ago', now - 401 * day, 'gap'),
      row('cut off', now - 500 * day, 'truncated'),
      row('again', now - 500 * day, 'replay'),
    ])
    await ledger.thin('message', now)
    expect(units(await ledger.find({ stream: 'message' }))).toEqual(['again', 'cut off', 'missed', 'recent'])
  })

  it('knows what is unfinished', async () => {
    const states: UnitState[] = ['open', 'complete', 'truncated', 'failed', 'gap', 'replay']
    await ledger.save(states.map((state) => row(state, now, state)))
    expect(units(await ledger.unfinished('message'))).toEqual(['failed', 'open', 'replay', 'truncated'])
  })

  it.each([
    ['state', 'half'],
    ['from', 'yesterday'],
    ['progress', '{"offset":'],
  ])('refuses to guess what a row of %s %j means', async (field, value) => {
    await ledger.save([row('a', now, 'open')])
    const [document] = await store.find({})
    if (document) await store.save([{ ...document, [field]: value }])
    await expect(ledger.unfinished('message')).rejects.toThrow('The completeness ledger cannot be understood')
  })

  it('refuses rows of a newer version, however long they are closed', async () => {
    await ledger.save([row('a', now - 40 * day, 'complete'), row('b', now, 'open')])
    await ledger.refuseNewer()
    const closed = (await store.find({})).filter(({ unit }) => unit === 'a')
    await store.save(closed.map((document) => ({ ...document, input: 'another', _key: 'another', v: 2 })))
    await ledger.refuseNewer()
    await store.save(closed.map((document) => ({ ...document, v: 2 })))
    await expect(ledger.refuseNewer()).rejects.toThrow('written by a newer version')
  })
})
