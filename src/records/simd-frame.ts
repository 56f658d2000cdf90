import type { RecordBlock } from './block.ts'
import { type EventFrame, type Progress, type RowStamps, writeEvent } from './frame.ts'
import { aligned, type SimdCore } from './simd-core.ts'
import type { HeldRows, RowTable, SimdRows } from './simd-rows.ts'

/** Room for events in the core's memory: small enough for the processor's cache. */
const outSize = 1 << 18
/** What is copied 16 bytes at a time goes past its end. */
const slack = 64

/** As `writeEvents`, some hundred rows at a time. */
export function writeEventsSimd(
  records: RecordBlock & RowTable,
  held: SimdRows,
  frame: EventFrame,
  stamps: RowStamps,
  out: Uint8Array,
  progress: Progress,
): void {
  while (progress.row < records.count) {
    const rows = held.hold(progress.row)
    if (rows !== undefined && writeRows(rows, held.core, records.stride, frame, stamps, out, progress))
      continue
    if (stamps.skip?.[progress.row] !== 1) {
      // What is no record, has a time out of the ordinary, or is too long for the core.
      if (!writeEvent(records, frame, stamps, out, progress)) return
    }
    progress.row++
  }
}

/** Where the program finds what is written besides the records. */
interface Layout {
  readonly times: number
  readonly ids: number
  readonly skips: number
  readonly variants: number
  readonly segments: number
  readonly out: number
}

/** False when it could not write a single row. */
function writeRows(
  rows: HeldRows,
  core: SimdCore,
  stride: number,
  frame: EventFrame,
  stamps: RowStamps,
  out: Uint8Array,
  progress: Progress,
): boolean {
  const { at } = progress
  const layout = layOut(rows, core, frame, stamps, progress.row)
  const outEnd = layout.out + Math.min(outSize, out.length - at)
  const done = core.run.frame(
    rows.rowsAt,
    4 * stride,
    rows.count,
    rows.origin,
    layout.times,
    layout.ids,
    stamps.ids.width,
    layout.skips,
    layout.variants,
    layout.segments,
    layout.out,
    outEnd,
  )
  const end = core.run.written.value
  out.set(core.bytes.subarray(layout.out, end), at)
  progress.at = at + end - layout.out
  progress.row += done
  return done > 0
}

/** Puts everything behind the rows into the core's memory. */
function layOut(rows: HeldRows, core: SimdCore, frame: EventFrame, stamps: RowStamps, row: number): Layout {
  const { count, free: times } = rows
  const { ids, skip, variants } = stamps
  const idsAt = behind(times, 8 * count)
  const skips = behind(idsAt, count * ids.width)
  const numbers = behind(skips, skip === undefined ? 0 : count)
  const segments = behind(numbers, variants === undefined ? 0 : 4 * count)
  const texts = packed(frame)
  const out = behind(segments, texts.length)
  core.reserve(out + outSize)

  const { bytes } = core
  const end = row + count
  core.doubles.set(stamps.times.subarray(row, end), times >> 3)
  bytes.set(ids.bytes.subarray(row * ids.width, end * ids.width), idsAt)
  if (skip) bytes.set(skip.subarray(row, end), skips)
  if (variants) core.numbers.set(variants.subarray(row, end), numbers >> 2)
  bytes.set(texts, segments)
  return { times, ids: idsAt, skips: skip ? skips : 0, variants: variants ? numbers : 0, segments, out }
}

const behind = (at: number, length: number): number => aligned(at + length + slack)

const packedFrames = new WeakMap<EventFrame, Uint8Array>()

/** A frame's texts side by side behind a table of them, once for all blocks: of each, where it begins and its length. */
function packed(frame: EventFrame): Uint8Array {
  const known = packedFrames.get(frame)
  if (known !== undefined) return known
  const segments = [frame.beforeTime, frame.beforeId, frame.afterRecord, ...frame.variants]
  const table = new Int32Array(2 * segments.length)
  let end = table.byteLength
  for (const [number, text] of segments.entries()) {
    table.set([end, text.length], 2 * number)
    end += text.length
  }
  const texts = Buffer.concat([new Uint8Array(table.buffer), ...segments])
  packedFrames.set(frame, texts)
  return texts
}
