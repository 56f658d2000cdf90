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
  const { count } = rows
  const { ids } = stamps
  const segments = [frame.beforeTime, frame.beforeId, frame.afterRecord, ...frame.variants]
  let free = rows.free
  const take = (length: number): number => {
    const at = free
    free = aligned(free + length + slack)
    return at
  }
  const times = take(8 * count)
  const idsAt = take(count * ids.width)
  const skips = stamps.skip === undefined ? 0 : take(count)
  const variants = stamps.variants === undefined ? 0 : take(4 * count)
  const table = take(8 * segments.length)
  const texts = segments.map(({ length }) => take(length))
  const out = take(outSize)
  core.reserve(free)

  const { bytes, numbers } = core
  new Float64Array(bytes.buffer, times, count).set(stamps.times.subarray(row, row + count))
  bytes.set(ids.bytes.subarray(row * ids.width, (row + count) * ids.width), idsAt)
  if (stamps.skip) bytes.set(stamps.skip.subarray(row, row + count), skips)
  if (stamps.variants) numbers.set(stamps.variants.subarray(row, row + count), variants >> 2)
  for (const [number, text] of segments.entries()) {
    const at = texts[number] ?? 0
    bytes.set(text, at)
    numbers[(table >> 2) + 2 * number] = at
    numbers[(table >> 2) + 2 * number + 1] = text.length
  }
  return { times, ids: idsAt, skips, variants, segments: table, out }
}
