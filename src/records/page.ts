import { isUtf8 } from 'node:buffer'
import type { MemberPath, RecordBlock } from './block.ts'
import { classes, openBracket, white } from './characters.ts'
import { scannerOf } from './simd-scanner.ts'
import { TableBlock } from './table-block.ts'

/** A page of more is scanned again with more room. */
const usualRecords = 1024

/** A page that cannot be read as a whole. */
export class PageMalformed extends Error {
  override readonly name = 'PageMalformed'
  /** Offset of the byte that is wrong. */
  readonly offset: number

  constructor(reason: string, offset: number) {
    super(`The page is ${reason} (at byte ${offset}).`)
    this.offset = offset
  }
}

export interface Page {
  readonly records: RecordBlock
  /** The document around the records, parsed, with the array of records empty. */
  readonly envelope: unknown
}

/**
 * Reads a control document with an array of records in it, at `path` (`[]`: the document is the array). A
 * missing array, or anything else in its place, has no records. `members` are the wanted members of each record.
 * The records stay spans of the page, whose bytes must not change while they are in use.
 *
 * A record that is not an object, too deep, or not UTF-8 is a faulty row; throws {@link PageMalformed} when the
 * document is not valid JSON, or not UTF-8 outside the records.
 */
export function readPage(whole: Uint8Array, path: MemberPath, members: readonly MemberPath[]): Page {
  // Parts of a plain array are quicker to make than those of a Buffer, and each record is one.
  const page = new Uint8Array(whole.buffer, whole.byteOffset, whole.length)
  const from = page[0] === 0xef && page[1] === 0xbb && page[2] === 0xbf ? 3 : 0
  const scanner = scannerOf(members, usualRecords, path)
  const end = scanner.page(page, from)
  if (end < 0) throw new PageMalformed('not valid JSON', scanner.failedAt)
  for (let at = end; at < page.length; at++) {
    if ((classes[page[at]!]! & white) === 0) throw new PageMalformed('not valid JSON', at)
  }

  const { pageStart, pageEnd, members: table } = scanner
  const isArray = pageStart >= 0 && page[pageStart] === openBracket
  const parts = isArray
    ? [page.subarray(from, pageStart), Buffer.from('[]'), page.subarray(pageEnd)]
    : [page.subarray(from)]
  const envelope = Buffer.concat(parts)
  if (!isUtf8(envelope)) throw new PageMalformed('not valid UTF-8', from)

  return {
    records: new TableBlock(
      page,
      0,
      scanner.rows,
      scanner.count,
      scanner.stride,
      table.columns,
      scanner.window,
    ),
    envelope: JSON.parse(envelope.toString('utf8')),
  }
}
