// Names of members against those that are wanted.

export function equals(a: usize, b: usize, length: usize): bool {
  if (length >= 8) {
    const last = length - 8
    for (let i: usize = 0; i < last; i += 8) if (load<u64>(a + i) !== load<u64>(b + i)) return false
    return load<u64>(a + last) === load<u64>(b + last)
  }
  for (let i: usize = 0; i < length; i++) if (load<u8>(a + i) !== load<u8>(b + i)) return false
  return true
}

/** As `nameEquals` in src/records/name.ts. */
export function equalsUnescaped(at: usize, to: usize, n: usize, nameTo: usize): bool {
  while (at < to) {
    const c = load<u8>(at)
    if (c !== 0x5c) {
      if (n === nameTo || c !== load<u8>(n)) return false
      at++
      n++
      continue
    }
    let point = unescaped(at)
    at += load<u8>(at + 1) === 0x75 ? 6 : 2
    if ((point & 0xfc00) === 0xd800 && load<u8>(at) === 0x5c && load<u8>(at + 1) === 0x75) {
      const low = unescaped(at)
      if ((low & 0xfc00) === 0xdc00) {
        point = 0x10000 + ((point & 0x3ff) << 10) + (low & 0x3ff)
        at += 6
      }
    }
    if (point < 0x80) {
      if (n >= nameTo || load<u8>(n++) !== <u8>point) return false
      continue
    }
    const more = point < 0x800 ? 1 : point < 0x10000 ? 2 : 3
    if (n + more >= nameTo) return false
    const lead = more === 1 ? 0xc0 : more === 2 ? 0xe0 : 0xf0
    if (load<u8>(n++) !== <u8>(lead | (point >> (6 * more)))) return false
    for (let shift = 6 * (more - 1); shift >= 0; shift -= 6) {
      if (load<u8>(n++) !== <u8>(0x80 | ((point >> shift) & 0x3f))) return false
    }
  }
  return n === nameTo
}

/** The UTF-16 unit of the escape at `at`. */
export function unescaped(at: usize): i32 {
  const c = <i32>load<u8>(at + 1)
  if (c === 0x75) {
    let unit = 0
    for (let i = at + 2; i < at + 6; i++) {
      const h = <i32>load<u8>(i)
      unit = (unit << 4) | (h <= 0x39 ? h - 0x30 : (h & 0x5f) - 0x37)
    }
    return unit
  }
  if (c === 0x62) return 0x08
  if (c === 0x66) return 0x0c
  if (c === 0x6e) return 0x0a
  if (c === 0x72) return 0x0d
  if (c === 0x74) return 0x09
  return c
}
