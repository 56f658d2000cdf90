// Numbers, literals and escapes: where they end.
import { fail } from './offsets'

/** One past the escape that begins at `at`, or 0. */
export function escapeEnd(at: usize): usize {
  const c = load<u8>(++at)
  if (c === 0x75) {
    for (const last = at + 4; at < last; ) if (!isHexDigit(load<u8>(++at))) return fail(at)
    return at + 1
  }
  const isKnown =
    c === 0x22 ||
    c === 0x5c ||
    c === 0x2f ||
    c === 0x62 ||
    c === 0x66 ||
    c === 0x6e ||
    c === 0x72 ||
    c === 0x74
  return isKnown ? at + 1 : fail(at)
}

function isDigit(c: u32): bool {
  return c - 0x30 < 10
}

function isHexDigit(c: u32): bool {
  return c - 0x30 < 10 || (c | 0x20) - 0x61 < 6
}

/** One past a number or a literal that begins with `c`, or 0. */
export function scalarEnd(at: usize, c: u32): usize {
  if (c === 0x74) return literalEnd(at, 0x65757274)
  if (c === 0x66) return load<u8>(at + 1) === 0x61 ? literalEnd(at + 1, 0x65736c61) : fail(at + 1)
  if (c === 0x6e) return literalEnd(at, 0x6c6c756e)
  if (c === 0x2d) c = <u32>load<u8>(++at)
  if (c === 0x30) c = <u32>load<u8>(++at)
  else {
    if (!isDigit(c)) return fail(at)
    while (isDigit(c)) c = <u32>load<u8>(++at)
  }
  if (c === 0x2e) {
    c = <u32>load<u8>(++at)
    if (!isDigit(c)) return fail(at)
    while (isDigit(c)) c = <u32>load<u8>(++at)
  }
  if ((c | 0x20) === 0x65) {
    c = <u32>load<u8>(++at)
    if (c === 0x2b || c === 0x2d) c = <u32>load<u8>(++at)
    if (!isDigit(c)) return fail(at)
    while (isDigit(c)) c = <u32>load<u8>(++at)
  }
  return at
}

/** `text` is four characters, the first one lowest. */
function literalEnd(at: usize, text: u32): usize {
  const wrong = load<u32>(at) ^ text
  return wrong === 0 ? at + 4 : fail(at + (<usize>ctz(wrong) >> 3))
}
