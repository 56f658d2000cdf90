import { aligned, type SimdCore, type TextWindow } from './simd-core.ts'

/** A table of rows in a text, as a scanner leaves it. */
export interface RowTable {
  readonly bytes: Uint8Array
  readonly rows: Int32Array
  readonly stride: number
  readonly count: number
  start(row: number): number
  end(row: number): number
}

/** As much text as is put into the core's memory at once, and rows with it. */
const longestWindow = 1 << 19
const mostRows = 512
/** Where it is put; zero is no address. */
const windowAt = aligned(1)

/** Rows whose text is in the core's memory. */
export interface HeldRows {
  readonly count: number
  readonly origin: number
  /** Address of the table of these rows. */
  readonly rowsAt: number
  /** Where free memory begins. */
  readonly free: number
}

/** The rows of one table in the core, some hundred at a time. The window that they were found in is used while it lasts. */
export class SimdRows {
  readonly core: SimdCore
  readonly #table: RowTable
  #window: TextWindow | undefined
  /** What was held last: it is still there while its window is. */
  #held: { readonly row: number; readonly window: TextWindow; readonly rows: HeldRows } | undefined

  constructor(core: SimdCore, table: RowTable, window: TextWindow | undefined) {
    this.core = core
    this.#table = table
    this.#window = window
  }

  /** As many rows from this one on as fit; undefined when the row alone is too long for the core. */
  hold(row: number): HeldRows | undefined {
    const table = this.#table
    const held = this.#held
    if (held !== undefined && held.row === row && held.window === this.core.window) return held.rows
    let last = Math.min(table.count, row + mostRows) - 1
    const window = this.#windowAt(row, table.end(last))
    if (window === undefined) return undefined
    while (table.end(last) > window.to) last--
    const { core } = this
    const count = last - row + 1
    const numbers = table.rows.subarray(row * table.stride, (last + 1) * table.stride)
    const free = aligned(window.free + numbers.byteLength)
    core.reserve(free)
    core.numbers.set(numbers, window.free >> 2)
    const rows = { count, origin: window.origin, rowsAt: window.free, free }
    this.#held = { row, window, rows }
    return rows
  }

  #windowAt(row: number, wantedTo: number): TextWindow | undefined {
    const { core } = this
    const [start, end] = [this.#table.start(row), this.#table.end(row)]
    const held = this.#window
    if (held !== undefined && held === core.window && start >= held.from && end <= held.to) return held
    if (end - start > longestWindow) return undefined
    const to = Math.min(start + longestWindow, wantedTo)
    this.#window = core.hold(this.#table.bytes, start, to, windowAt)
    return this.#window
  }
}
