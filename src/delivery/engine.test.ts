import { beforeEach, describe, expect, it } from 'vitest'
import { collectionOf, storeWith } from '../../tests/standins/kv-collection.ts'
import { StateUnavailable, Stopped, TryLater } from '../errors.ts'
import { Identities } from '../records/identities.ts'
import { RecordReader } from '../records/reader.ts'
import type { Batch, StampedBlock, Unit } from './batch.ts'
import { type Collection, fenced } from './collection.ts'
import { StreamDelivery } from './engine.ts'
import { Ledger } from './ledger.ts'
import { StreamState } from './state.ts'

const name = { scheme: 'cisco_etd', input: 'prod' }
const unit: Unit = { stream: 'message', name: 'u', from: 0, to: 3_600_000 }
/** What happened, in order. */
let story: string[]
let held: boolean
let documents: Collection

beforeEach(() => {
  story = []
  held = true
  documents = collectionOf(storeWith('documents'), 'documents')
})

const told = (what: string, collection: Collection): Collection => ({
  ...collection,
  save: async (saved) => {
    story.push(`${what} ${saved.length}`)
    await collection.save(saved)
  },
})

async function delivery(now: () => number = () => 0) {
  const fence = {
    number: 7,
    assertHeld: async () => {
      if (!held) throw new StateUnavailable('Another process has taken over.')
    },
  }
  const ledger = new Ledger(fenced(told('rows', documents), fence), name)
  const checkpoints = collectionOf(storeWith('checkpoints'), 'checkpoints')
  const state = await StreamState.load(fenced(told('state', checkpoints), fence), name, 'message')
  const sink = {
    write: async (block: StampedBlock) => {
      story.push(`write ${block.records.count}`)
      return { events: block.records.count, unparsed: 0, bytes: block.records.count }
    },
    flush: async () => void story.push('flush'),
  }
  return { engine: new StreamDelivery({ stream: 'message', sink, ledger, state, fence, now }), ledger, state }
}

function events(count: number): StampedBlock {
  const reader = new RecordReader({ members: [], maxRows: count })
  const [records] = [...reader.blocks(Buffer.from('{}\n'.repeat(count)))]
  if (records === undefined) throw new Error('no block was read')
  const ids = Identities.of(Array.from({ length: count }, (_, row) => row.toString(16)))
  return { records, times: new Float64Array(count), ids, source: 's', sourcetype: 't' }
}

async function* of(...batches: readonly (Batch | Error)[]): AsyncGenerator<Batch> {
  for (const batch of batches) {
    if (batch instanceof Error) throw batch
    yield batch
  }
}

describe('A commit', () => {
  it('comes after the events were accepted: rows first, then the state that moves past them', async () => {
    const { engine } = await delivery()
    await engine.deliver(
      of({ unit, events: events(3), becomes: 'complete', state: [{ key: 'cursor', value: 1 }] }),
    )
    expect(story).toEqual(['write 3', 'flush', 'rows 1', 'state 1'])
  })

  it('comes before more than 5,000 events wait for it', async () => {
    const { engine } = await delivery()
    await engine.deliver(
      of(...Array.from({ length: 9 }, (): Batch => ({ unit, events: events(1_200), progress: {} }))),
    )
    let waiting = 0
    for (const step of story) {
      if (step === 'flush') waiting = 0
      if (step.startsWith('write')) waiting += 1_200
      expect(waiting).toBeLessThanOrEqual(5_000)
    }
    expect(story.filter((step) => step.startsWith('rows'))).toHaveLength(3)
  })

  it('of a slow unit comes after 15 s', async () => {
    let now = 0
    const { engine } = await delivery(() => now)
    const slow = async function* () {
      yield { unit, events: events(1), progress: {} }
      now += 15_000
      yield { unit, events: events(1), progress: {} }
      expect(story).toContain('rows 1')
    }
    await engine.deliver(slow())
  })

  it.each([new TryLater('The vendor fails.'), new Stopped()])(
    'is made for what was written before: %s',
    async (error) => {
      const { engine, ledger } = await delivery()
      await expect(engine.deliver(of({ unit, events: events(2), progress: { at: 2 } }, error))).rejects.toBe(
        error,
      )
      expect(await ledger.find({ stream: 'message' })).toMatchObject([{ events: 2, progress: { at: 2 } }])
    },
  )

  it('is not made by a process that lost its lease', async () => {
    const { engine } = await delivery()
    held = false
    const lost = engine.deliver(
      of({ unit, events: events(1), becomes: 'complete', state: [{ key: 'cursor', value: 1 }] }),
    )
    await expect(lost).rejects.toThrow('Another process has taken over.')
    expect(await documents.find({})).toEqual([])
  })

  it('counts a unit that is sent again anew', async () => {
    const { engine, ledger } = await delivery()
    await engine.deliver(of({ unit, events: events(9), becomes: 'complete' }))
    const [document] = await documents.find({})
    if (document) await documents.save([{ ...document, state: 'replay' }])
    const again = await delivery()
    await again.engine.deliver(of({ unit, events: events(4), becomes: 'complete' }))
    expect(await ledger.find({ stream: 'message' })).toMatchObject([{ state: 'complete', events: 4 }])
  })
})

describe('The state of a stream', () => {
  it('is had again by the next run, and forgotten where a key is gone', async () => {
    const collection = collectionOf(storeWith('checkpoints'), 'checkpoints')
    const first = await StreamState.load(collection, name, 'message')
    await first.apply(
      [
        { key: 'cursor', value: { until: 5 } },
        { key: 'seen/0', value: 'x' },
      ],
      1,
    )
    await first.apply([{ key: 'seen/0', value: undefined }], 1)
    const second = await StreamState.load(collection, name, 'message')
    expect([second.keys(), second.get('cursor')]).toEqual([['cursor'], { until: 5 }])
    expect((await StreamState.load(collection, name, 'audit')).keys()).toEqual([])
  })

  it('that is not JSON is refused', async () => {
    const collection = collectionOf(storeWith('checkpoints'), 'checkpoints')
    await (await StreamState.load(collection, name, 'message')).apply([{ key: 'cursor', value: 1 }], 1)
    const [document] = await collection.find({})
    if (document) await collection.save([{ ...document, state: '{"until":' }])
    await expect(StreamState.load(collection, name, 'message')).rejects.toThrow('cannot be understood')
  })
})
