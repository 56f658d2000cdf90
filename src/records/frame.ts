import { maxEscapedLength, type RecordBlock } from './block.ts'
import type { Identities } from './identities.ts'
import { formatSeconds } from './instant.ts'

/** The text around what is written of each row, in UTF-8: the same for all rows of a block, but for the variants. */
export interface EventFrame {
  /** Before `<time>`. */
  readonly beforeTime: Uint8Array
  /** Between time and identity. */
  readonly beforeId: Uint8Array
  /** Between identity and record, without the comma before the record's members; which one, a row tells. */
  readonly variants: readonly Uint8Array[]
  readonly afterRecord: Uint8Array
}

/** What is written of each row besides its record. */
export interface RowStamps {
  /** Epoch milliseconds; NaN leaves the time out. */
  readonly times: Float64Array
  readonly ids: Identities
  /** Rows with a 1 are left out. */
  readonly skip?: Uint8Array | undefined
  /** The variant of the frame; the first one for all rows without. */
  readonly variants?: Uint32Array | undefined
}

/** Which row comes next, and where in the output. */
export interface Progress {
  row: number
  at: number
}

/** The most bytes that an event takes. */
export function mostBytesOfEvent(
  records: RecordBlock,
  row: number,
  frame: EventFrame,
  stamps: RowStamps,
): number {
  const variant = frame.variants[stamps.variants?.[row] ?? 0]?.length ?? 0
  const around = frame.beforeTime.length + frame.beforeId.length + variant + frame.afterRecord.length
  return around + stamps.ids.width + 96 + maxEscapedLength(records.end(row) - records.start(row))
}

/**
 * Writes rows as events, from `progress` on. Stops after the last row, before a row that is no record, and before one
 * that may not fit into `out`.
 *
 * This is the plain twin of `writeEventsSimd`: it does what that does, for records of any length.
 */
export function writeEvents(
  records: RecordBlock,
  frame: EventFrame,
  stamps: RowStamps,
  out: Uint8Array,
  progress: Progress,
): void {
  for (; progress.row < records.count; progress.row++) {
    if (stamps.skip?.[progress.row] === 1) continue
    if (!writeEvent(records, frame, stamps, out, progress)) return
  }
}

/** Writes one row; false when it is no record, or may not fit. */
export function writeEvent(
  records: RecordBlock,
  frame: EventFrame,
  stamps: RowStamps,
  out: Uint8Array,
  progress: Progress,
): boolean {
  const { row, at } = progress
  if (records.fault(row) !== 0 || at + mostBytesOfEvent(records, row, frame, stamps) > out.length)
    return false
  const time = stamps.times[row] ?? Number.NaN
  const variant = frame.variants[stamps.variants?.[row] ?? 0]
  let to = put(out, at, frame.beforeTime)
  if (!Number.isNaN(time)) to = putAscii(out, to, `<time>${formatSeconds(time)}</time>`)
  to = put(out, to, frame.beforeId)
  to = putAscii(out, to, stamps.ids.get(row))
  if (variant) to = put(out, to, variant)
  const start = records.start(row)
  if (!isEmptyObject(records.bytes, start, records.end(row))) out[to++] = 0x2c
  to = records.copyEscaped(row, start + 1, out, to)
  progress.at = put(out, to, frame.afterRecord)
  return true
}

function put(out: Uint8Array, at: number, bytes: Uint8Array): number {
  out.set(bytes, at)
  return at + bytes.length
}

function putAscii(out: Uint8Array, at: number, text: string): number {
  for (let i = 0; i < text.length; i++) out[at + i] = text.charCodeAt(i)
  return at + text.length
}

/** Whether nothing but white space stands between the braces. */
function isEmptyObject(bytes: Uint8Array, start: number, end: number): boolean {
  for (let at = start + 1; at < end - 1; at++) if ((bytes[at] ?? 0) > 0x20) return false
  return true
}
