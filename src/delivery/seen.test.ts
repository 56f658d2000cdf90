import { describe, expect, it } from 'vitest'
import { Identities } from '../records/identities.ts'
import type { StateChange } from './batch.ts'
import { wordsOf } from './id-set.ts'
import { Seen } from './seen.ts'

/** An identity as the set takes it. */
const id = (number: number): [words: Int32Array, at: number] => {
  const hex = number.toString(16).padStart(40, '0').split('').reverse().join('')
  return [wordsOf(Identities.of([hex]), 1), 0]
}

/** State documents, as the engine keeps them. */
class Documents {
  readonly values = new Map<string, unknown>()

  apply(changes: readonly StateChange[]): void {
    for (const { key, value } of changes) {
      if (value === undefined) this.values.delete(key)
      else this.values.set(key, structuredClone(typeof value === 'function' ? value() : value))
    }
  }

  seen(prefix = 'seen/'): Seen {
    return new Seen(prefix, [...this.values.keys()], (key) => this.values.get(key))
  }
}

describe('The identities of delivered records', () => {
  it('know a record from its second time on, also in the next run', () => {
    const documents = new Documents()
    const seen = documents.seen()
    expect([seen.has(...id(1)), seen.add(...id(1), 5), seen.has(...id(1)), seen.add(...id(1), 5)]).toEqual([
      false,
      true,
      true,
      false,
    ])
    documents.apply(seen.changes())
    expect(documents.seen().add(...id(1), 5)).toBe(false)
    expect(documents.seen().add(...id(2), 5)).toBe(true)
  })

  it('save only documents that changed, of five thousand identities at most', () => {
    const documents = new Documents()
    const seen = documents.seen()
    for (let number = 0; number < 12_000; number++) seen.add(...id(number), number)
    expect(seen.changes().map(({ key }) => key)).toEqual(['seen/0', 'seen/1', 'seen/2'])
    expect(seen.changes()).toEqual([])
    seen.add(...id(12_000), 12_000)
    expect(seen.changes().map(({ key }) => key)).toEqual(['seen/2'])
  })

  it('leave a document as it is once it was saved with half of what it can hold', () => {
    const documents = new Documents()
    const seen = documents.seen()
    const save = (from: number, to: number): string[] => {
      for (let number = from; number < to; number++) seen.add(...id(number), number)
      const changes = seen.changes()
      documents.apply(changes)
      return changes.map(({ key }) => key)
    }
    expect([save(0, 2_000), save(2_000, 4_500), save(4_500, 4_501)]).toEqual([
      ['seen/0'],
      ['seen/0', 'seen/1'],
      ['seen/1'],
    ])
    const again = documents.seen()
    expect([again.has(...id(0)), again.has(...id(4_500)), again.has(...id(4_501))]).toEqual([
      true,
      true,
      false,
    ])
  })

  it('hold what was known when they were taken, whenever they are saved', () => {
    const documents = new Documents()
    const seen = documents.seen()
    seen.add(...id(1), 1)
    const changes = seen.changes()
    seen.add(...id(2), 2)
    documents.apply(changes)
    expect([documents.seen().has(...id(1)), documents.seen().has(...id(2))]).toEqual([true, false])
  })

  it('do not write over the documents of an earlier run', () => {
    const documents = new Documents()
    const first = documents.seen()
    first.add(...id(1), 1)
    documents.apply(first.changes())
    const second = documents.seen()
    second.add(...id(2), 2)
    documents.apply(second.changes())
    expect([...documents.values.keys()]).toEqual(['seen/0', 'seen/1'])
    expect(documents.seen().size).toBe(2)
  })

  it('forget a document only when all of it is older', () => {
    const documents = new Documents()
    const seen = documents.seen()
    seen.add(...id(1), 100)
    seen.add(...id(2), 900)
    documents.apply(seen.changes())
    expect(seen.forget(900)).toEqual([])
    expect(seen.has(...id(1))).toBe(true)
    documents.apply(seen.forget(901))
    expect([seen.has(...id(1)), seen.has(...id(2)), documents.values.size]).toEqual([false, false, 0])
  })

  it('leave the documents of others alone', () => {
    const documents = new Documents()
    documents.apply([{ key: 'cursor', value: { until: 1 } }])
    const replay = documents.seen('replay/2026-03-10T09/')
    replay.add(...id(1), 1)
    documents.apply(replay.changes())
    expect(documents.seen().has(...id(1))).toBe(false)
    expect(documents.seen('replay/2026-03-10T09/').has(...id(1))).toBe(true)
  })

  it('are not taken for empty when they cannot be understood', () => {
    const documents = new Documents()
    documents.apply([{ key: 'seen/0', value: { latest: 'soon' } }])
    expect(() => documents.seen()).toThrow(/list of delivered records seen\/0 cannot be understood/)
  })
})
