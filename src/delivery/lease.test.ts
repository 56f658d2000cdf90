import { beforeEach, describe, expect, it } from 'vitest'
import { collectionOf, storeWith } from '../../tests/standins/kv-collection.ts'
import type { Collection } from './collection.ts'
import { HeldElsewhere, Lease, LeaseLost, type Owner } from './lease.ts'

const name = { scheme: 'cisco_etd', input: 'prod' }
let now: number
let alive: Set<number>
let store: Collection
const clock = { now: () => now, sleep: async () => undefined }

const owner = (pid: number, host = 'one.example.com'): Owner => ({
  id: `${host}/${pid}`,
  host,
  pid,
  started: String(pid),
  isAlive: (other) => alive.has(other),
})
const take = (who: Owner, collection = store) => Lease.acquire(collection, name, who, clock)

beforeEach(() => {
  now = Date.parse('2026-03-10T12:00:00Z')
  alive = new Set([1, 2, 3])
  store = collectionOf(storeWith('leases'), 'leases')
})

describe('A lease', () => {
  it('is held by one process, wherever the other runs', async () => {
    await take(owner(1))
    await expect(take(owner(2))).rejects.toThrow('The process 1 on one.example.com collects for this input')
    await expect(take(owner(3, 'two.example.com'))).rejects.toThrow(HeldElsewhere)
  })

  it('goes to exactly one of many who try at once', async () => {
    const tries = await Promise.allSettled(
      Array.from({ length: 20 }, (_, n) => take(owner(n + 1, `host${n}`))),
    )
    expect(tries.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    expect(await store.find({ ...name })).toHaveLength(1)
  })

  it('is taken at once from a dead owner of the same host, and counts on', async () => {
    const first = await take(owner(1))
    alive.delete(1)
    const second = await take(owner(2))
    expect([first.number, second.number]).toEqual([1, 2])
    expect(await store.find({ ...name })).toHaveLength(1)
  })

  it('of a dead owner on another host runs out after 90 s', async () => {
    await take(owner(1))
    alive.clear()
    now += 89_999
    await expect(take(owner(2, 'two.example.com'))).rejects.toThrow(HeldElsewhere)
    now += 1
    expect((await take(owner(2, 'two.example.com'))).number).toBe(2)
  })

  it('is free at once when it was released', async () => {
    const first = await take(owner(1))
    await first.release()
    expect((await take(owner(2, 'two.example.com'))).number).toBe(2)
  })

  it('is kept by renewal', async () => {
    const lease = await take(owner(1))
    for (let seconds = 0; seconds < 300; seconds += 5) {
      now += 5_000
      await lease.keep()
    }
    await expect(take(owner(2, 'two.example.com'))).rejects.toThrow(HeldElsewhere)
    await lease.assertHeld()
  })

  it('that was lost lets nothing pass any more, and is not released over the new owner', async () => {
    const first = await take(owner(1))
    now += 90_000
    const second = await take(owner(2, 'two.example.com'))
    await expect(first.assertHeld()).rejects.toThrow(LeaseLost)
    await first.release()
    await first.keep()
    await second.assertHeld()
    now += 60_000
    await expect(take(owner(3, 'three.example.com'))).rejects.toThrow(HeldElsewhere)
  })

  it("of a host that has another's name is taken from it, and never held by both", async () => {
    const first = await take(owner(1))
    const namesake: Owner = { ...owner(2), isAlive: () => false }
    const second = await take(namesake)
    now += 1_000
    await expect(first.assertHeld()).rejects.toThrow(LeaseLost)
    await second.assertHeld()
  })

  it('of a dead owner whose clock was ahead is taken at once on its own host', async () => {
    await take(owner(1))
    now -= 3 * 3_600_000
    await expect(take(owner(2, 'two.example.com'))).rejects.toThrow(HeldElsewhere)
    alive.delete(1)
    expect((await take(owner(3))).number).toBe(2)
  })

  it('is kept and confirmed by an owner whose clock was set back', async () => {
    const lease = await take(owner(1))
    now -= 3 * 3_600_000
    await lease.keep()
    await lease.assertHeld()
    now += 80_000
    await expect(take(owner(2, 'two.example.com'))).rejects.toThrow(HeldElsewhere)
    now += 10_001
    expect((await take(owner(2, 'two.example.com'))).number).toBe(2)
  })

  it('is lost when the store was wiped: what was committed is gone as well', async () => {
    const lease = await take(owner(1))
    await store.delete({})
    now += 1_000
    await expect(lease.assertHeld()).rejects.toThrow(LeaseLost)
  })

  it('is had although the answer to the insertion was lost', async () => {
    const forgetful: Collection = {
      ...store,
      insert: async (document) => {
        await store.insert(document)
        return store.insert(document)
      },
    }
    expect((await take(owner(1), forgetful)).number).toBe(1)
  })

  it('is left to an owner who renews while another takes over', async () => {
    const first = await take(owner(1))
    now += 95_000
    const late: Collection = {
      ...store,
      insert: async (document) => {
        await first.keep()
        return store.insert(document)
      },
    }
    await expect(take(owner(2, 'two.example.com'), late)).rejects.toThrow(HeldElsewhere)
    now += 1_000
    await first.assertHeld()
  })

  it('is lost by an owner who looked before another took over, and renews after', async () => {
    let taken: Lease | undefined
    const overtaken: Collection = {
      ...store,
      save: async (documents) => {
        taken = await take(owner(2, 'two.example.com'))
        await store.save(documents)
      },
    }
    const first = await take(owner(1), overtaken)
    now += 95_000
    await expect(first.assertHeld()).rejects.toThrow(LeaseLost)
    await taken?.assertHeld()
  })

  it('is not won with a number from before two others', async () => {
    const stale: Collection = {
      ...store,
      insert: async (document) => {
        const between = await take(owner(2))
        await between.release()
        await take(owner(3))
        return store.insert(document)
      },
    }
    await expect(take(owner(1), stale)).rejects.toThrow('The process 3')
    expect((await store.find({ ...name })).map(({ fence }) => fence)).toEqual([2])
  })

  it.each(['fence', 'owner', 'expires'])(
    'whose %s cannot be understood is not taken for free',
    async (field) => {
      await take(owner(1))
      const [document] = await store.find({ ...name })
      if (document) await store.save([{ ...document, [field]: { odd: true } }])
      await expect(take(owner(2))).rejects.toThrow('The lease cannot be understood')
    },
  )
})
