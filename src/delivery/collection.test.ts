import { describe, expect, it } from 'vitest'
import { collectionOf, storeWith } from '../../tests/standins/kv-collection.ts'
import { MailtrailError, StateUnavailable, TryLater } from '../errors.ts'
import { type Collection, fenced, patient, StorePatience } from './collection.ts'

const silent = new AbortController().signal
const working = () => collectionOf(storeWith('documents'), 'documents')

/** A clock of which each call takes ten seconds of the store's time. */
function slowClock() {
  let now = 0
  return { now: () => (now += 10_000), sleep: async () => undefined }
}

function failing(times: number): Collection & { calls: number } {
  const inner = working()
  const view = {
    ...inner,
    calls: 0,
    find: async (query: object) => {
      if (++view.calls <= times) throw new TryLater('KV Store is initializing.')
      return inner.find({ ...query })
    },
  }
  return view
}

describe('A store that fails', () => {
  const clock = { now: () => Date.now(), sleep: async () => undefined }

  it('is asked again until it answers', async () => {
    const retried: string[] = []
    const collection = failing(2)
    const view = patient(collection, new StorePatience(clock), clock, silent, (why) => retried.push(why))
    expect(await view.find({})).toEqual([])
    expect(retried).toEqual(['KV Store is initializing.', 'KV Store is initializing.'])
  })

  it('is given up for what no vendor can mend; the next operations wait no more', async () => {
    const slow = slowClock()
    const store = new StorePatience(slow)
    const first = failing(1_000)
    await expect(patient(first, store, slow, silent, () => undefined).find({})).rejects.toThrow(
      StateUnavailable,
    )
    const second = failing(1_000)
    await expect(patient(second, store, slow, silent, () => undefined).find({})).rejects.toThrow(
      'KV Store is initializing.',
    )
    expect(second.calls).toBe(1)
  })

  it('is not waited for by a process that was told to stop, but its work is done', async () => {
    const stop = new AbortController()
    stop.abort()
    const collection = failing(0)
    const view = patient(collection, new StorePatience(clock), clock, stop.signal, () => undefined)
    await view.save([{ _key: 'a' }])
    expect(await view.find({})).toMatchObject([{ _key: 'a' }])
  })
})

class Overtaken extends MailtrailError {
  readonly exitCode = 2
  constructor() {
    super('Another process has taken over.', 'Other')
  }
}

describe('A fenced collection', () => {
  it('lets each attempt pass the fence anew', async () => {
    let looks = 0
    const fence = {
      number: 1,
      assertHeld: async () => {
        if (++looks > 1) throw new Overtaken()
      },
    }
    const inner: Collection = {
      ...working(),
      save: async () => {
        throw new TryLater('The answer was lost.')
      },
    }
    const clock = { now: () => Date.now(), sleep: async () => undefined }
    const view = patient(fenced(inner, fence), new StorePatience(clock), clock, silent, () => undefined)
    await expect(view.save([{ _key: 'a' }])).rejects.toThrow(Overtaken)
    expect(looks).toBe(2)
  })

  it('can be read without the lease', async () => {
    const fence = { number: 1, assertHeld: () => Promise.reject(new Overtaken()) }
    const view = fenced(working(), fence)
    expect(await view.find({})).toEqual([])
    for (const change of [view.insert({ _key: 'a' }), view.save([{ _key: 'a' }]), view.delete({})])
      await expect(change).rejects.toThrow(Overtaken)
  })
})
