import { describe, expect, test } from 'vitest'
import { GrowingTree } from '../../../../tests/standins/pangea/merkle.ts'
import { sha256 } from './canonical.ts'
import { BufferCoverage, missingBuffers } from './holes.ts'
import { sidesOf } from './proof.ts'
import { coldPath, hotPath } from './tree-path.ts'

const leaf = (index: number): Buffer => Buffer.from(sha256(Buffer.from(`leaf ${index}`)), 'hex')
const bufferOf = (count: number): GrowingTree =>
  new GrowingTree(Array.from({ length: count }, (_, i) => leaf(i)))
const cover = (
  tree: GrowingTree,
  indexes: Iterable<number>,
  coverage = new BufferCoverage(),
): BufferCoverage => {
  for (const index of indexes) {
    const proof = tree.membershipProof(index)
    coverage.add(sidesOf(proof), proof)
  }
  return coverage
}
const upTo = (count: number): number[] => Array.from({ length: count }, (_, index) => index)

describe('paths', () => {
  test('the cold path is that of the proof, for every leaf of every tree of up to 40 leaves', () => {
    for (let size = 1; size <= 40; size++) {
      const tree = bufferOf(size)
      for (let index = 0; index < size; index++) {
        expect(coldPath(size, index)).toBe(sidesOf(tree.membershipProof(index)))
      }
    }
  })

  test('the hot path is what is left, and there is none for another leaf', () => {
    expect(hotPath('rlllllll', 112, 111)).toBe('rl')
    expect(hotPath('lllllll', 31, 30)).toBe('lll')
    expect(hotPath('rlllllll', 112, 110)).toBeUndefined()
    expect(hotPath('rl', 112, 112)).toBeUndefined()
    expect(hotPath('rl', 1, 0)).toBe('rl')
  })
})

describe('records of a buffer', () => {
  test('all of them cover it, whatever its size and their order', () => {
    for (let count = 1; count <= 40; count++) {
      const order = upTo(count).map((step) => (step * 11 + 3) % count)
      const coverage = cover(bufferOf(count), [...order, ...upTo(count)])
      expect(coverage.isComplete).toBe(true)
      expect(coverage.records).toBe(count)
      expect(coverage.missing()).toEqual([])
    }
  })

  test('each single one that is missing is found, with its hash', () => {
    for (let count = 2; count <= 40; count++) {
      const tree = bufferOf(count)
      for (let absent = 0; absent < count; absent++) {
        const coverage = cover(
          tree,
          upTo(count).filter((index) => index !== absent),
        )
        expect(coverage.isComplete).toBe(false)
        expect(coverage.missing()).toMatchObject([{ nodeHash: leaf(absent).toString('hex'), atLeast: 1 }])
      }
    }
  })

  test('never more are called missing than are', () => {
    for (let count = 3; count <= 33; count++) {
      const tree = bufferOf(count)
      for (let present = 0; present < count; present++) {
        const atLeast = cover(tree, [present])
          .missing()
          .reduce((sum, part) => sum + part.atLeast, 0)
        expect(atLeast).toBeGreaterThan(0)
        expect(atLeast).toBeLessThan(count)
      }
    }
  })

  test('goes on from a kept state, which is small', () => {
    const tree = bufferOf(1000)
    const state = cover(tree, upTo(700)).state()
    expect(state.length).toBeLessThan(12)
    const later = new BufferCoverage(JSON.parse(JSON.stringify(state)))
    expect(cover(tree, upTo(1000), later).isComplete).toBe(true)
  })
})

test('buffers without any record are found between the first and the last', () => {
  expect(missingBuffers(new Set([4, 5, 8]), 4, 8)).toEqual([6, 7])
  expect(missingBuffers(new Set([4]), 4, 4)).toEqual([])
})
