// Copies JSON text, as src/records/escape.ts does.

/**
 * Copies JSON text as `copyEscaped` of src/records/escape.ts does, or without `isXml` as `joinLines` there.
 * Returns the address after the copy. Up to 15 bytes after it are overwritten.
 */
export function copy(at: usize, to: usize, out: usize, join: bool, isXml: bool): usize {
  const xml = i8x16.splat(isXml ? -1 : 0)
  const json = i8x16.splat(join ? -1 : 0)
  let inString = !join
  while (at < to) {
    if (inString) {
      let found = 0
      while (true) {
        const bytes = v128.load(at)
        v128.store(out, bytes)
        const angles = i8x16.eq(v128.or(bytes, i8x16.splat(2)), i8x16.splat(0x3e))
        const others = v128.or(i8x16.eq(bytes, i8x16.splat(0x26)), i8x16.eq(bytes, i8x16.splat(<i8>0xef)))
        const marks = v128.or(i8x16.eq(bytes, i8x16.splat(0x22)), i8x16.eq(bytes, i8x16.splat(0x5c)))
        found = i8x16.bitmask(v128.or(v128.and(v128.or(angles, others), xml), v128.and(marks, json)))
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

    if (join && c === 0x22) inString = !inString
    if (join && c === 0x5c && at + 1 < to) {
      store<u16>(out, load<u16>(at))
      out += 2
      at += 2
      continue
    }
    if (isXml) {
      if (c === 0x26) {
        // &amp;
        store<u64>(out, 0x3b706d6126)
        out += 5
        at++
        continue
      }
      if (c === 0x3c || c === 0x3e) {
        // &lt; &gt;
        store<u32>(out, c === 0x3c ? 0x3b746c26 : 0x3b746726)
        out += 4
        at++
        continue
      }
      if (c === 0xef && to - at > 2 && load<u8>(at + 1) === 0xbf && load<u8>(at + 2) >= 0xbe) {
        // \\ufffe \\uffff
        store<u64>(out, load<u8>(at + 2) === 0xbe ? 0x65666666755c : 0x66666666755c)
        out += 6
        at += 3
        continue
      }
    }
    store<u8>(out++, c)
    at++
  }
  return out
}
