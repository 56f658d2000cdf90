// Where plain text in strings ends.

/** A bit for each byte of the text, from address `(at >> 3) + stops` on: whether it ends plain text in a string. */
export let stops: usize = 0

/** Finds what ends plain text in strings, ahead of the scan: so that no string waits for the one before it. */
export function findStops(text: usize, to: usize): void {
  stops = ((to + 127) & ~63) - (text >> 3)
  for (let at = text; at <= to; at += 64) store<u64>((at >> 3) + stops, stopsAt(at))
}

function stopsAt(at: usize): u64 {
  return stops16(at) | (stops16(at + 16) << 16) | (stops16(at + 32) << 32) | (stops16(at + 48) << 48)
}

function stops16(at: usize): u64 {
  const bytes = v128.load(at)
  const marks = v128.or(i8x16.eq(bytes, i8x16.splat(0x22)), i8x16.eq(bytes, i8x16.splat(0x5c)))
  return <u64>(<u32>i8x16.bitmask(v128.or(marks, i8x16.le_u(bytes, i8x16.splat(0x1f)))))
}
