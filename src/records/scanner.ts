import type { MemberPath } from './block.ts'
import {
  carriageReturn,
  classes,
  closeBrace,
  closeBracket,
  colon,
  comma,
  lineFeed,
  openBrace,
  openBracket,
  quote,
  white,
} from './characters.ts'
import {
  compileMembers,
  entryChild,
  entryColumn,
  entryEndColumn,
  entryFirstColumn,
  type MemberTable,
  wantedEntry,
} from './members.ts'
import type { TextWindow } from './simd-core.ts'
import { scalarEnd, stringEnd } from './tokens.ts'

/** A row of the table: first byte, one past the last byte, flags, then first and end of each column. */
export const rowEnd = 1
export const rowFlags = 2
export const rowColumns = 3
/** Flags: the low bits are the fault. */
export const faultBits = 0xff
export const severalLines = 0x100

/** Records nested deeper are faulty: nothing downstream reads them either. */
export const deepestRecord = 512
/** Where the scanner itself gives up. */
export const deepest = 1 << 16

const expectValue = 0
const expectFirstElement = 1
const expectFirstName = 2
const expectName = 3
const expectComma = 4

export const faultSyntax = 1
export const faultNotObject = 2
export const faultUtf8 = 3
export const faultTooLong = 4
export const faultTooDeep = 5

/** The containers that are open, by depth: kept, as every scan needs them and none outlasts its call. */
let open: { isObject: Uint8Array; nodes: Int32Array; columns: Int32Array } | undefined

/**
 * Checks JSON text against the whole grammar and notes in a table where records and their wanted members are.
 * The text must be followed by a zero byte, which is valid nowhere: so no step asks whether the text ends.
 *
 * This is the plain twin of {@link SimdScanner}: it does what that does, for all that the other cannot hold.
 */
export class Scanner {
  readonly members: MemberTable
  readonly stride: number
  rows: Int32Array
  count = 0
  /** After a failure: the first byte that no valid text can have at its place. */
  failedAt = 0
  /** The value at the page's path: -1 when there is none. */
  pageStart = -1
  pageEnd = -1
  protected readonly pageMembers: MemberTable
  protected readonly pageIsArray: boolean

  constructor(members: readonly MemberPath[], rows: number, pagePath?: MemberPath) {
    this.members = compileMembers(members)
    this.stride = rowColumns + 2 * this.members.columnCount
    this.rows = new Int32Array(Math.max(1, rows) * this.stride)
    this.pageIsArray = pagePath?.length === 0
    this.pageMembers = compileMembers(pagePath?.length ? [pagePath] : [])
  }

  /** The text of the rows since {@link begin}, or a part of it, where it is in the memory of the fast core. */
  get window(): TextWindow | undefined {
    return undefined
  }

  /** Begins a table of rows anew. */
  begin(): void {
    this.count = 0
  }

  /** Begins row number `count`; {@link closeRow} counts it. */
  openRow(start: number): void {
    const at = this.count * this.stride
    this.makeRoom(at + this.stride)
    this.rows.fill(-1, at, at + this.stride)
    this.rows[at] = start
    this.rows[at + rowFlags] = 0
  }

  protected makeRoom(numbers: number): void {
    if (numbers <= this.rows.length) return
    const larger = new Int32Array(Math.max(numbers, 2 * this.rows.length))
    larger.set(this.rows)
    this.rows = larger
  }

  /** A fault that the row has already stays. */
  closeRow(end: number, fault: number): void {
    const at = this.count * this.stride
    this.rows[at + rowEnd] = end
    if ((this.rows[at + rowFlags]! & faultBits) === 0)
      this.rows[at + rowFlags] = this.rows[at + rowFlags]! | fault
    this.count++
  }

  /**
   * Scans records one after the other, from `from` to the zero byte at `to`, until `rows` rows are full; passes
   * over white space, commas and closing brackets between them. Returns where it stopped: before anything that
   * is not a whole record of at most `longest` bytes. If that is an object, `failedAt` tells why: a byte at `to`
   * or after means that more is to come. It is -1 otherwise.
   */
  records(bytes: Uint8Array, from: number, to: number, rows: number, longest: number): number {
    let at = from
    this.failedAt = -1
    while (this.count < rows) {
      let c = bytes[at]!
      while (at < to && ((classes[c]! & white) !== 0 || c === comma || c === closeBracket)) c = bytes[++at]!
      if (at >= to || c !== openBrace) break
      this.openRow(at)
      const end = this.record(bytes, at)
      if (end < 0) break
      if (end - at > longest) {
        this.failedAt = at + longest
        break
      }
      this.closeRow(end, 0)
      at = end
    }
    return at
  }

  /** Scans the value that begins at `from` into the open row. Returns its end, or -1 and sets `failedAt`. */
  record(bytes: Uint8Array, from: number): number {
    return this.#value(bytes, from, false)
  }

  /** Scans a page; the elements of the array at the page's path become rows. Returns as {@link record}. */
  page(bytes: Uint8Array, from: number): number {
    const text = new Uint8Array(bytes.length + 1)
    text.set(bytes)
    this.count = 0
    this.failedAt = -1
    this.pageStart = -1
    this.pageEnd = -1
    return this.#value(text, from, true)
  }

  #value(bytes: Uint8Array, from: number, page: boolean): number {
    open ??= {
      isObject: new Uint8Array(deepest + 1),
      nodes: new Int32Array(deepest + 1),
      columns: new Int32Array(deepest + 1),
    }
    const { isObject, nodes, columns } = open
    let inRow = !page
    let row = this.count * this.stride + rowColumns
    /** Depth of the elements that are rows of a page. */
    let rowsDepth = -1
    let rowBegins = 0
    let depth = 0
    let deepestSeen = 0
    let lines = 0
    /** Node of the wanted members inside the value to come. */
    let child = 0
    let state = expectValue
    let at = from
    columns[0] = page && this.pageIsArray ? 0 : -1

    for (;;) {
      let c = bytes[at]!
      while ((classes[c]! & white) !== 0) {
        if (c === lineFeed || c === carriageReturn) lines = severalLines
        c = bytes[++at]!
      }
      if (state === expectValue) {
        if (depth === rowsDepth) {
          this.openRow(at)
          row = this.count * this.stride + rowColumns
          inRow = true
          rowBegins = c
          deepestSeen = depth
          lines = 0
          child = 0
        }
        const column = columns[depth]!
        if (column >= 0) {
          if (inRow) this.rows[row + 2 * column] = at
          else this.pageStart = at
        }
        if (c === quote) {
          at = stringEnd(bytes, at + 1)
          if (at < 0) return this.#fail(~at)
          at++
        } else if (c === openBrace) {
          if (depth === deepest) return this.#fail(at)
          if (++depth > deepestSeen) deepestSeen = depth
          isObject[depth] = 1
          nodes[depth] = child
          columns[depth] = -1
          state = expectFirstName
          at++
          continue
        } else if (c === openBracket) {
          if (depth === deepest) return this.#fail(at)
          if (++depth > deepestSeen) deepestSeen = depth
          isObject[depth] = 0
          columns[depth] = -1
          if (!inRow && column === 0) rowsDepth = depth
          child = -1
          state = expectFirstElement
          at++
          continue
        } else {
          at = scalarEnd(bytes, at)
          if (at < 0) return this.#fail(~at)
        }
      } else if (state === expectComma) {
        if (c === comma) {
          at++
          child = -1
          state = isObject[depth] === 1 ? expectName : expectValue
          continue
        }
        if (c !== (isObject[depth] === 1 ? closeBrace : closeBracket)) return this.#fail(at)
        if (depth-- === rowsDepth) rowsDepth = -1
        at++
      } else if (c === quote && state !== expectFirstElement) {
        const name = at + 1
        at = stringEnd(bytes, name)
        if (at < 0) return this.#fail(~at)
        const node = nodes[depth]!
        columns[depth] = -1
        child = -1
        if (node >= 0) {
          const table = inRow ? this.members : this.pageMembers
          const entry = wantedEntry(table, node, bytes, name, at)
          if (entry >= 0) {
            child = table.entries[entry + entryChild]!
            columns[depth] = table.entries[entry + entryColumn]!
            if (inRow) {
              const first = row + 2 * table.entries[entry + entryFirstColumn]!
              this.rows.fill(-1, first, row + 2 * table.entries[entry + entryEndColumn]!)
            } else {
              this.count = 0
              this.pageStart = -1
              this.pageEnd = -1
            }
          }
        }
        c = bytes[++at]!
        while ((classes[c]! & white) !== 0) {
          if (c === lineFeed || c === carriageReturn) lines = severalLines
          c = bytes[++at]!
        }
        if (c !== colon) return this.#fail(at)
        at++
        state = expectValue
        continue
      } else if (state === expectFirstElement && c !== closeBracket) {
        state = expectValue
        continue
      } else if (c === (state === expectFirstElement ? closeBracket : closeBrace) && state !== expectName) {
        if (depth-- === rowsDepth) rowsDepth = -1
        at++
      } else {
        return this.#fail(at)
      }

      // A value ended; `depth` is that of the container that it stands in.
      const column = columns[depth]!
      if (column >= 0) {
        if (inRow) this.rows[row + 2 * column + 1] = at
        else this.pageEnd = at
      }
      if (depth === rowsDepth && inRow) {
        this.#flagOpenRow(lines | (deepestSeen - depth > deepestRecord ? faultTooDeep : 0))
        this.closeRow(at, rowBegins === openBrace ? 0 : faultNotObject)
        inRow = false
      }
      if (depth === 0) {
        if (!page) this.#flagOpenRow(lines | (deepestSeen > deepestRecord ? faultTooDeep : 0))
        return at
      }
      state = expectComma
    }
  }

  #flagOpenRow(flags: number): void {
    this.rows[this.count * this.stride + rowFlags] = flags
  }

  #fail(at: number): -1 {
    this.failedAt = at
    return -1
  }
}
