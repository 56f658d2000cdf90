import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { type Collection, documentVersion } from '../../src/delivery/collection.ts'
import { wordsOf } from '../../src/delivery/id-set.ts'
import { HeldElsewhere, Lease } from '../../src/delivery/lease.ts'
import { Ledger } from '../../src/delivery/ledger.ts'
import { Seen } from '../../src/delivery/seen.ts'
import { SharedQuota } from '../../src/delivery/shared-quota.ts'
import { StreamState } from '../../src/delivery/state.ts'
import { Identities } from '../../src/records/identities.ts'
import { collectionOf, storeWith } from '../standins/kv-collection.ts'

const names = ['mailtrail_checkpoints', 'mailtrail_ledger', 'mailtrail_leases', 'mailtrail_quota'] as const
type Name = (typeof names)[number]

const documents = z.array(z.looseObject({ _key: z.string() }))
const name = { scheme: 'trendmicro_email', input: 'prod' }
const stream = 'accepted_traffic'
const then = Date.parse('2026-03-10T12:00:30Z')
const clock = { now: () => then, sleep: async () => undefined }
const owner = { id: 'new', host: 'two.example.com', pid: 7, started: '1', isAlive: () => true }
const versions = readdirSync(import.meta.dirname).filter((entry) => /^v\d+$/.test(entry))

/** The collections as a program of that version left them, each document with a change. */
async function stored(version: string, change: object = {}): Promise<Record<Name, Collection>> {
  const kv = storeWith(...names)
  const collections = names.map((collection) => [collection, collectionOf(kv, collection)] as const)
  for (const [collection, target] of collections) {
    const file = join(import.meta.dirname, version, `${collection}.json`)
    const left = documents.parse(JSON.parse(readFileSync(file, 'utf8')))
    await target.save(left.map((document) => ({ ...document, ...change })))
  }
  return z.custom<Record<Name, Collection>>().parse(Object.fromEntries(collections))
}

const quotaOf = (collection: Collection): SharedQuota =>
  new SharedQuota({
    collection,
    name,
    tenant: {
      id: 'api.example.com login@example.com',
      url: 'https://api.example.com',
      rate: { perSecond: 20, burst: 20 },
      perDay: 50,
    },
    clock,
    vendorNow: () => then,
    onWait: () => undefined,
  })

describe.each(versions)('State of version %s', (version) => {
  it('tells where to go on', async () => {
    const { mailtrail_checkpoints: checkpoints } = await stored(version)
    const state = await StreamState.load(checkpoints, name, stream)
    expect(state.keys().sort()).toEqual(['cursor', 'seen/0', 'thinned'])
    expect(state.get('cursor')).toEqual({ until: 1_773_144_000_000, completeBefore: 1_773_140_400_000 })
    const seen = new Seen('seen/', state.keys(), (key) => state.get(key))
    const known = wordsOf(Identities.of(['00112233445566778899aabbccddeeff00000000']), 1)
    expect([seen.size, seen.has(known, 0)]).toEqual([2, true])
  })

  it('is replaced, not doubled, by what is saved now', async () => {
    const { mailtrail_checkpoints: checkpoints, mailtrail_ledger } = await stored(version)
    const state = await StreamState.load(checkpoints, name, stream)
    await state.apply([{ key: 'cursor', value: { until: 1, completeBefore: 0 } }], 42)
    expect(await checkpoints.find({ name: 'cursor' })).toMatchObject([{ fence: 42, v: documentVersion }])
    const ledger = new Ledger(mailtrail_ledger, name)
    await ledger.save(await ledger.find({ stream }))
    expect(await mailtrail_ledger.find({})).toHaveLength(3)
  })

  it('tells what is complete, and what is not', async () => {
    const { mailtrail_ledger } = await stored(version)
    const ledger = new Ledger(mailtrail_ledger, name)
    const rows = await ledger.find({ stream, from: Date.parse('2026-03-10'), to: then })
    const byUnit = new Map(rows.map((row) => [row.unit.name, row]))
    expect(byUnit.get('2026-03-10T10')).toMatchObject({
      state: 'complete',
      events: 120,
      unparsed: 1,
      bytes: 98_765,
      unit: { expires: Date.parse('2026-03-13T10:00:00Z') },
    })
    expect(byUnit.get('2026-03-10T11')).toMatchObject({ progress: { offset: 4_321, ordinal: 7 } })
    expect((await ledger.unfinished(stream)).map(({ unit }) => unit.name)).toEqual(['2026-03-10T11'])
  })

  it('tells who collects', async () => {
    const { mailtrail_leases: leases } = await stored(version)
    await expect(Lease.acquire(leases, name, owner, clock)).rejects.toThrow(HeldElsewhere)
    const later = { ...clock, now: () => then + 90_000 }
    expect((await Lease.acquire(leases, name, owner, later)).number).toBe(42)
  })

  it('tells what was used of the day', async () => {
    const quota = quotaOf((await stored(version)).mailtrail_quota)
    await quota.take(new AbortController().signal)
    expect(quota.budget).toEqual({ used: 41, limit: 50 })
  })
})

describe('State of a newer version', () => {
  const newer = { v: documentVersion + 1 }
  const refusal = `written by a newer version of this add-on (document version ${documentVersion + 1}; this one reads up to ${documentVersion})`

  it.each<[Name, (collection: Collection) => Promise<unknown>]>([
    ['mailtrail_checkpoints', (collection) => StreamState.load(collection, name, stream)],
    ['mailtrail_ledger', (collection) => new Ledger(collection, name).find({ stream })],
    ['mailtrail_leases', (collection) => Lease.acquire(collection, name, owner, clock)],
    ['mailtrail_quota', (collection) => quotaOf(collection).take(new AbortController().signal)],
  ])('in %s is refused, and left as it is', async (which, read) => {
    const collection = (await stored(`v${documentVersion}`, newer))[which]
    const before = await collection.find({})
    await expect(read(collection)).rejects.toThrow(refusal)
    expect(await collection.find({})).toEqual(before)
  })
})

it('keeps a document of every version', () => {
  const expected = Array.from({ length: documentVersion }, (_, index) => `v${index + 1}`)
  expect(versions.sort()).toEqual(expected)
})
