// Writes rows as events, as src/records/frame.ts does.
import { copy } from './copy'
import { rowEnd, rowFlags, severalLines } from './rows'

/** Where {@link frame} has stopped writing. */
export let written: usize = 0

/** A span of text that all events have in common: where it begins, counted from the table of them, then its length. */
const segmentStride: usize = 8
const beforeTime: usize = 0
const beforeId: usize = 1
const afterRecord: usize = 2
const firstVariant: usize = 3

/** Room for `<time>`, `</time>`, the digits, a comma, and what is copied 64 bytes at a time. */
const spareOfEvent: usize = 96
/** Later times (epoch milliseconds, the year 2286) have more digits than are written here. */
const latestTime: f64 = 1e13

/**
 * Writes rows as events, as `writeEvents` of src/records/frame.ts does. `origin` is the address of the text's offset
 * 0; `skips` and `variants` may be 0. Returns how many rows are done: it stops at a row that is no record, whose time
 * is out of the ordinary, or that may not fit before `outEnd`.
 */
export function frame(
  rows: usize,
  bytesOfRow: usize,
  count: i32,
  origin: usize,
  times: usize,
  ids: usize,
  idWidth: usize,
  skips: usize,
  variants: usize,
  segments: usize,
  out: usize,
  outEnd: usize,
): i32 {
  written = out
  for (let done = 0; done < count; done++) {
    const at = rows + <usize>done * bytesOfRow
    if (skips !== 0 && load<u8>(skips + <usize>done) !== 0) continue
    const flags = load<i32>(at + rowFlags)
    if ((flags & 0xff) !== 0) return done
    const time = floor<f64>(load<f64>(times + ((<usize>done) << 3)))
    if (time < 0 || time >= latestTime) return done

    const start = origin + load<i32>(at)
    const end = origin + load<i32>(at + rowEnd)
    const variant = firstVariant + (variants === 0 ? 0 : <usize>load<u32>(variants + ((<usize>done) << 2)))
    const common =
      lengthOf(segments, beforeTime) +
      lengthOf(segments, beforeId) +
      lengthOf(segments, afterRecord) +
      lengthOf(segments, variant) +
      idWidth +
      spareOfEvent
    if (written + common + 5 * (end - start) > outEnd) return done

    let to = put(written, segments, beforeTime)
    if (time >= 0) to = putTime(to, <u64>time)
    to = put(to, segments, beforeId)
    const id = ids + <usize>done * idWidth
    to = putBytes(to, id, filled(id, idWidth))
    to = put(to, segments, variant)
    if (!isEmptyObject(start, end)) store<u8>(to++, 0x2c)
    to = copy(start + 1, end, to, (flags & severalLines) !== 0, true)
    written = put(to, segments, afterRecord)
  }
  return count
}

function lengthOf(segments: usize, number: usize): usize {
  return <usize>load<u32>(segments + number * segmentStride, 4)
}

function put(to: usize, segments: usize, number: usize): usize {
  const from = segments + <usize>load<u32>(segments + number * segmentStride)
  return putBytes(to, from, lengthOf(segments, number))
}

/** The length of an identity that is filled up with zero bytes. */
function filled(id: usize, width: usize): usize {
  while (width > 0 && load<u8>(id + width - 1) === 0) width--
  return width
}

/** Up to 15 bytes after the copy are overwritten. */
function putBytes(to: usize, from: usize, length: usize): usize {
  for (let i: usize = 0; i < length; i += 16) v128.store(to + i, v128.load(from + i))
  return to + length
}

/** Epoch milliseconds as an element: seconds with three decimals. */
function putTime(to: usize, milliseconds: u64): usize {
  // <time>
  store<u64>(to, 0x3e656d69743c)
  to += 6
  let seconds = milliseconds / 1000
  const fraction = <u32>(milliseconds % 1000)
  let digits: usize = 1
  for (let rest = seconds / 10; rest > 0; rest /= 10) digits++
  for (let at = to + digits; at > to; seconds /= 10) store<u8>(--at, 0x30 + <u32>(seconds % 10))
  to += digits
  store<u8>(to, 0x2e)
  store<u8>(to + 1, 0x30 + fraction / 100)
  store<u8>(to + 2, 0x30 + ((fraction / 10) % 10))
  store<u8>(to + 3, 0x30 + (fraction % 10))
  // </time>
  store<u64>(to + 4, 0x3e656d69742f3c)
  return to + 11
}

/** Whether nothing but white space stands between the braces. */
function isEmptyObject(start: usize, end: usize): bool {
  let at = start + 1
  while (load<u8>(at) <= 0x20) at++
  return at === end - 1
}
