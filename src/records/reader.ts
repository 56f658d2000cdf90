import type { Fault, MemberPath, RecordBlock } from './block.ts'
import { BlockMemory } from './block-memory.ts'
import { classes, closeBracket, comma, lineFeed, openBrace, openBracket, white } from './characters.ts'
import { faultNotObject, faultSyntax, faultTooLong, type Scanner } from './scanner.ts'
import { scannerOf } from './simd-scanner.ts'
import { TableBlock } from './table-block.ts'

/** Most bytes that are asked for at once: with what is left of the last record they fit into one window of the fast core. */
const mostRoom = (1 << 19) - (1 << 17)
/** What is asked for first: most streams are small, and memory that is never filled is made and cleared for nothing. */
const firstRoom = 1 << 16

const byteOrderMark = [0xef, 0xbb, 0xbf]

export interface RecordReaderOptions {
  /** The members whose spans a block tells, by slot. */
  readonly members: readonly MemberPath[]
  /** Longer records become faulty pieces of at most this many bytes. Default 32 MiB. */
  readonly maxRecordBytes?: number
  /** Most rows of a block. Default 1000. */
  readonly maxRows?: number
}

/**
 * Reads a stream of JSON objects in any chunks: one on each line, one after the other, pretty-printed, or as the
 * elements of a top-level array. White space, commas, the array's brackets and byte order marks between records
 * are passed over, so reading can begin anew at the end of any row but a piece of a record that is too long.
 *
 * What is not valid JSON is one faulty row up to the end of its first line, and reading goes on after that line.
 * Bytes are never left out otherwise.
 */
export class RecordReader {
  readonly #scanner: Scanner
  readonly #longest: number
  readonly #maxRows: number
  /** What is not yet read: from `#head` to `#tail`, then a zero byte. */
  #bytes = new Uint8Array(1)
  #head = 0
  #tail = 0
  /** Bytes that are asked for at once. */
  #room = firstRoom
  /** Offset of `#bytes[0]` in the stream. */
  #base = 0
  /** Whether nothing came yet, so that a bracket opens the top-level array. */
  #atBeginning = true
  /** An unfinished record is looked at again only when this many bytes of it are there, so none is read often. */
  #worthwhile = 0
  /** The fault of the line that is passed over, or 0. */
  #faultyLine = 0
  readonly #memory = new BlockMemory()

  constructor(options: RecordReaderOptions) {
    this.#longest = options.maxRecordBytes ?? 32 << 20
    this.#maxRows = options.maxRows ?? 1000
    this.#scanner = scannerOf(options.members, this.#maxRows)
  }

  /**
   * Begins another stream in the same memory, whatever is left of the one before.
   * @param base where the bytes to come begin in the whole of it: 0, or the end of a record.
   */
  begin(base = 0): void {
    this.#head = 0
    this.#tail = 0
    this.#base = base
    this.#atBeginning = base === 0
    this.#worthwhile = 0
    this.#faultyLine = 0
  }

  /** Takes the next bytes of the stream; yields the records that end in them. */
  blocks(chunk: Uint8Array): Iterable<RecordBlock> {
    this.room(chunk.length).set(chunk)
    return this.filled(chunk.length)
  }

  /** Where the next bytes of the stream may be put: memory for `size` bytes, good until {@link filled}. */
  room(size: number = this.#room): Uint8Array {
    const length = this.#tail - this.#head
    if (this.#head > 0) {
      this.#bytes.copyWithin(0, this.#head, this.#tail)
      this.#base += this.#head
      this.#head = 0
      this.#tail = length
    }
    const needed = length + size + 1
    if (needed > this.#bytes.length) {
      const larger = new Uint8Array(
        Math.max(needed, Math.min(2 * this.#bytes.length, this.#longest + mostRoom)),
      )
      larger.set(this.#bytes.subarray(0, length))
      this.#bytes = larger
    }
    return this.#bytes.subarray(length, length + size)
  }

  /** Takes the bytes that were put into {@link room}; yields the records that end in them. */
  filled(length: number): Iterable<RecordBlock> {
    this.#tail += length
    this.#bytes[this.#tail] = 0
    if (length > this.#room / 2) this.#room = Math.min(2 * this.#room, mostRoom)
    return this.#read(false)
  }

  /** Yields what is left when the stream has ended: an unfinished record is a faulty row. */
  end(): Iterable<RecordBlock> {
    return this.#read(true)
  }

  *#read(ended: boolean): Generator<RecordBlock> {
    const scanner = this.#scanner
    if (!ended && this.#tail - this.#head < this.#worthwhile) return
    this.#worthwhile = 0
    do {
      scanner.begin()
      while (scanner.count < this.#maxRows && this.#next(ended)) {
        // Each step reads one record, one faulty piece, or passes over what is between them.
      }
      if (scanner.count === 0) return
      const { stride, count, members } = scanner
      const rows = scanner.rows.subarray(0, count * stride)
      yield new TableBlock(
        this.#bytes,
        this.#base,
        rows,
        count,
        stride,
        members.columns,
        scanner.window,
        this.#memory,
      )
    } while (scanner.count === this.#maxRows)
  }

  /** Reads up to what is out of the ordinary, then that; false when it needs more bytes. */
  #next(ended: boolean): boolean {
    if (this.#faultyLine !== 0) return this.#passFaultyLine(ended)
    const scanner = this.#scanner
    const bytes = this.#bytes
    const tail = this.#tail
    const at = scanner.records(bytes, this.#head, tail, this.#maxRows, this.#longest)
    this.#head = at
    if (scanner.count > 0) this.#atBeginning = false
    if (scanner.count === this.#maxRows) return true
    if (at === tail) return false
    const c = bytes[at]!
    if (c === openBrace) return this.#refuse(scanner.failedAt, ended)
    if (c === openBracket) {
      const inside = this.#firstNonWhite(at + 1)
      if (this.#atBeginning || (inside < tail && bytes[inside] === openBrace)) {
        this.#atBeginning = false
        this.#head = at + 1
        return true
      }
      if (inside === tail && !ended) return this.#await()
    } else if (c === byteOrderMark[0]) {
      if (tail - at < byteOrderMark.length && !ended) return this.#await()
      if (byteOrderMark.every((byte, i) => bytes[at + i] === byte)) {
        this.#head = at + byteOrderMark.length
        return true
      }
    }
    return this.#element(ended)
  }

  /** A value that is not an object. */
  #element(ended: boolean): boolean {
    const scanner = this.#scanner
    scanner.openRow(this.#head)
    const end = scanner.record(this.#bytes, this.#head)
    if (end < 0) return this.#refuse(scanner.failedAt, ended)
    if (!this.#isDelimited(end, ended)) return this.#refuse(end, ended)
    if (end - this.#head > this.#longest) return this.#refuse(this.#head + this.#longest, ended)
    this.#atBeginning = false
    scanner.closeRow(end, faultNotObject)
    this.#head = end
    return true
  }

  /** What begins here is no record: because of the byte at `failedAt`, or because it is not whole yet. */
  #refuse(failedAt: number, ended: boolean): boolean {
    const isUnfinished = failedAt >= this.#tail
    const length = (isUnfinished ? this.#tail : failedAt + 1) - this.#head
    const isTooLong = length > this.#longest
    if (isUnfinished && !isTooLong && !ended) return this.#await()
    this.#atBeginning = false
    this.#faultyLine = isTooLong ? faultTooLong : faultSyntax
    if (isTooLong) this.#takeFaulty(this.#cut(this.#head), faultTooLong)
    return true
  }

  /** A number or string with something right after it is a piece of a broken line rather than an element. */
  #isDelimited(end: number, ended: boolean): boolean {
    if (end >= this.#tail) return ended
    const c = this.#bytes[end]!
    return (classes[c]! & white) !== 0 || c === comma || c === closeBracket
  }

  #passFaultyLine(ended: boolean): boolean {
    const from = this.#head
    const length = this.#bytes.subarray(from, this.#tail).indexOf(lineFeed)
    const stop = length < 0 ? this.#tail : from + length
    if (stop - from > this.#longest) {
      this.#takeFaulty(this.#cut(from), this.#faultyLine)
      return true
    }
    if (length < 0 && !ended) return this.#await()
    let end = stop
    while (end > from && (classes[this.#bytes[end - 1]!]! & white) !== 0) end--
    if (end > from) this.#takeFaulty(end, this.#faultyLine)
    this.#faultyLine = 0
    this.#head = stop
    return true
  }

  #takeFaulty(end: number, fault: Fault): void {
    this.#scanner.openRow(this.#head)
    this.#scanner.closeRow(end, fault)
    this.#head = end
  }

  /** Where a piece of the longest length ends, not inside a character. */
  #cut(from: number): number {
    const cut = from + this.#longest
    for (let at = cut; at > cut - 4 && at > from; at--) if ((this.#bytes[at]! & 0xc0) !== 0x80) return at
    return cut
  }

  #firstNonWhite(from: number): number {
    let at = from
    while (at < this.#tail && (classes[this.#bytes[at]!]! & white) !== 0) at++
    return at
  }

  #await(): false {
    this.#worthwhile = Math.min(2 * (this.#tail - this.#head), this.#longest + 1)
    return false
  }
}
