import { isUtf8 } from 'node:buffer'
import type { Fault, RecordBlock } from './block.ts'
import type { BlockMemory } from './block-memory.ts'
import { type EventFrame, type Progress, type RowStamps, writeEvents } from './frame.ts'
import type { Identities } from './identities.ts'
import { recordId } from './identity.ts'
import { faultBits, faultUtf8, rowColumns, rowEnd, rowFlags, severalLines } from './scanner.ts'
import { eachCanonical } from './simd-canonical.ts'
import { simdCore, type TextWindow } from './simd-core.ts'
import { writeEventsSimd } from './simd-frame.ts'
import { identitiesOf } from './simd-identity.ts'
import { fillInstants } from './simd-instants.ts'
import { type RowTable, SimdRows } from './simd-rows.ts'
import { copyEscapedSimd } from './simd-text.ts'

/** A {@link RecordBlock} on a scanner's table of rows. */
export class TableBlock implements RecordBlock, RowTable {
  readonly bytes: Uint8Array
  readonly count: number
  readonly base: number
  readonly rows: Int32Array
  readonly stride: number
  readonly #columns: Int32Array
  readonly #held: SimdRows | undefined
  readonly #memory: BlockMemory | undefined

  /**
   * @param window where the text is in the memory of the fast core, if it still is.
   * @param memory where what is found of it is kept, for those whose blocks do not outlast each other.
   */
  constructor(
    bytes: Uint8Array,
    base: number,
    rows: Int32Array,
    count: number,
    stride: number,
    columns: Int32Array,
    window: TextWindow | undefined,
    memory?: BlockMemory,
  ) {
    this.bytes = bytes
    this.base = base
    this.count = count
    this.rows = rows
    this.stride = stride
    this.#columns = columns
    this.#memory = memory
    const core = simdCore()
    this.#held = core === null ? undefined : new SimdRows(core, this, window)
    this.#checkUtf8()
  }

  start(row: number): number {
    return this.rows[row * this.stride]!
  }

  end(row: number): number {
    return this.rows[row * this.stride + rowEnd]!
  }

  fault(row: number): Fault {
    return this.rows[row * this.stride + rowFlags]! & faultBits
  }

  spansLines(row: number): boolean {
    return (this.rows[row * this.stride + rowFlags]! & severalLines) !== 0
  }

  memberStart(row: number, slot: number): number {
    return this.rows[row * this.stride + rowColumns + 2 * this.#columns[slot]!]!
  }

  memberEnd(row: number, slot: number): number {
    return this.rows[row * this.stride + rowColumns + 2 * this.#columns[slot]! + 1]!
  }

  canonical(slot: number | undefined, take: (row: number, text: Uint8Array) => void): void {
    const column = slot === undefined ? undefined : this.#columns[slot]
    if (this.#held !== undefined) eachCanonical(this, this.#held, column, take)
  }

  instants(slot: number): Float64Array {
    const column = this.#columns[slot]!
    const times = this.#memory?.times(column, this.count) ?? new Float64Array(this.count)
    fillInstants(this, this.#held, column, times)
    return times
  }

  identities(): Identities {
    const ids = identitiesOf(this, this.#held, this.#memory?.ids(this.count))
    for (let row = 0; row < this.count; row++)
      if (!ids.has(row))
        ids.set(row, recordId(this.bytes, this.start(row), this.end(row), this.spansLines(row)))
    return ids
  }

  writeEvents(frame: EventFrame, stamps: RowStamps, out: Uint8Array, progress: Progress): void {
    if (this.#held === undefined) writeEvents(this, frame, stamps, out, progress)
    else writeEventsSimd(this, this.#held, frame, stamps, out, progress)
  }

  copyEscaped(row: number, from: number, out: Uint8Array, at: number): number {
    return copyEscapedSimd(this.bytes, from, this.end(row), this.spansLines(row), out, at)
  }

  /** One check for all rows; only when it fails, one for each. */
  #checkUtf8(): void {
    if (this.count === 0 || isUtf8(this.bytes.subarray(this.start(0), this.end(this.count - 1)))) return
    for (let row = 0; row < this.count; row++) {
      if (this.fault(row) === 0 && !isUtf8(this.bytes.subarray(this.start(row), this.end(row)))) {
        this.rows[row * this.stride + rowFlags]! |= faultUtf8
      }
    }
  }
}
