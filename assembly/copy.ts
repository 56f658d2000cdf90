// Copies JSON text, as src/records/escape.ts does.

/**
 * Copies JSON text as `copyEscaped` of src/records/escape.ts does, or without `isXml` as `joinLines` there.
 * Returns the address after the copy. Up to 63 bytes after it are overwritten.
 */
export function copy(at: usize, to: usize, out: usize, join: bool, isXml: bool): usize {
  return join ? copyJoined(at, to, out, isXml) : copyLine(at, to, out)
}

/** Copies text of one line, 64 bytes at a time, as XML text. */
function copyLine(from: usize, to: usize, out: usize): usize {
  let at = from
  while (true) {
    const a = v128.load(at)
    const b = v128.load(at, 16)
    const c = v128.load(at, 32)
    const d = v128.load(at, 48)
    v128.store(out, a)
    v128.store(out, b, 16)
    v128.store(out, c, 32)
    v128.store(out, d, 48)
    const isA = isMarkup(a)
    const isB = isMarkup(b)
    const isC = isMarkup(c)
    const isD = isMarkup(d)
    let plain: usize = 64
    if (v128.any_true(v128.or(v128.or(isA, isB), v128.or(isC, isD))))
      plain = <usize>ctz(bits(isA) | (bits(isB) << 16) | (bits(isC) << 32) | (bits(isD) << 48))
    if (plain >= to - at) return out + (to - at)
    at += plain
    out += plain
    if (plain === 64) continue
    putMarkup(at, to, out)
    at = read
    out = wrote
  }
}

function bits(found: v128): u64 {
  return <u64>(<u32>i8x16.bitmask(found))
}

/** Finds what may not stand in XML text, and the first byte of what XML does not have: `&`, `<`, `>`, and U+F000 on. */
function isMarkup(bytes: v128): v128 {
  const angles = i8x16.eq(v128.or(bytes, i8x16.splat(2)), i8x16.splat(0x3e))
  return v128.or(angles, v128.or(i8x16.eq(bytes, i8x16.splat(0x26)), i8x16.eq(bytes, i8x16.splat(<i8>0xef))))
}

/** One past what was read last, and one past what was written of it. */
let read: usize = 0
let wrote: usize = 0

/** Writes a character that {@link isMarkup} finds. */
function putMarkup(at: usize, to: usize, out: usize): void {
  const c = <u32>load<u8>(at)
  read = at + 1
  if (c === 0x26) {
    // &amp;
    store<u64>(out, 0x3b706d6126)
    wrote = out + 5
  } else if (c !== 0xef) {
    // &lt; &gt;
    store<u32>(out, c === 0x3c ? 0x3b746c26 : 0x3b746726)
    wrote = out + 4
  } else if (to - at > 2 && load<u8>(at + 1) === 0xbf && load<u8>(at + 2) >= 0xbe) {
    // \ufffe \uffff
    store<u64>(out, load<u8>(at + 2) === 0xbe ? 0x65666666755c : 0x66666666755c)
    read = at + 3
    wrote = out + 6
  } else {
    store<u8>(out, c)
    wrote = out + 1
  }
}

/** Copies text of several lines, without the white space outside its strings. */
function copyJoined(at: usize, to: usize, out: usize, isXml: bool): usize {
  const xml = i8x16.splat(isXml ? -1 : 0)
  let inString = false
  while (at < to) {
    if (inString) {
      let found = 0
      while (true) {
        const bytes = v128.load(at)
        v128.store(out, bytes)
        const marks = v128.or(i8x16.eq(bytes, i8x16.splat(0x22)), i8x16.eq(bytes, i8x16.splat(0x5c)))
        found = i8x16.bitmask(v128.or(v128.and(isMarkup(bytes), xml), marks))
        if (found !== 0 || to - at <= 16) break
        at += 16
        out += 16
      }
      const plain: usize = found === 0 ? 16 : <usize>ctz(found)
      if (plain >= to - at) return out + (to - at)
      at += plain
      out += plain
    } else if (load<u8>(at) <= 0x20) {
      at++
      continue
    }
    const c = <u32>load<u8>(at)
    if (c === 0x22) inString = !inString
    if (c === 0x5c && at + 1 < to) {
      store<u16>(out, load<u16>(at))
      out += 2
      at += 2
    } else if (isXml && (c === 0x26 || c === 0x3c || c === 0x3e || c === 0xef)) {
      putMarkup(at, to, out)
      at = read
      out = wrote
    } else {
      store<u8>(out++, c)
      at++
    }
  }
  return out
}
