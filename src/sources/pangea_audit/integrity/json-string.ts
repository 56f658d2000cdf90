/** Strings of a JSON text by their bytes, quotes included: bounded, decoded, compared, and put in order. */

import { MalformedJson } from './malformed-json.ts'

const quote = 0x22
const backslash = 0x5c

/** After a backslash, in the canonical form. */
const shortEscapes = new Set(Buffer.from('"\\bfnrt'))

/** `\u00XX` in lower case, of a control character without a short form. All others are judged when written. */
const isCanonicalEscape = (digits: string): boolean =>
  /^00[01][0-9a-f]$/.test(digits) && !/^00(?:08|09|0a|0c|0d)$/.test(digits)

/**
 * One past the closing quote of the string that opens at `from`; negative where its escapes are not the canonical
 * ones.
 * @throws MalformedJson
 */
export const endOfString = (bytes: Buffer, from: number, limit: number): number => {
  let canonical = true
  let at = from + 1
  for (;;) {
    if (at >= limit) throw new MalformedJson(`a string without end, at byte ${from}`)
    const byte = bytes[at] as number
    if (byte === quote) return canonical ? at + 1 : -(at + 1)
    if (byte < 0x20) throw new MalformedJson(`control character in a string, at byte ${at}`)
    if (byte !== backslash) {
      at++
      continue
    }
    const escaped = at + 1 < limit ? (bytes[at + 1] as number) : -1
    if (escaped === 0x75) {
      const digits = bytes.toString('latin1', at + 2, Math.min(at + 6, limit))
      if (!/^[0-9a-fA-F]{4}$/.test(digits)) throw new MalformedJson(`unknown escape at byte ${at}`)
      if (!isCanonicalEscape(digits)) canonical = false
      at += 6
      continue
    }
    if (escaped === 0x2f) canonical = false
    else if (!shortEscapes.has(escaped)) throw new MalformedJson(`unknown escape at byte ${at}`)
    at += 2
  }
}

const hasEscape = (bytes: Buffer, from: number, to: number): boolean => {
  for (let at = from; at < to; at++) if (bytes[at] === backslash) return true
  return false
}

/** The string whose opening quote stands at `from` and whose closing quote ends before `to`. */
export const decodeString = (bytes: Buffer, from: number, to: number): string => {
  const text = bytes.toString('utf8', from, to)
  return text.includes('\\') ? String(JSON.parse(text)) : text.slice(1, -1)
}

/** Is it this string? `wanted` is plain ASCII. */
export const isString = (bytes: Buffer, from: number, to: number, wanted: string): boolean => {
  if (to - from === wanted.length + 2) {
    let at = 0
    while (at < wanted.length && bytes[from + 1 + at] === wanted.charCodeAt(at)) at++
    if (at === wanted.length) return true
  }
  return hasEscape(bytes, from, to) && decodeString(bytes, from, to) === wanted
}

const compareDecoded = (left: string, right: string, byCodePoint: boolean): number => {
  if (byCodePoint) return Buffer.compare(Buffer.from(left), Buffer.from(right))
  return left < right ? -1 : left > right ? 1 : 0
}

/** Which of two strings goes first: below, above, or 0; by UTF-16 unit (RFC 8785) or by code point. */
export const compareStrings = (
  bytes: Buffer,
  aFrom: number,
  aTo: number,
  bFrom: number,
  bTo: number,
  byCodePoint: boolean,
): number => {
  const aLength = aTo - aFrom - 2
  const bLength = bTo - bFrom - 2
  const shared = Math.min(aLength, bLength)
  for (let i = 0; i <= shared; i++) {
    const left = i < aLength ? (bytes[aFrom + 1 + i] as number) : -1
    const right = i < bLength ? (bytes[bFrom + 1 + i] as number) : -1
    if (left === backslash || right === backslash) {
      return compareDecoded(decodeString(bytes, aFrom, aTo), decodeString(bytes, bFrom, bTo), byCodePoint)
    }
    if (left === right) continue
    // UTF-16 puts U+10000 and above (lead bytes F0…, surrogates D800…) before U+E000…U+FFFF (lead bytes EE, EF).
    if (!byCodePoint && left >= 0xee && right >= 0xee && left >= 0xf0 !== right >= 0xf0) return right - left
    return left - right
  }
  return 0
}
