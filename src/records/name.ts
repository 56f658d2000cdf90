import { backslash } from './characters.ts'

/**
 * Whether the member name between the quotes, which may hold JSON escapes, is the UTF-8 of `names`. The name's
 * escapes must be valid JSON; a lone surrogate equals nothing.
 */
export function nameEquals(
  bytes: Uint8Array,
  from: number,
  to: number,
  names: Uint8Array,
  nameFrom: number,
  nameTo: number,
): boolean {
  let at = from
  let n = nameFrom
  while (at < to) {
    const c = bytes[at]!
    if (c !== backslash) {
      if (n === nameTo || c !== names[n]) return false
      at++
      n++
      continue
    }
    let point = unescaped(bytes, at)
    at += bytes[at + 1] === 0x75 ? 6 : 2
    if ((point & 0xfc00) === 0xd800 && bytes[at] === backslash && bytes[at + 1] === 0x75) {
      const low = unescaped(bytes, at)
      if ((low & 0xfc00) === 0xdc00) {
        point = 0x10000 + ((point & 0x3ff) << 10) + (low & 0x3ff)
        at += 6
      }
    }
    if (point < 0x80) {
      if (n >= nameTo || names[n++] !== point) return false
      continue
    }
    const more = point < 0x800 ? 1 : point < 0x10000 ? 2 : 3
    if (n + more >= nameTo) return false
    const lead = more === 1 ? 0xc0 : more === 2 ? 0xe0 : 0xf0
    if (names[n++] !== (lead | (point >> (6 * more)))) return false
    for (let shift = 6 * (more - 1); shift >= 0; shift -= 6) {
      if (names[n++] !== (0x80 | ((point >> shift) & 0x3f))) return false
    }
  }
  return n === nameTo
}

/** The UTF-16 unit that the escape at `at` stands for. */
function unescaped(bytes: Uint8Array, at: number): number {
  const c = bytes[at + 1]!
  switch (c) {
    case 0x62:
      return 0x08
    case 0x66:
      return 0x0c
    case 0x6e:
      return 0x0a
    case 0x72:
      return 0x0d
    case 0x74:
      return 0x09
    case 0x75: {
      let unit = 0
      for (let i = at + 2; i < at + 6; i++) {
        const h = bytes[i]!
        unit = (unit << 4) | (h <= 0x39 ? h - 0x30 : (h & 0x5f) - 0x37)
      }
      return unit
    }
    default:
      return c
  }
}
