// Writes JSON in its canonical form (RFC 8785, but numbers as sent), as src/records/simd-canonical.ts says.
import { memberStride, noteEnd, noteStart, putInOrder } from './member-order'
import { rowColumns, rowFlags } from './rows'
import { copyName, putString, read, wrote } from './strings'

/** Deeper values and larger objects are left to the caller. */
const deepest: i32 = 16
const mostMembers: usize = 64
/** What is copied 16 bytes at a time goes past its end. */
const slack: usize = 64

/** Where reading and writing have come to. */
let at: usize = 0
let out: usize = 0
/** Where the next member is noted. */
let free: usize = 0

/**
 * Writes the values of a column, or the rows themselves without one (-1), side by side, from `to` on. The address and the
 * end of each row's text go to `spans`; zeros for a row that has no such value, or one that is out of the ordinary.
 * Returns how many rows are done: it stops at a row that may not fit before `outEnd`. `notes` has room for
 * {@link mostMembers} in {@link deepest} objects, and one more.
 */
export function canonical(
  rows: usize,
  bytesOfRow: usize,
  count: i32,
  origin: usize,
  column: i32,
  notes: usize,
  spans: usize,
  to: usize,
  outEnd: usize,
): i32 {
  for (let done = 0; done < count; done++) {
    const row = rows + <usize>done * bytesOfRow
    const value = column < 0 ? row : row + rowColumns + ((<usize>column) << 3)
    const start = load<i32>(value)
    const end = load<i32>(value, 4)
    const span = spans + ((<usize>done) << 3)
    store<u64>(span, 0)
    if ((load<i32>(row + rowFlags) & 0xff) !== 0 || start < 0 || end < start) continue
    // An object is put in order with the help of a copy behind it.
    if (to + 2 * <usize>(end - start) + slack > outEnd) return done
    at = origin + start
    out = to
    free = notes
    if (!putValue(0)) continue
    store<u32>(span, <u32>to)
    store<u32>(span, <u32>out, 4)
    to = out
  }
  return count
}

/** Copies the value that begins here; false when it is out of the ordinary. */
function putValue(depth: i32): bool {
  const c = <u32>load<u8>(at)
  if (c === 0x22) {
    putString(at, out)
    at = read
    out = wrote
    return true
  }
  if (c === 0x7b) return depth < deepest && putObject(depth + 1)
  if (c === 0x5b) return depth < deepest && putList(depth + 1)
  putScalar(c)
  return true
}

function putObject(depth: i32): bool {
  const content = out + 1
  const notes = free
  let isInOrder = true
  if (!open(0x7d)) {
    do {
      const member = free
      free += memberStride
      if (free - notes > mostMembers * memberStride) return false
      const name = out
      if (!copyName(at, name)) return false
      if (!noteStart(member, name, wrote, notes)) isInOrder = false
      at = read
      out = wrote
      skipWhite()
      putByte()
      skipWhite()
      if (!putValue(depth)) return false
      noteEnd(member, out)
    } while (goOn())
  }
  const members = free
  free = notes
  return isInOrder || putInOrder(notes, members, content, out)
}

function putList(depth: i32): bool {
  if (open(0x5d)) return true
  do {
    if (!putValue(depth)) return false
  } while (goOn())
  return true
}

/** Passes a bracket; true when the closing one follows. */
function open(close: u32): bool {
  putByte()
  skipWhite()
  if (<u32>load<u8>(at) !== close) return false
  putByte()
  return true
}

/** Passes what stands behind a member or an element; true when another one follows. */
function goOn(): bool {
  skipWhite()
  const isComma = load<u8>(at) === 0x2c
  putByte()
  if (isComma) skipWhite()
  return isComma
}

/** A number or a literal that begins with `c`. */
function putScalar(c: u32): void {
  while (c > 0x20 && c !== 0x2c && c !== 0x5d && c !== 0x7d) {
    putByte()
    c = <u32>load<u8>(at)
  }
}

function putByte(): void {
  store<u8>(out++, load<u8>(at++))
}

function skipWhite(): void {
  while (load<u8>(at) <= 0x20) at++
}
