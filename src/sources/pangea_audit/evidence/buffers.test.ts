import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import type { Root, Verdict } from '../integrity/index.ts'
import { PublishedBuffers } from './buffers.ts'

const hashOf = (text: string): string => createHash('sha256').update(text).digest('hex')

/** A published record in a tree of `size` leaves whose buffers hold two records each. */
function place(leaf: number, size: number, position: 0 | 1): { verdict: Verdict; root: Root } {
  const cold: string[] = []
  for (let at = leaf, rest = size; rest > 1; ) {
    let left = 1
    while (left * 2 < rest) left *= 2
    cold.unshift(at < left ? 'r' : 'l')
    if (at < left) rest = left
    else [at, rest] = [at - left, rest - left]
  }
  const sides = [position === 0 ? 'r' : 'l', ...cold]
  const verdict: Verdict = {
    hash: 'pass',
    signature: 'none',
    membership: 'pass',
    consistency: 'pass',
    envelopeHash: hashOf(`${leaf} ${position}`),
    claimedHash: hashOf(`${leaf} ${position}`),
    published: true,
    leafIndex: leaf,
    membershipProof: sides.map((side, step) => `${side}:${hashOf(`${leaf} ${step}`)}`).join(','),
    failures: [],
  }
  return { verdict, root: { treeName: 'tree', size, rootHash: hashOf('root') } }
}

const minute = 60_000_000

function take(buffers: PublishedBuffers, leaf: number, positions: readonly (0 | 1)[]): boolean[] {
  return positions.map((position) => {
    const { verdict, root } = place(leaf, 8, position)
    return buffers.take(verdict, root, leaf * minute + position + 1)
  })
}

describe('Published buffers', () => {
  it('do not judge the one in which collecting began', () => {
    const buffers = new PublishedBuffers(undefined)
    expect(buffers.next).toBeUndefined()
    expect(take(buffers, 3, [1])).toEqual([false])
    expect(buffers.next).toBe(4)
  })

  it('know a record that came before, also from the state', () => {
    const buffers = new PublishedBuffers(undefined)
    take(buffers, 0, [0])
    expect(take(buffers, 1, [0, 0])).toEqual([true, false])
    const later = new PublishedBuffers(JSON.parse(JSON.stringify(buffers.document())))
    expect(take(later, 1, [0, 1])).toEqual([false, true])
    expect(later.judge(1)).toBeUndefined()
  })

  it('tell what of a buffer is missing, and from when it can be', () => {
    const buffers = new PublishedBuffers(undefined)
    take(buffers, 0, [0])
    take(buffers, 1, [0, 1])
    take(buffers, 2, [1])
    expect(buffers.judge(1)).toBeUndefined()
    buffers.close(1)
    expect(buffers.judge(2)).toMatchObject({
      leaf: 2,
      delivered: 1,
      from: minute + 2,
      missing: [{ position: 'l' }],
    })
    expect(buffers.judge(3), 'nothing of it came').toMatchObject({
      delivered: 0,
      missing: [],
      from: minute + 2,
    })
  })

  it('look at a missed buffer again each hour, for a week, and know when it is whole', () => {
    const buffers = new PublishedBuffers(undefined)
    take(buffers, 0, [0])
    take(buffers, 1, [0])
    const missing = buffers.judge(1)
    if (missing) buffers.miss(missing, 120_000, 1_000_000)
    expect(buffers.next).toBe(2)
    expect(buffers.dueAgain(1_000_000 + 3_599_999)).toEqual([])
    expect(buffers.dueAgain(1_000_000 + 3_600_000)).toMatchObject([
      { leaf: 1, missed: { publishedAt: 120_000 } },
    ])
    expect(take(buffers, 1, [1])).toEqual([true])
    expect(buffers.judge(1)).toBeUndefined()
    expect(buffers.dueAgain(1_000_001 + 7 * 24 * 3_600_000)).toEqual([])
  })

  it('do not judge what can hold records that were not followed', () => {
    const buffers = new PublishedBuffers(undefined)
    take(buffers, 0, [0])
    take(buffers, 1, [0])
    buffers.overlook(2 * minute + 1)
    expect(buffers.next).toBeUndefined()
    expect(take(buffers, 2, [0]), 'delivered, but not known').toEqual([false])
    expect(take(buffers, 3, [0, 1])).toEqual([true, true])
    expect(buffers.next).toBe(3)
  })

  it('do not take a record that is not proven, or proven elsewhere', () => {
    const buffers = new PublishedBuffers(undefined)
    take(buffers, 0, [0])
    const { verdict, root } = place(2, 8, 0)
    expect(buffers.take({ ...verdict, membership: 'fail' }, root, 1)).toBe(false)
    expect(buffers.take({ ...verdict, leafIndex: 5 }, root, 1)).toBe(false)
    expect(buffers.take(verdict, root, 2 * minute)).toBe(true)
  })
})
