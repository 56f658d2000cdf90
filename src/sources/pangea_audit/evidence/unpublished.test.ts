import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { UnpublishedRecords } from './unpublished.ts'

const id = (n: number): string => createHash('sha256').update(String(n)).digest('hex')
const hour = 3_600_000_000

describe('Records that wait for their root', () => {
  it('come back from the state as they were', () => {
    const waiting = new UnpublishedRecords([], () => undefined)
    for (let n = 0; n < 10; n++) waiting.add(id(n), 1_000_000 + n, 7, 123)
    const state = new Map(waiting.changes().map(({ key, value }) => [key, JSON.parse(JSON.stringify(value))]))
    expect(state.size).toBe(1)
    const again = new UnpublishedRecords([...state.keys(), 'cursor'], (key) => state.get(key))
    expect(again.groups).toMatchObject([{ from: 1_000_000, to: 1_000_009, tried: 7, since: 123 }])
    expect([...(again.groups[0]?.ids ?? [])]).toEqual(Array.from({ length: 10 }, (_, n) => id(n)))
    expect(again.earliest).toBe(1_000_000)
  })

  it('stand in groups of an hour and of 2,000 at most', () => {
    const waiting = new UnpublishedRecords([], () => undefined)
    waiting.add(id(1), hour, 1, 0)
    waiting.add(id(2), 2 * hour + 1, 1, 0)
    for (let n = 10; n < 2_020; n++) waiting.add(id(n), 2 * hour + n, 1, 0)
    expect(waiting.groups.map(({ ids }) => ids.size)).toEqual([1, 2_000, 11])
  })

  it('do not grow beyond 50,000', () => {
    const waiting = new UnpublishedRecords([], () => undefined)
    const taken = Array.from({ length: 50_010 }, (_, n) => waiting.add(id(n), n, 1, 0))
    expect(taken.filter(Boolean).length).toBe(50_000)
  })

  it('leave the state when a group is empty', () => {
    const waiting = new UnpublishedRecords([], () => undefined)
    waiting.add(id(1), 1, 1, 0)
    waiting.changes()
    const [group] = waiting.groups
    group?.ids.clear()
    if (group) waiting.update(group)
    expect(waiting.groups).toEqual([])
    expect(waiting.changes()).toEqual([{ key: 'unpublished/0', value: undefined }])
    expect(waiting.earliest).toBe(Number.POSITIVE_INFINITY)
  })
})
