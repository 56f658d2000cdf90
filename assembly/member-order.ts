// Puts the members of an object in the order of their names' bytes, once they are written.

/** A member: the beginning of its name as a number, its address and its end. */
export const memberStride: usize = 16
const memberAt: usize = 8
const memberEnd: usize = 12

/**
 * Notes a member that was written up to the end of its name, `to`. `first` is the object's first one. Whether it comes
 * after the one before.
 */
export function noteStart(member: usize, at: usize, to: usize, first: usize): bool {
  store<u64>(member, numberOf(at, to - 1))
  store<u32>(member, <u32>at, memberAt)
  return member === first || order(member - memberStride, member) < 0
}

/**
 * The first eight bytes of a name, its quote among them. What is behind a short one counts as zeros, which no name holds,
 * so that the shorter one of two comes first.
 */
function numberOf(at: usize, to: usize): u64 {
  const text = bswap<u64>(load<u64>(at))
  const missing = <i64>at + 8 - <i64>to
  return missing > 0 ? text & (u64.MAX_VALUE << (missing << 3)) : text
}

export function noteEnd(member: usize, to: usize): void {
  store<u32>(member, <u32>to, memberEnd)
}

/**
 * Puts the members of an object in order, whose text stands from `content` to `to`, the closing brace included; false when
 * two have the same name. Overwrites as much again behind it.
 */
export function putInOrder(first: usize, end: usize, content: usize, to: usize): bool {
  if (!sort(first, end)) return false
  const aside = to + 16
  copyBytes(content, aside, to - content)
  let out = content
  for (let member = first; member < end; member += memberStride) {
    const at = <usize>load<u32>(member, memberAt)
    const length = <usize>load<u32>(member, memberEnd) - at
    copyBytes(aside + (at - content), out, length)
    out += length
    store<u8>(out++, 0x2c)
  }
  store<u8>(out - 1, 0x7d)
  return true
}

function sort(first: usize, end: usize): bool {
  // The room behind the last one holds the one that is moved.
  for (let next = first + memberStride; next < end; next += memberStride) {
    v128.store(end, v128.load(next))
    let place = next
    for (; place > first; place -= memberStride) {
      const found = order(place - memberStride, end)
      if (found === 0) return false
      if (found < 0) break
      v128.store(place, v128.load(place - memberStride))
    }
    v128.store(place, v128.load(end))
  }
  return true
}

/** Which of two members goes first: below, above, or 0 for equal names. */
function order(one: usize, other: usize): i32 {
  const left = load<u64>(one)
  const right = load<u64>(other)
  if (left !== right) return left < right ? -1 : 1
  let a = <usize>load<u32>(one, memberAt) + 1
  let b = <usize>load<u32>(other, memberAt) + 1
  while (load<u8>(a) === load<u8>(b)) {
    if (load<u8>(a) === 0x22) return 0
    a++
    b++
  }
  if (load<u8>(a) === 0x22) return -1
  if (load<u8>(b) === 0x22) return 1
  return load<u8>(a) < load<u8>(b) ? -1 : 1
}

/** Up to 15 bytes after the copy are overwritten. */
function copyBytes(from: usize, to: usize, length: usize): void {
  for (let i: usize = 0; i < length; i += 16) v128.store(to + i, v128.load(from + i))
}
