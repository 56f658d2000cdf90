import { hash } from 'node:crypto'

/** Joins two nodes: SHA-256 of both, without prefix bytes. */
const join = (left: Buffer, right: Buffer): Buffer => hash('sha256', Buffer.concat([left, right]), 'buffer')

/** The largest power of two below a count of at least two. */
const half = (count: number): number => 2 ** (31 - Math.clz32(count - 1))

/**
 * A Merkle tree that only grows, in the shape of RFC 6962: the left half of each node is full. The tree of any
 * earlier size can still be asked for.
 */
export class GrowingTree {
  readonly #leaves: Buffer[] = []
  readonly #nodes = new Map<string, Buffer>()

  constructor(leaves: Iterable<Buffer> = []) {
    for (const leaf of leaves) this.append(leaf)
  }

  get size(): number {
    return this.#leaves.length
  }

  append(leaf: Buffer): void {
    this.#leaves.push(leaf)
  }

  /** Puts another leaf in the place of one, as a forger of history would. */
  replace(index: number, leaf: Buffer): void {
    this.#leaves[index] = leaf
    this.#nodes.clear()
  }

  /** Drops the leaves from `size` on. */
  truncate(size: number): void {
    this.#leaves.length = size
    this.#nodes.clear()
  }

  root(size = this.size): Buffer {
    return this.#node(0, size)
  }

  /** `l:<hex>,r:<hex>,…` from a leaf up to the root of the tree of that size. */
  membershipProof(index: number, size = this.size): string {
    return this.#path(index, index + 1, 0, size).join(',')
  }

  /** Proves that the tree of `size` leaves continues the one with a leaf less: its full parts, right to left. */
  consistencyProof(size = this.size): string[] {
    const items: string[] = []
    for (const [from, to] of fullParts(size - 1).reverse()) {
      const node = `x:${this.#node(from, to).toString('hex')}`
      items.push([node, ...this.#path(from, to, 0, size)].join(','))
    }
    return items
  }

  /** The node over the leaves from (inclusive) to (exclusive). */
  #node(from: number, to: number): Buffer {
    if (to - from === 1) {
      const leaf = this.#leaves[from]
      if (leaf === undefined) throw new RangeError(`no leaf ${from} in a tree of ${this.size}`)
      return leaf
    }
    const key = `${from}-${to}`
    const known = this.#nodes.get(key)
    if (known !== undefined) return known
    const middle = from + half(to - from)
    const node = join(this.#node(from, middle), this.#node(middle, to))
    this.#nodes.set(key, node)
    return node
  }

  /** Proof items for the part `from`–`to` inside the node `low`–`high`, from the part upwards. */
  #path(from: number, to: number, low: number, high: number): string[] {
    if (from === low && to === high) return []
    const middle = low + half(high - low)
    if (to <= middle) {
      return [...this.#path(from, to, low, middle), `r:${this.#node(middle, high).toString('hex')}`]
    }
    return [...this.#path(from, to, middle, high), `l:${this.#node(low, middle).toString('hex')}`]
  }
}

/** The full subtrees that a tree of this size consists of, left to right. */
function fullParts(size: number): [from: number, to: number][] {
  const parts: [number, number][] = []
  let from = 0
  for (let rest = size; rest > 0; ) {
    const part = rest === 1 ? 1 : half(rest) === rest / 2 ? rest : half(rest)
    parts.push([from, from + part])
    from += part
    rest -= part
  }
  return parts
}
