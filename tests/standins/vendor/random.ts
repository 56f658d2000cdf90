/**
 * A number from 0 to 2³² − 1 that depends on nothing but its arguments: generators use it to make the record
 * at any index without making those before it.
 */
export function mix(seed: number, index: number): number {
  let h = Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b) ^ Math.imul(index + 0x7f4a7c15, 0xc2b2ae35)
  h = Math.imul(h ^ (h >>> 16), 0x21f0aaad)
  h = Math.imul(h ^ (h >>> 15), 0x735a2d97)
  return (h ^ (h >>> 15)) >>> 0
}

const hexByte = Array.from({ length: 256 }, (_, value) => value.toString(16).padStart(2, '0'))

const hexWord = (value: number): string =>
  hexByte[value >>> 24]! +
  hexByte[(value >>> 16) & 255]! +
  hexByte[(value >>> 8) & 255]! +
  hexByte[value & 255]!

/** A UUID that depends on nothing but its arguments. */
export function uuidAt(seed: number, index: number): string {
  const b = hexWord(mix(seed ^ 0x51ed270b, index))
  const c = hexWord(mix(seed ^ 0x2545f491, index))
  // The index itself is part of it, so that no two records of one generator share an identifier.
  return `${hexWord(index >>> 0)}-${b.slice(0, 4)}-4${b.slice(5)}-a${c.slice(5)}-${hexWord(mix(seed, index))}${c.slice(0, 4)}`
}

/** A seeded sequence of random numbers: the same seed gives the same faults and the same records. */
export class Random {
  readonly seed: number
  #drawn = 0

  constructor(seed: number) {
    this.seed = seed
  }

  /** From 0 (inclusive) to 1 (exclusive). */
  next(): number {
    return mix(this.seed, this.#drawn++) / 0x1_0000_0000
  }

  /** A whole number from 0 to `limit` − 1. */
  below(limit: number): number {
    return Math.floor(this.next() * limit)
  }

  chance(probability: number): boolean {
    return this.next() < probability
  }

  pick<Item>(items: readonly Item[]): Item {
    const item = items[this.below(items.length)]
    if (item === undefined) throw new RangeError('nothing to pick from')
    return item
  }

  /** A new array in random order. */
  shuffled<Item>(items: readonly Item[]): Item[] {
    const result = [...items]
    for (let last = result.length - 1; last > 0; last--) {
      const other = this.below(last + 1)
      const moved = result[last]!
      result[last] = result[other]!
      result[other] = moved
    }
    return result
  }
}
