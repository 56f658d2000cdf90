import { describe, expect, test } from 'vitest'
import { GrowingTree } from '../../../../tests/standins/pangea/merkle.ts'
import { sha256 } from './canonical.ts'
import type { Root } from './outcome.ts'
import { readRoot } from './outcome.ts'
import { checkConsistency, MembershipChecker } from './proof.ts'

const leaf = (index: number): Buffer => Buffer.from(sha256(Buffer.from(`leaf ${index}`)), 'hex')
const leaves = (count: number): Buffer[] => Array.from({ length: count }, (_, index) => leaf(index))
const rootOf = (tree: GrowingTree, size: number): Root => ({
  treeName: 'tree',
  size,
  rootHash: tree.root(size).toString('hex'),
  consistencyProof: tree.consistencyProof(size),
})

describe('membership', () => {
  test('passes for every leaf of every tree of up to 40 leaves, in any order', () => {
    for (let size = 1; size <= 40; size++) {
      const tree = new GrowingTree(leaves(size))
      const root = rootOf(tree, size)
      const checker = new MembershipChecker()
      for (let step = 0; step < size; step++) {
        const index = (step * 7) % size
        const result = checker.check(leaf(index).toString('hex'), tree.membershipProof(index), root)
        expect(result.outcome).toBe('pass')
      }
    }
  })

  test('what one proof has shown lets no other leaf pass', () => {
    const tree = new GrowingTree(leaves(16))
    const root = rootOf(tree, 16)
    const checker = new MembershipChecker()
    checker.check(leaf(3).toString('hex'), tree.membershipProof(3), root)
    for (let index = 0; index < 16; index++) {
      if (index === 3) continue
      expect(checker.check(leaf(index).toString('hex'), tree.membershipProof(3), root).outcome).toBe('fail')
    }
  })

  test.each([
    ['no record hash', undefined, 'proof', 'root', 'none'],
    ['no proof', 'hash', undefined, 'root', 'none'],
    ['no root', 'hash', 'proof', undefined, 'none'],
    ['an empty proof of a single record', 'root', '', 'root', 'pass'],
    ['an empty proof of another record', 'hash', '', 'root', 'fail'],
    ['a side that is neither l nor r', 'hash', 'x:', 'root', 'fail'],
    ['no JSON string', 'hash', ' ', 'root', 'fail'],
  ])('%s: %s', (_, node, proof, root, wanted) => {
    const tree = new GrowingTree(leaves(2))
    const known = rootOf(tree, 2)
    const hash = node === 'root' ? known.rootHash : node === undefined ? undefined : leaf(0).toString('hex')
    const sent =
      proof === 'proof'
        ? tree.membershipProof(0)
        : proof === 'x:'
          ? tree.membershipProof(0).replace('r', 'x')
          : proof
    expect(new MembershipChecker().check(hash, sent, root === undefined ? undefined : known).outcome).toBe(
      wanted,
    )
  })
})

describe('consistency', () => {
  test('passes from each size to the next, and for no other', () => {
    const tree = new GrowingTree(leaves(40))
    for (let size = 2; size <= 40; size++) {
      const root = rootOf(tree, size)
      expect(checkConsistency(root, rootOf(tree, size - 1)).outcome).toBe('pass')
      if (size > 2) expect(checkConsistency(root, rootOf(tree, size - 2)).outcome).toBe('fail')
    }
  })

  test('fails where an old leaf was changed', () => {
    const tree = new GrowingTree(leaves(10))
    const before = rootOf(tree, 9)
    tree.replace(4, leaf(99))
    const check = checkConsistency(rootOf(tree, 10), before)
    expect(check).toMatchObject({ outcome: 'fail', expected: before.rootHash })
  })

  test('is none without a root or a proof, and pass for the first root', () => {
    const tree = new GrowingTree(leaves(2))
    const [first, second] = [rootOf(tree, 1), rootOf(tree, 2)]
    expect(checkConsistency(undefined, first).outcome).toBe('none')
    expect(checkConsistency(second, undefined).outcome).toBe('none')
    expect(checkConsistency({ ...second, consistencyProof: undefined }, first).outcome).toBe('none')
    expect(checkConsistency({ ...second, consistencyProof: [] }, first).outcome).toBe('fail')
    expect(checkConsistency(first, undefined).outcome).toBe('pass')
  })
})

test('a root is read from both forms of /v1/root', () => {
  const sent = {
    size: 3,
    root_hash: 'ab',
    tree_name: 't',
    consistency_proof: ['x:1'],
    published_at: 'p',
    url: 'u',
  }
  const read = {
    treeName: 't',
    size: 3,
    rootHash: 'ab',
    consistencyProof: ['x:1'],
    publishedAt: 'p',
    url: 'u',
  }
  expect(readRoot(sent)).toEqual(read)
  expect(readRoot({ data: sent })).toEqual(read)
  expect(readRoot(null)).toBeUndefined()
  expect(readRoot({})).toBeUndefined()
})
