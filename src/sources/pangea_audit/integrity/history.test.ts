import { describe, expect, test } from 'vitest'
import { GrowingTree } from '../../../../tests/standins/pangea/merkle.ts'
import { sha256 } from './canonical.ts'
import { followHistory } from './history.ts'
import type { Root } from './outcome.ts'

const leaf = (index: number): Buffer => Buffer.from(sha256(Buffer.from(`leaf ${index}`)), 'hex')
const tree = new GrowingTree(Array.from({ length: 20 }, (_, index) => leaf(index)))
const rootOf = (size: number, of = tree): Root => ({
  treeName: 'tree',
  size,
  rootHash: of.root(size).toString('hex'),
  consistencyProof: size > 1 ? of.consistencyProof(size) : [],
})
const rootsTo = (from: number, to: number): Root[] =>
  Array.from({ length: to - from + 1 }, (_, i) => rootOf(from + i))

describe('history of published roots', () => {
  test('a chain of roots is followed to its end', () => {
    expect(followHistory(rootOf(1), rootsTo(1, 20))).toEqual({ head: rootOf(20) })
    expect(followHistory(rootOf(7), [])).toEqual({ head: rootOf(7) })
  })

  test('asks for the root that is left out', () => {
    expect(followHistory(rootOf(3), [rootOf(4), rootOf(9)])).toEqual({ head: rootOf(4), wanted: 5 })
    const bare = { ...rootOf(4), consistencyProof: undefined }
    expect(followHistory(rootOf(3), [bare])).toEqual({ head: rootOf(3), wanted: 4 })
  })

  test('finds another hash for a size that was seen', () => {
    const seen = { ...rootOf(8), rootHash: rootOf(9).rootHash }
    const { head, finding } = followHistory(rootOf(8), [seen])
    expect(head).toEqual(rootOf(8))
    expect(finding).toMatchObject({
      breach: 'rewritten',
      known: rootOf(8),
      seen,
      expected: rootOf(8).rootHash,
    })
  })

  test('finds a tree that shrank', () => {
    expect(followHistory(rootOf(8), [rootOf(7)]).finding).toMatchObject({
      breach: 'shrunken',
      expected: '8',
      found: '7',
    })
  })

  test('finds history that was rewritten below, even with a proof that is right in itself', () => {
    const forged = new GrowingTree(Array.from({ length: 20 }, (_, index) => leaf(index === 2 ? 99 : index)))
    const { head, finding } = followHistory(rootOf(8), [rootOf(9, forged)])
    expect(head).toEqual(rootOf(8))
    expect(finding).toMatchObject({ breach: 'not_continued', expected: rootOf(8).rootHash })
  })

  test('refuses the root of another tree', () => {
    expect(() => followHistory(rootOf(1), [{ ...rootOf(2), treeName: 'other' }])).toThrow(RangeError)
  })
})
