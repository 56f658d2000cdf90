import { backslash, quote } from './characters.ts'

const daysInMonth = [0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
const day = 86_400_000

/** Days from 1970-01-01 in the proleptic Gregorian calendar; years from 0. */
function daysFromEpoch(year: number, month: number, dayOfMonth: number): number {
  // Years that begin in March have their leap day last.
  const y = month <= 2 ? year - 1 : year
  const m = month <= 2 ? month + 9 : month - 3
  const leapDays = Math.floor(y / 4) - Math.floor(y / 100) + Math.floor(y / 400)
  return y * 365 + leapDays + Math.floor((153 * m + 2) / 5) + dayOfMonth - 719_469
}

/** The number that two digits make; anything else is NaN. */
function two(bytes: Uint8Array, at: number): number {
  const tens = bytes[at]! - 0x30
  const ones = bytes[at + 1]! - 0x30
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : Number.NaN
}

/**
 * The instant that an ISO 8601 text says, as epoch milliseconds; fractions of them are cut. NaN for everything
 * else. The span may include the quotes of a JSON string.
 *
 * Date and time are parted by `T`, `t` or a space; seconds and their fraction (after `.` or `,`, any number of
 * digits) may be missing; the zone is `Z`, `z`, `±HH`, `±HHMM` or `±HH:MM`, and UTC when missing. 24:00:00 is
 * the next day's beginning, and second 60 the next minute's.
 */
export function parseInstant(bytes: Uint8Array, start: number, end: number): number {
  let at = start
  let to = end
  if (to - at >= 2 && bytes[at] === quote && bytes[to - 1] === quote) {
    at++
    to--
  }
  if (at < 0 || to - at < 16) return Number.NaN
  for (let i = at; i < to; i++) if (bytes[i] === backslash) return parseEscaped(bytes, at, to)

  const year = two(bytes, at) * 100 + two(bytes, at + 2)
  const month = two(bytes, at + 5)
  const dayOfMonth = two(bytes, at + 8)
  const hour = two(bytes, at + 11)
  const minute = two(bytes, at + 14)
  const parting = bytes[at + 10]
  if (bytes[at + 4] !== 0x2d || bytes[at + 7] !== 0x2d || bytes[at + 13] !== 0x3a) return Number.NaN
  if (parting !== 0x54 && parting !== 0x74 && parting !== 0x20) return Number.NaN
  at += 16

  let second = 0
  let millisecond = 0
  let isWhole = true
  if (at < to && bytes[at] === 0x3a) {
    if (at + 3 > to) return Number.NaN
    second = two(bytes, at + 1)
    at += 3
    if (at < to && (bytes[at] === 0x2e || bytes[at] === 0x2c)) {
      let unit = 100
      const first = ++at
      for (; at < to; at++) {
        const digit = bytes[at]! - 0x30
        if (digit < 0 || digit > 9) break
        millisecond += digit * unit
        unit = unit === 1 || unit === 0 ? 0 : unit / 10
        if (digit !== 0) isWhole = false
      }
      if (at === first) return Number.NaN
    }
  }

  const offset = zone(bytes, at, to)
  // Written so that NaN fails too.
  const isDate =
    year >= 0 &&
    month >= 1 &&
    month <= 12 &&
    dayOfMonth >= 1 &&
    dayOfMonth <=
      daysInMonth[month]! + (month === 2 && year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 1 : 0)
  const isTime =
    minute <= 59 && second <= 60 && (hour <= 23 || (hour === 24 && minute === 0 && second === 0 && isWhole))
  if (!isDate || !isTime) return Number.NaN
  return (
    daysFromEpoch(year, month, dayOfMonth) * day +
    ((hour * 60 + minute - offset) * 60 + second) * 1000 +
    millisecond
  )
}

/** Minutes east of UTC, or NaN. */
function zone(bytes: Uint8Array, at: number, to: number): number {
  if (at === to) return 0
  const sign = bytes[at]
  if (sign === 0x5a || sign === 0x7a) return at + 1 === to ? 0 : Number.NaN
  if (sign !== 0x2b && sign !== 0x2d) return Number.NaN
  const length = to - at
  let minutes = 0
  if (length === 6 && bytes[at + 3] === 0x3a) minutes = two(bytes, at + 4)
  else if (length === 5) minutes = two(bytes, at + 3)
  else if (length !== 3) return Number.NaN
  const hours = two(bytes, at + 1)
  if (!(hours <= 23 && minutes <= 59)) return Number.NaN
  return sign === 0x2d ? -(hours * 60 + minutes) : hours * 60 + minutes
}

/** Some encoders write `+` as an escape. */
function parseEscaped(bytes: Uint8Array, start: number, end: number): number {
  try {
    const text: unknown = JSON.parse(`"${Buffer.from(bytes.subarray(start, end)).toString('latin1')}"`)
    if (typeof text !== 'string' || text.includes('\\')) return Number.NaN
    const plain = Buffer.from(text)
    return parseInstant(plain, 0, plain.length)
  } catch {
    return Number.NaN
  }
}

/** Epoch milliseconds as Splunk's `<time>`: seconds with three decimals, such as `1700000000.123`. */
export function formatSeconds(milliseconds: number): string {
  const whole = Math.abs(Math.floor(milliseconds))
  const fraction = whole % 1000
  const digits = fraction < 10 ? `00${fraction}` : fraction < 100 ? `0${fraction}` : `${fraction}`
  return `${milliseconds < 0 ? '-' : ''}${(whole - fraction) / 1000}.${digits}`
}
