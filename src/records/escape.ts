import { backslash, quote } from './characters.ts'

const plain = 0
const ampersand = 1
const less = 2
const greater = 3
/** U+FFFE and U+FFFF are EF BF BE and EF BF BF. */
const maybeNoncharacter = 4

const kinds = new Uint8Array(256)
kinds[0x26] = ampersand
kinds[0x3c] = less
kinds[0x3e] = greater
kinds[0xef] = maybeNoncharacter

const replacements = ['', '&amp;', '&lt;', '&gt;'].map((text) => new TextEncoder().encode(text))

/**
 * Writes JSON text as XML text in UTF-8 to `out` at `at`; returns the position after it. Bytes that XML text
 * cannot carry are escaped: `&`, `<`, `>` as XML entities; U+FFFE and U+FFFF, which in valid JSON stand only in
 * strings, as JSON escapes. With `joinLines` white space outside strings is left out; `from` must then be
 * outside a string.
 *
 * This is the plain twin of `copyEscapedSimd`: it does what that does, for texts of any length.
 */
export function copyEscaped(
  bytes: Uint8Array,
  from: number,
  to: number,
  joinLines: boolean,
  out: Uint8Array,
  at: number,
): number {
  let inString = !joinLines
  for (let i = from; i < to; i++) {
    const c = bytes[i]!
    const kind = kinds[c]!
    if (kind === plain) {
      if (!inString && c <= 0x20) continue
      out[at++] = c
      if (joinLines) {
        if (c === quote) inString = !inString
        else if (c === backslash && i + 1 < to) out[at++] = bytes[++i]!
      }
    } else if (kind !== maybeNoncharacter) {
      const replacement = replacements[kind]!
      for (let r = 0; r < replacement.length; r++) out[at++] = replacement[r]!
    } else if (i + 2 < to && bytes[i + 1] === 0xbf && bytes[i + 2]! >= 0xbe) {
      at = putNoncharacter(out, at, bytes[i + 2]!)
      i += 2
    } else out[at++] = c
  }
  return at
}

function putNoncharacter(out: Uint8Array, at: number, lastByte: number): number {
  out[at] = backslash
  out[at + 1] = 0x75
  out[at + 2] = 0x66
  out[at + 3] = 0x66
  out[at + 4] = 0x66
  out[at + 5] = lastByte === 0xbe ? 0x65 : 0x66
  return at + 6
}

/** The JSON text of a record that spans several lines as one line: without white space outside strings. */
export function joinLines(bytes: Uint8Array, from: number, to: number): Uint8Array {
  const line = new Uint8Array(to - from)
  let at = 0
  let inString = false
  for (let i = from; i < to; i++) {
    const c = bytes[i]!
    if (!inString && c <= 0x20) continue
    line[at++] = c
    if (c === quote) inString = !inString
    else if (c === backslash && i + 1 < to) line[at++] = bytes[++i]!
  }
  return line.subarray(0, at)
}

const forbiddenInXml = /[^\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/gu

/**
 * A string as XML text or attribute value (in double quotes). What XML 1.0 forbids, and lone surrogates, become
 * U+FFFD.
 */
export function escapeText(text: string): string {
  return text
    .replace(forbiddenInXml, '\ufffd')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
}

const lenient = new TextDecoder('utf-8', { ignoreBOM: true })

/** The bytes as a JSON string literal: what is not UTF-8 as U+FFFD, U+FFFE and U+FFFF as JSON escapes. */
export function unparsedRaw(bytes: Uint8Array, start: number, end: number): string {
  return JSON.stringify(lenient.decode(bytes.subarray(start, end)))
    .replaceAll('\ufffe', '\\ufffe')
    .replaceAll('\uffff', '\\uffff')
}
