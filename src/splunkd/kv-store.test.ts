import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Splunkd as Standin } from '../../tests/standins/splunkd/index.ts'
import {
  answerLost,
  kvInitializing,
  kvRequests,
  unauthenticated,
} from '../../tests/standins/splunkd/rest/faults.ts'
import { StateUnavailable, TryLater } from '../errors.ts'
import { Secret } from '../secret.ts'
import { KvCollection } from './kv-store.ts'
import { appId, Splunkd } from './splunkd.ts'

describe('KvCollection', () => {
  let standin: Standin
  let splunkd: Splunkd
  let collection: KvCollection
  beforeAll(async () => {
    standin = await Standin.start()
    standin.kv.declare(appId, 'things', { fields: new Map(), enforceTypes: false })
    const sessionKey = new Secret(standin.sessions.issue())
    splunkd = new Splunkd({ uri: standin.uri, sessionKey, trust: { roots: [], acceptUnverified: true } })
    collection = new KvCollection(splunkd, 'things')
  })
  afterAll(async () => {
    splunkd.close()
    await standin.stop()
  })

  const numbered = (count: number, group: string) =>
    Array.from({ length: count }, (_, number) => ({
      _key: `${group}/${String(number).padStart(5, '0')} é&?`,
      group,
      number,
    }))

  it('saves and finds more documents than one request may hold', async () => {
    const before = standin.requests.length
    await collection.save(numbered(12_345, 'many'))
    expect(standin.requests.length - before).toBe(13)
    const found = await collection.find({ group: 'many' })
    expect(found.map(({ number }) => number)).toEqual(Array.from({ length: 12_345 }, (_, number) => number))
    await collection.delete({ group: 'many', number: { $gte: 5 } })
    expect(await collection.find({ group: 'many' })).toHaveLength(5)
  })

  it('finds everything where an administrator has lowered what splunkd gives for one query', async () => {
    standin.kv.declare(appId, 'capped', { fields: new Map(), enforceTypes: false, mostRowsPerQuery: 500 })
    const capped = new KvCollection(splunkd, 'capped')
    await capped.save(numbered(1_100, 'all'))
    const found = await capped.find({ group: 'all' })
    expect(found.map(({ number }) => number)).toEqual(Array.from({ length: 1_100 }, (_, number) => number))
  })

  it('replaces whole documents', async () => {
    await collection.save([{ _key: 'one', group: 'replaced', old: 1 }])
    await collection.save([{ _key: 'one', group: 'replaced', fresh: 2 }])
    const [found] = await collection.find({ group: 'replaced' })
    expect(found).toMatchObject({ _key: 'one', fresh: 2 })
    expect(found).not.toHaveProperty('old')
  })

  it('lets one insert of a key win', async () => {
    const results = await Promise.all([1, 2, 3].map((n) => collection.insert({ _key: 'lease', n })))
    expect(results.filter(Boolean)).toHaveLength(1)
  })

  it('repeats safely what was done though its answer was lost', async () => {
    standin.faults.next(kvRequests('things'), answerLost)
    const documents = [{ _key: 'twice', group: 'twice' }]
    await expect(collection.save(documents)).rejects.toThrow(TryLater)
    await collection.save(documents)
    expect(await collection.find({ group: 'twice' })).toHaveLength(1)
  })

  it("tells splunkd's own words, from XML and from JSON", async () => {
    standin.faults.next(kvRequests('things'), kvInitializing)
    await expect(collection.find({})).rejects.toThrow(
      'While reading the KV store collection things: splunkd answers 503: KV Store is initializing.',
    )
  })

  it('tells a missing collection from an empty one', async () => {
    expect(await collection.find({ group: 'nothing' })).toEqual([])
    await expect(new KvCollection(splunkd, 'unheard_of').find({})).rejects.toThrow(
      /does not know the collection.*installed whole/,
    )
  })

  it('does not take an ended session for a store that fails', async () => {
    standin.faults.next(kvRequests('things'), unauthenticated)
    await expect(collection.find({})).rejects.toThrow(StateUnavailable)
  })

  it('says when nobody answers', async () => {
    const nobody = new Splunkd({
      uri: 'https://127.0.0.1:9',
      sessionKey: new Secret('k'),
      trust: { roots: [], acceptUnverified: true },
    })
    await expect(new KvCollection(nobody, 'things').find({})).rejects.toThrow(
      /127\.0\.0\.1:9: .*ECONNREFUSED/,
    )
    nobody.close()
  })
})
