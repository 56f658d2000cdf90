import { afterBackslash, backslash, classes, digit, hexDigit, plainInString, quote } from './characters.ts'

/** The closing quote of the string whose first byte is at `at`; else the complement of the offending byte. */
export function stringEnd(bytes: Uint8Array, at: number): number {
  for (;;) {
    while ((classes[bytes[at]!]! & plainInString) !== 0) at++
    let c = bytes[at]!
    if (c === quote) return at
    if (c !== backslash) return ~at
    c = bytes[++at]!
    if ((classes[c]! & afterBackslash) !== 0) at++
    else if (c === 0x75) {
      for (const last = at + 4; at < last; ) if ((classes[bytes[++at]!]! & hexDigit) === 0) return ~at
      at++
    } else return ~at
  }
}

/** One past a number or a literal; else the complement of the offending byte. */
export function scalarEnd(bytes: Uint8Array, at: number): number {
  let c = bytes[at]!
  if (c === 0x74) return literalEnd(bytes, at, 'true')
  if (c === 0x66) return literalEnd(bytes, at, 'false')
  if (c === 0x6e) return literalEnd(bytes, at, 'null')
  if (c === 0x2d) c = bytes[++at]!
  if (c === 0x30) c = bytes[++at]!
  else {
    if ((classes[c]! & digit) === 0) return ~at
    while ((classes[c]! & digit) !== 0) c = bytes[++at]!
  }
  if (c === 0x2e) {
    c = bytes[++at]!
    if ((classes[c]! & digit) === 0) return ~at
    while ((classes[c]! & digit) !== 0) c = bytes[++at]!
  }
  if (c === 0x65 || c === 0x45) {
    c = bytes[++at]!
    if (c === 0x2b || c === 0x2d) c = bytes[++at]!
    if ((classes[c]! & digit) === 0) return ~at
    while ((classes[c]! & digit) !== 0) c = bytes[++at]!
  }
  return at
}

function literalEnd(bytes: Uint8Array, at: number, literal: string): number {
  for (let i = 1; i < literal.length; i++) if (bytes[at + i] !== literal.charCodeAt(i)) return ~(at + i)
  return at + literal.length
}
