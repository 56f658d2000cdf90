import { maxEscapedLength, type RecordBlock } from '../block.ts'
import { RecordReader, type RecordReaderOptions } from '../reader.ts'

/** A row of a block as values, which outlive the block. */
export interface Row {
  /** Offsets in the whole stream. */
  readonly start: number
  readonly end: number
  readonly fault: number
  readonly bytes: Buffer
  /** The text of each wanted member. */
  readonly members: readonly (string | undefined)[]
  readonly escaped: string
}

export function rowsOf(block: RecordBlock, slots: number): Row[] {
  return Array.from({ length: block.count }, (_, row) => {
    const start = block.start(row)
    const end = block.end(row)
    const out = new Uint8Array(maxEscapedLength(end - start))
    const length = block.fault(row) === 0 ? block.copyEscaped(row, start, out, 0) : 0
    return {
      start: block.base + start,
      end: block.base + end,
      fault: block.fault(row),
      bytes: Buffer.from(block.bytes.subarray(start, end)),
      members: Array.from({ length: slots }, (_, slot) => {
        const from = block.memberStart(row, slot)
        return from < 0
          ? undefined
          : Buffer.from(block.bytes.subarray(from, block.memberEnd(row, slot))).toString()
      }),
      escaped: Buffer.from(out.subarray(0, length)).toString(),
    }
  })
}

/** All rows of a stream given in pieces of the sizes that `nextSize` says; see {@link RecordReader.begin} for `base`. */
export function readAll(
  stream: Uint8Array,
  options: RecordReaderOptions & { base?: number },
  nextSize: () => number,
): Row[] {
  const reader = new RecordReader(options)
  reader.begin(options.base)
  const rows: Row[] = []
  for (let at = 0; at < stream.length; ) {
    const size = nextSize()
    for (const block of reader.blocks(stream.slice(at, at + size)))
      rows.push(...rowsOf(block, options.members.length))
    at += size
  }
  for (const block of reader.end()) rows.push(...rowsOf(block, options.members.length))
  return rows
}

/** What an XML parser reads from text that has no other entities. */
export const fromXml = (text: string): string =>
  text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&')
