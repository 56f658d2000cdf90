// Writes strings in canonical form. They were found to be valid before.
import { unescaped } from './names'

/** One past what was read last, and one past what was written of it. */
export let read: usize = 0
export let wrote: usize = 0

/** Writes the string whose quote is at `from`. Up to 15 bytes behind it are overwritten. */
export function putString(from: usize, to: usize): void {
  store<u8>(to++, load<u8>(from++))
  while (true) {
    const bytes = v128.load(from)
    v128.store(to, bytes)
    const ends = v128.or(i8x16.eq(bytes, i8x16.splat(0x22)), i8x16.eq(bytes, i8x16.splat(0x5c)))
    const found = i8x16.bitmask(ends)
    const plain: usize = found === 0 ? 16 : <usize>ctz(found)
    from += plain
    to += plain
    if (found === 0) continue
    if (load<u8>(from) === 0x22) break
    const escaped = <u32>load<u8>(from, 1)
    if (escaped === 0x75 || escaped === 0x2f) {
      to = putCharacter(from, to)
      from = read
    } else {
      store<u16>(to, load<u16>(from))
      from += 2
      to += 2
    }
  }
  read = from + 1
  wrote = to + 1
}

/** Writes the character of an escape that may not be the canonical one; returns where it ends. */
function putCharacter(from: usize, to: usize): usize {
  let point = unescaped(from)
  read = from + (load<u8>(from, 1) === 0x75 ? 6 : 2)
  if ((point & 0xfc00) === 0xd800 && load<u8>(read) === 0x5c && load<u8>(read, 1) === 0x75) {
    const low = unescaped(read)
    if ((low & 0xfc00) === 0xdc00) {
      point = 0x10000 + ((point & 0x3ff) << 10) + (low & 0x3ff)
      read += 6
    }
  }
  if (point < 0x20 || (point & 0x1ff800) === 0xd800) return putEscape(point, to)
  if (point === 0x22 || point === 0x5c) store<u8>(to++, 0x5c)
  if (point < 0x80) {
    store<u8>(to, point)
    return to + 1
  }
  const more = point < 0x800 ? 1 : point < 0x10000 ? 2 : 3
  store<u8>(to++, (more === 1 ? 0xc0 : more === 2 ? 0xe0 : 0xf0) | (point >> (6 * more)))
  for (let shift = 6 * (more - 1); shift >= 0; shift -= 6) store<u8>(to++, 0x80 | ((point >> shift) & 0x3f))
  return to
}

/** Writes a control character, or half of a character that lacks the other one. */
function putEscape(unit: i32, to: usize): usize {
  store<u8>(to++, 0x5c)
  const short: u32 =
    unit === 0x08
      ? 0x62
      : unit === 0x09
        ? 0x74
        : unit === 0x0a
          ? 0x6e
          : unit === 0x0c
            ? 0x66
            : unit === 0x0d
              ? 0x72
              : 0
  if (short !== 0) {
    store<u8>(to, short)
    return to + 1
  }
  store<u8>(to++, 0x75)
  for (let shift = 12; shift >= 0; shift -= 4) {
    const digit = (unit >> shift) & 0xf
    store<u8>(to++, digit < 10 ? 0x30 + digit : 0x57 + digit)
  }
  return to
}

/**
 * Copies a member's name; false when it has escapes, or characters of which UTF-16 units and bytes tell another order
 * (U+E000 and above). Up to 15 bytes behind it are overwritten.
 */
export function copyName(from: usize, to: usize): bool {
  store<u8>(to++, load<u8>(from++))
  while (true) {
    const bytes = v128.load(from)
    v128.store(to, bytes)
    const odd = v128.or(i8x16.eq(bytes, i8x16.splat(0x5c)), i8x16.ge_u(bytes, i8x16.splat(<i8>0xee)))
    const end = ctz(i8x16.bitmask(i8x16.eq(bytes, i8x16.splat(0x22))) | 0x10000)
    if (ctz(i8x16.bitmask(odd) | 0x10000) < end) return false
    from += <usize>end
    to += <usize>end
    if (end < 16) break
  }
  read = from + 1
  wrote = to + 1
  return true
}
