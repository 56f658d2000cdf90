import { idLength } from './content-digits.ts'

/**
 * What is found of a reader's blocks, in the same memory for one after the other: new memory for each would be the most
 * of what a run leaves behind, and is given back late.
 */
export class BlockMemory {
  #ids = Buffer.alloc(0)
  readonly #times: Float64Array[] = []

  /** Memory for so many identities, at least. */
  ids(count: number): Buffer {
    const size = count * idLength
    if (size > this.#ids.length) this.#ids = Buffer.allocUnsafeSlow(Math.max(size, 2 * this.#ids.length))
    return this.#ids
  }

  /** Memory for the instants of a column of so many rows; the numbers of the block before are still in it. */
  times(column: number, count: number): Float64Array {
    let times = this.#times[column]
    if (times === undefined || count > times.length) {
      times = new Float64Array(Math.max(count, 2 * (times?.length ?? 0)))
      this.#times[column] = times
    }
    return times.subarray(0, count)
  }
}
