// Reads instants, as src/records/instant.ts does.
import { rowColumns } from './rows'

/** What {@link instants} tells of a text with escapes, which it leaves to its caller. */
const escaped: f64 = -Infinity

/**
 * The instants that a column of the rows says, as `parseInstant` of src/records/instant.ts; a 64-bit number for each.
 * Returns how many it leaves to its caller.
 */
export function instants(
  rows: usize,
  bytesOfRow: usize,
  count: i32,
  origin: usize,
  column: i32,
  out: usize,
): i32 {
  let left = 0
  const offset = rowColumns + ((<usize>column) << 3)
  for (let row = 0; row < count; row++) {
    const at = rows + <usize>row * bytesOfRow + offset
    const start = load<i32>(at)
    const end = load<i32>(at, 4)
    const time = start < 0 || end < start ? NaN : instant(origin + start, origin + end)
    store<f64>(out + ((<usize>row) << 3), time)
    if (time === escaped) left++
  }
  return left
}

/** What is no number of two digits; larger than any that is checked. */
const noNumber: i32 = 1000

function two(at: usize): i32 {
  const tens = <u32>load<u8>(at) - 0x30
  const ones = <u32>load<u8>(at, 1) - 0x30
  return tens < 10 && ones < 10 ? <i32>(tens * 10 + ones) : noNumber
}

function instant(from: usize, end: usize): f64 {
  let at = from
  let to = end
  if (to - at >= 2 && load<u8>(at) === 0x22 && load<u8>(to - 1) === 0x22) {
    at++
    to--
  }
  if (to - at < 16) return NaN
  for (let i = at; i < to; i += 16)
    if (v128.any_true(i8x16.eq(v128.load(min(i, to - 16)), i8x16.splat(0x5c)))) return escaped

  const century = two(at)
  const yearOfCentury = two(at + 2)
  const month = two(at + 5)
  const day = two(at + 8)
  const hour = two(at + 11)
  const minute = two(at + 14)
  const parting = load<u8>(at + 10)
  if (load<u8>(at + 4) !== 0x2d || load<u8>(at + 7) !== 0x2d || load<u8>(at + 13) !== 0x3a) return NaN
  if ((parting | 0x20) !== 0x74 && parting !== 0x20) return NaN
  at += 16

  let second = 0
  let millisecond = 0
  let isWhole = true
  if (at < to && load<u8>(at) === 0x3a) {
    if (at + 3 > to) return NaN
    second = two(at + 1)
    at += 3
    if (at < to && (load<u8>(at) === 0x2e || load<u8>(at) === 0x2c)) {
      let unit = 100
      const first = ++at
      for (; at < to; at++) {
        const digit = <i32>load<u8>(at) - 0x30
        if (digit < 0 || digit > 9) break
        millisecond += digit * unit
        unit /= 10
        if (digit !== 0) isWhole = false
      }
      if (at === first) return NaN
    }
  }

  const offset = zone(at, to)
  if (century === noNumber || yearOfCentury === noNumber || offset === noZone) return NaN
  const year = century * 100 + yearOfCentury
  if (month < 1 || month > 12 || day < 1 || day > daysIn(month, year)) return NaN
  if (minute > 59 || second > 60 || hour > 24) return NaN
  if (hour === 24 && !(minute === 0 && second === 0 && isWhole)) return NaN
  const minutes = <i64>(hour * 60 + minute - offset)
  return <f64>(
    (<i64>daysFromEpoch(year, month, day) * 86_400_000 + (minutes * 60 + second) * 1000 + millisecond)
  )
}

const noZone: i32 = 0x7fffffff

/** Minutes east of UTC. */
function zone(at: usize, to: usize): i32 {
  if (at === to) return 0
  const sign = load<u8>(at)
  const length = to - at
  if ((sign | 0x20) === 0x7a) return length === 1 ? 0 : noZone
  if (sign !== 0x2b && sign !== 0x2d) return noZone
  let minutes = 0
  if (length === 6 && load<u8>(at + 3) === 0x3a) minutes = two(at + 4)
  else if (length === 5) minutes = two(at + 3)
  else if (length !== 3) return noZone
  const hours = two(at + 1)
  if (hours > 23 || minutes > 59) return noZone
  return sign === 0x2d ? -(hours * 60 + minutes) : hours * 60 + minutes
}

function daysIn(month: i32, year: i32): i32 {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31
}

function daysFromEpoch(year: i32, month: i32, day: i32): i32 {
  // Years that begin in March have their leap day last; the first of them may begin before year 0.
  const y = month <= 2 ? year - 1 : year
  const m = month <= 2 ? month + 9 : month - 3
  const leapDays = floorDiv(y, 4) - floorDiv(y, 100) + floorDiv(y, 400)
  return y * 365 + leapDays + (153 * m + 2) / 5 + day - 719_469
}

function floorDiv(a: i32, b: i32): i32 {
  return a >= 0 ? a / b : -((b - 1 - a) / b)
}
