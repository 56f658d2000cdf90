/**
 * Which records of a published buffer must exist beside those that the feed delivered. The paths of all records of a
 * buffer cover its tree exactly once; a part that no path covers is missing, whatever the buffer's size, and the
 * proofs of its neighbours tell that part's hash.
 */

import { siblingAt } from './proof.ts'

/** A part of a buffer that was not delivered. */
export interface MissingPart {
  /** Way from the buffer's root down: `l` to the left half, `r` to the right half. */
  readonly position: string
  /** The node's hash; where it is one record: that record's hash. */
  readonly nodeHash: string
  /** The fewest records that it can hold. */
  readonly atLeast: number
}

interface Covered {
  readonly siblingHash: string
  readonly records: number
}

/** Covered parts as plain data for the state: position, hash of the sibling, number of records. */
export type BufferState = readonly (readonly [position: string, siblingHash: string, records: number])[]

/** The way down is the way up backwards, with the sides turned round: a sibling on the right means: we are left. */
const wayDown = (sides: string): string => {
  let way = ''
  for (const side of sides) way = (side === 'r' ? 'l' : 'r') + way
  return way
}

const siblingOf = (position: string): string => position.slice(0, -1) + (position.endsWith('l') ? 'r' : 'l')

const powerOfTwoFrom = (count: number): number => 2 ** Math.ceil(Math.log2(count))

export class BufferCoverage {
  private readonly covered = new Map<string, Covered>()

  /** Goes on from an earlier {@link state}. */
  constructor(state: BufferState = []) {
    for (const [position, siblingHash, records] of state) this.covered.set(position, { siblingHash, records })
  }

  /**
   * Adds a record by its hot path and its whole, well-formed and verified membership proof. False when its place is
   * taken already: the record was added before.
   */
  add(hotSides: string, proof: string): boolean {
    let position = wayDown(hotSides)
    for (let length = 0; length <= position.length; length++) {
      if (this.covered.has(position.slice(0, length))) return false
    }
    let records = 1
    for (let step = 0; step < hotSides.length; step++) {
      const sibling = this.covered.get(siblingOf(position))
      if (sibling === undefined) {
        this.covered.set(position, { siblingHash: siblingAt(proof, step), records })
        return true
      }
      this.covered.delete(siblingOf(position))
      records += sibling.records
      position = position.slice(0, -1)
    }
    this.covered.set('', { siblingHash: '', records })
    return true
  }

  get isComplete(): boolean {
    return this.covered.has('')
  }

  /** Number of records that were added. */
  get records(): number {
    let sum = 0
    for (const part of this.covered.values()) sum += part.records
    return sum
  }

  /** The parts that no record covers, from left to right. */
  missing(): MissingPart[] {
    const parts = new Map<string, MissingPart>()
    for (const [position, part] of this.covered) {
      if (position === '') continue
      const other = siblingOf(position)
      if (this.isTouched(other)) continue
      parts.set(other, {
        position: other,
        nodeHash: part.siblingHash,
        atLeast: fewest(position, part.records),
      })
    }
    return [...parts.values()].sort((a, b) => (a.position < b.position ? -1 : 1))
  }

  /** Small: records in order join to a few parts. */
  state(): BufferState {
    return [...this.covered].map(
      ([position, { siblingHash, records }]) => [position, siblingHash, records] as const,
    )
  }

  private isTouched(position: string): boolean {
    for (const known of this.covered.keys()) if (known.startsWith(position)) return true
    return false
  }
}

/** The fewest records in the sibling of a part: a left half is full, and at least as large as the right one. */
const fewest = (position: string, records: number): number => {
  const isRight = position.endsWith('r')
  const inFullHalf = position.slice(0, -1).includes('l')
  if (inFullHalf) return powerOfTwoFrom(records)
  return isRight ? powerOfTwoFrom(records) : 1
}

/** Leaves between the first and the last delivered one (both inclusive) of which no record was delivered. */
export const missingBuffers = (delivered: ReadonlySet<number>, first: number, last: number): number[] => {
  const missing: number[] = []
  for (let leaf = first; leaf <= last; leaf++) if (!delivered.has(leaf)) missing.push(leaf)
  return missing
}
