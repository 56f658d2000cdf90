import type { MemberPath } from './block.ts'
import type { MemberTable } from './members.ts'
import { deepest, Scanner } from './scanner.ts'
import { aligned, type SimdCore, simdCore, type TextWindow } from './simd-core.ts'

/** Where the program keeps what is open: 16 bytes for each level. */
const stacksAt = 64
const tablesAt = stacksAt + 16 * deepest
/** As much of a stream as is looked at in one call, unless a record is longer. */
const firstWindow = 1 << 19
/** Longer texts are left to the plain twin, so that the core's memory stays small. */
const longestText = 1 << 24

/** The fastest scanner that can be had here. */
export function scannerOf(members: readonly MemberPath[], rows: number, pagePath?: MemberPath): Scanner {
  const core = simdCore()
  return core === null ? new Scanner(members, rows, pagePath) : new SimdScanner(core, members, rows, pagePath)
}

/** A {@link Scanner} that reads 16 bytes at a time: the same rows, failures and pages. */
export class SimdScanner extends Scanner {
  readonly #core: SimdCore
  /** The member tables as the program reads them, and where each of their parts is in them. */
  readonly #tables: Uint8Array
  readonly #parts: readonly [number, number, number, number, number, number]
  readonly #rowsAt: number
  #window: TextWindow | undefined

  constructor(core: SimdCore, members: readonly MemberPath[], rows: number, pagePath?: MemberPath) {
    super(members, rows, pagePath)
    this.#core = core
    const parts = [this.members, this.pageMembers].flatMap(({ names, nodes, entries }: MemberTable) => [
      names,
      bytesOf(nodes),
      bytesOf(entries),
    ])
    const offsets: number[] = []
    let length = 0
    for (const part of parts) {
      offsets.push(length)
      length = aligned(length + part.length)
    }
    this.#tables = new Uint8Array(length)
    for (const [i, part] of parts.entries()) this.#tables.set(part, offsets[i])
    const [names = 0, nodes = 0, entries = 0, pageNames = 0, pageNodes = 0, pageEntries = 0] = offsets
    this.#parts = [names, nodes, entries, pageNames, pageNodes, pageEntries]
    this.#rowsAt = tablesAt + length
  }

  override get window(): TextWindow | undefined {
    return this.#window
  }

  override begin(): void {
    super.begin()
    this.#window = undefined
  }

  override records(bytes: Uint8Array, from: number, to: number, rows: number, longest: number): number {
    const { run } = this.#core
    let at = from
    let window = firstWindow
    while (this.count < rows) {
      const end = Math.min(to, at + window)
      const textAt = aligned(this.#rowsAt + 4 * this.stride * (rows - this.count))
      if (end - at > longestText) return super.records(bytes, at, to, rows, longest)
      this.#load(bytes, at, end, textAt)
      const stop = run.records(
        textAt,
        textAt + end - at,
        textAt - at,
        this.#rowsAt,
        rows - this.count,
        longest,
      )
      const found = run.count.value
      this.failedAt = run.failedAt.value
      this.#takeRows(found)
      const isCut = end < to && (stop === end || this.failedAt >= end)
      if (!isCut) return stop
      // A record that the window cut: look from its beginning, and at more when there was no other.
      at = stop
      if (found === 0) window *= 4
    }
    return at
  }

  override page(bytes: Uint8Array, from: number): number {
    this.begin()
    if (bytes.length > longestText) return super.page(bytes, from)
    const { run } = this.#core
    for (;;) {
      const rowsEnd = this.#rowsAt + 4 * this.rows.length
      const textAt = aligned(rowsEnd)
      this.#load(bytes, 0, bytes.length, textAt)
      const end = run.page(
        textAt,
        textAt + from,
        textAt + bytes.length,
        this.#rowsAt,
        rowsEnd,
        this.pageIsArray ? 1 : 0,
      )
      if (run.isFull.value !== 0) {
        this.rows = new Int32Array(4 * this.rows.length)
        continue
      }
      this.count = 0
      this.#takeRows(run.count.value)
      this.failedAt = run.failedAt.value
      this.pageStart = run.pageStart.value
      this.pageEnd = run.pageEnd.value
      return end
    }
  }

  /** Puts tables and text into the program's memory. */
  #load(bytes: Uint8Array, from: number, to: number, textAt: number): void {
    const core = this.#core
    this.#window = core.hold(bytes, from, to, textAt)
    core.bytes.set(this.#tables, tablesAt)
    const [names, nodes, entries, pageNames, pageNodes, pageEntries] = this.#parts
    core.run.layOut(
      stacksAt,
      tablesAt + names,
      tablesAt + nodes,
      tablesAt + entries,
      tablesAt + pageNames,
      tablesAt + pageNodes,
      tablesAt + pageEntries,
      4 * this.stride,
    )
  }

  #takeRows(found: number): void {
    const first = this.#rowsAt >> 2
    const at = this.count * this.stride
    const numbers = found * this.stride
    this.makeRoom(at + numbers)
    this.rows.set(this.#core.numbers.subarray(first, first + numbers), at)
    this.count += found
  }
}

const bytesOf = (numbers: Int32Array): Uint8Array =>
  new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength)
