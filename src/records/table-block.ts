import { isUtf8 } from 'node:buffer'
import type { Fault, RecordBlock } from './block.ts'
import { faultBits, faultUtf8, rowColumns, rowEnd, rowFlags, severalLines } from './scanner.ts'
import { copyEscapedSimd } from './simd-text.ts'

/** A {@link RecordBlock} on a scanner's table of rows. */
export class TableBlock implements RecordBlock {
  readonly bytes: Uint8Array
  readonly count: number
  readonly base: number
  readonly #rows: Int32Array
  readonly #stride: number
  readonly #columns: Int32Array

  constructor(
    bytes: Uint8Array,
    base: number,
    rows: Int32Array,
    count: number,
    stride: number,
    columns: Int32Array,
  ) {
    this.bytes = bytes
    this.base = base
    this.count = count
    this.#rows = rows
    this.#stride = stride
    this.#columns = columns
    this.#checkUtf8()
  }

  start(row: number): number {
    return this.#rows[row * this.#stride]!
  }

  end(row: number): number {
    return this.#rows[row * this.#stride + rowEnd]!
  }

  fault(row: number): Fault {
    return this.#rows[row * this.#stride + rowFlags]! & faultBits
  }

  spansLines(row: number): boolean {
    return (this.#rows[row * this.#stride + rowFlags]! & severalLines) !== 0
  }

  memberStart(row: number, slot: number): number {
    return this.#rows[row * this.#stride + rowColumns + 2 * this.#columns[slot]!]!
  }

  memberEnd(row: number, slot: number): number {
    return this.#rows[row * this.#stride + rowColumns + 2 * this.#columns[slot]! + 1]!
  }

  copyEscaped(row: number, from: number, out: Uint8Array, at: number): number {
    return copyEscapedSimd(this.bytes, from, this.end(row), this.spansLines(row), out, at)
  }

  /** One check for all rows; only when it fails, one for each. */
  #checkUtf8(): void {
    if (this.count === 0 || isUtf8(this.bytes.subarray(this.start(0), this.end(this.count - 1)))) return
    for (let row = 0; row < this.count; row++) {
      if (this.fault(row) === 0 && !isUtf8(this.bytes.subarray(this.start(row), this.end(row)))) {
        this.#rows[row * this.#stride + rowFlags]! |= faultUtf8
      }
    }
  }
}
