// BLAKE3's compression of eight blocks at once, one in each lane of two vectors. Source: "BLAKE3: one function, fast
// everywhere" (O'Connor, Aumasson, Neves, Wilcox-O'Hearn), sections 2.2 and 5.3.
//
// The two vectors of a number lie side by side in memory, and each step is done to one and then to the other: of such
// pairs V8 makes one vector of 256 bits, where it is asked to (src/runtime.ts) and the processor has them. Of shuffles it
// makes none, so bits are rotated by shifts.

export const lanes: i32 = 8

/** Parts of the work area that {@link compress} reads, each a number for each lane. */
export const chainingAt: usize = 0
export const countersAt: usize = 256
export const lengthsAt: usize = 288
export const flagsAt: usize = 320
/** The addresses of the blocks. */
export const blocksAt: usize = 352
const messageAt: usize = 384
/** In which order a round takes the 16 words of a block, a byte for each. */
const orderAt: usize = 896
export const compressionSize: usize = 928

/** The initial chaining value, which is that of SHA-256. */
const iv0: i32 = 0x6a09e667
const iv1: i32 = 0xbb67ae85
const iv2: i32 = 0x3c6ef372
const iv3: i32 = 0xa54ff53a
const iv4: i32 = 0x510e527f
const iv5: i32 = 0x9b05688c
const iv6: i32 = 0x1f83d9ab
const iv7: i32 = 0x5be0cd19

/** Begins chunks or parents in all lanes, of whole blocks. */
export function begin(work: usize): void {
  fill(work, i32x4.splat(iv0))
  fill(work + 32, i32x4.splat(iv1))
  fill(work + 64, i32x4.splat(iv2))
  fill(work + 96, i32x4.splat(iv3))
  fill(work + 128, i32x4.splat(iv4))
  fill(work + 160, i32x4.splat(iv5))
  fill(work + 192, i32x4.splat(iv6))
  fill(work + 224, i32x4.splat(iv7))
  fill(work + lengthsAt, i32x4.splat(64))
}

function fill(at: usize, numbers: v128): void {
  v128.store(at, numbers)
  v128.store(at, numbers, 16)
}

/** Makes the next chaining values of all lanes. */
export function compress(work: usize): void {
  for (let quarter: usize = 0; quarter < 64; quarter += 16) {
    transpose(work + blocksAt, quarter, work + messageAt + (quarter << 3))
    transpose(work + blocksAt + 16, quarter, work + messageAt + (quarter << 3) + 16)
  }

  let a0 = v128.load(work, 0)
  let b0 = v128.load(work, 16)
  let a1 = v128.load(work, 32)
  let b1 = v128.load(work, 48)
  let a2 = v128.load(work, 64)
  let b2 = v128.load(work, 80)
  let a3 = v128.load(work, 96)
  let b3 = v128.load(work, 112)
  let a4 = v128.load(work, 128)
  let b4 = v128.load(work, 144)
  let a5 = v128.load(work, 160)
  let b5 = v128.load(work, 176)
  let a6 = v128.load(work, 192)
  let b6 = v128.load(work, 208)
  let a7 = v128.load(work, 224)
  let b7 = v128.load(work, 240)
  let a8 = i32x4.splat(iv0)
  let b8 = i32x4.splat(iv0)
  let a9 = i32x4.splat(iv1)
  let b9 = i32x4.splat(iv1)
  let a10 = i32x4.splat(iv2)
  let b10 = i32x4.splat(iv2)
  let a11 = i32x4.splat(iv3)
  let b11 = i32x4.splat(iv3)
  let a12 = v128.load(work, countersAt)
  let b12 = v128.load(work, countersAt + 16)
  let a13 = i32x4.splat(0)
  let b13 = i32x4.splat(0)
  let a14 = v128.load(work, lengthsAt)
  let b14 = v128.load(work, lengthsAt + 16)
  let a15 = v128.load(work, flagsAt)
  let b15 = v128.load(work, flagsAt + 16)

  let order = i8x16(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15)
  for (let round = 0; round < 7; round++) {
    v128.store(work, order, orderAt)
    order = i8x16.swizzle(order, i8x16(2, 6, 3, 10, 7, 0, 4, 13, 1, 11, 12, 5, 9, 14, 15, 8))
    let word = wordOf(work, 0)
    a0 = i32x4.add(i32x4.add(a0, v128.load(word)), a4)
    b0 = i32x4.add(i32x4.add(b0, v128.load(word, 16)), b4)
    a12 = rotated(v128.xor(a12, a0), 16)
    b12 = rotated(v128.xor(b12, b0), 16)
    a8 = i32x4.add(a8, a12)
    b8 = i32x4.add(b8, b12)
    a4 = rotated(v128.xor(a4, a8), 12)
    b4 = rotated(v128.xor(b4, b8), 12)
    word = wordOf(work, 1)
    a0 = i32x4.add(i32x4.add(a0, v128.load(word)), a4)
    b0 = i32x4.add(i32x4.add(b0, v128.load(word, 16)), b4)
    a12 = rotated(v128.xor(a12, a0), 8)
    b12 = rotated(v128.xor(b12, b0), 8)
    a8 = i32x4.add(a8, a12)
    b8 = i32x4.add(b8, b12)
    a4 = rotated(v128.xor(a4, a8), 7)
    b4 = rotated(v128.xor(b4, b8), 7)
    word = wordOf(work, 2)
    a1 = i32x4.add(i32x4.add(a1, v128.load(word)), a5)
    b1 = i32x4.add(i32x4.add(b1, v128.load(word, 16)), b5)
    a13 = rotated(v128.xor(a13, a1), 16)
    b13 = rotated(v128.xor(b13, b1), 16)
    a9 = i32x4.add(a9, a13)
    b9 = i32x4.add(b9, b13)
    a5 = rotated(v128.xor(a5, a9), 12)
    b5 = rotated(v128.xor(b5, b9), 12)
    word = wordOf(work, 3)
    a1 = i32x4.add(i32x4.add(a1, v128.load(word)), a5)
    b1 = i32x4.add(i32x4.add(b1, v128.load(word, 16)), b5)
    a13 = rotated(v128.xor(a13, a1), 8)
    b13 = rotated(v128.xor(b13, b1), 8)
    a9 = i32x4.add(a9, a13)
    b9 = i32x4.add(b9, b13)
    a5 = rotated(v128.xor(a5, a9), 7)
    b5 = rotated(v128.xor(b5, b9), 7)
    word = wordOf(work, 4)
    a2 = i32x4.add(i32x4.add(a2, v128.load(word)), a6)
    b2 = i32x4.add(i32x4.add(b2, v128.load(word, 16)), b6)
    a14 = rotated(v128.xor(a14, a2), 16)
    b14 = rotated(v128.xor(b14, b2), 16)
    a10 = i32x4.add(a10, a14)
    b10 = i32x4.add(b10, b14)
    a6 = rotated(v128.xor(a6, a10), 12)
    b6 = rotated(v128.xor(b6, b10), 12)
    word = wordOf(work, 5)
    a2 = i32x4.add(i32x4.add(a2, v128.load(word)), a6)
    b2 = i32x4.add(i32x4.add(b2, v128.load(word, 16)), b6)
    a14 = rotated(v128.xor(a14, a2), 8)
    b14 = rotated(v128.xor(b14, b2), 8)
    a10 = i32x4.add(a10, a14)
    b10 = i32x4.add(b10, b14)
    a6 = rotated(v128.xor(a6, a10), 7)
    b6 = rotated(v128.xor(b6, b10), 7)
    word = wordOf(work, 6)
    a3 = i32x4.add(i32x4.add(a3, v128.load(word)), a7)
    b3 = i32x4.add(i32x4.add(b3, v128.load(word, 16)), b7)
    a15 = rotated(v128.xor(a15, a3), 16)
    b15 = rotated(v128.xor(b15, b3), 16)
    a11 = i32x4.add(a11, a15)
    b11 = i32x4.add(b11, b15)
    a7 = rotated(v128.xor(a7, a11), 12)
    b7 = rotated(v128.xor(b7, b11), 12)
    word = wordOf(work, 7)
    a3 = i32x4.add(i32x4.add(a3, v128.load(word)), a7)
    b3 = i32x4.add(i32x4.add(b3, v128.load(word, 16)), b7)
    a15 = rotated(v128.xor(a15, a3), 8)
    b15 = rotated(v128.xor(b15, b3), 8)
    a11 = i32x4.add(a11, a15)
    b11 = i32x4.add(b11, b15)
    a7 = rotated(v128.xor(a7, a11), 7)
    b7 = rotated(v128.xor(b7, b11), 7)
    word = wordOf(work, 8)
    a0 = i32x4.add(i32x4.add(a0, v128.load(word)), a5)
    b0 = i32x4.add(i32x4.add(b0, v128.load(word, 16)), b5)
    a15 = rotated(v128.xor(a15, a0), 16)
    b15 = rotated(v128.xor(b15, b0), 16)
    a10 = i32x4.add(a10, a15)
    b10 = i32x4.add(b10, b15)
    a5 = rotated(v128.xor(a5, a10), 12)
    b5 = rotated(v128.xor(b5, b10), 12)
    word = wordOf(work, 9)
    a0 = i32x4.add(i32x4.add(a0, v128.load(word)), a5)
    b0 = i32x4.add(i32x4.add(b0, v128.load(word, 16)), b5)
    a15 = rotated(v128.xor(a15, a0), 8)
    b15 = rotated(v128.xor(b15, b0), 8)
    a10 = i32x4.add(a10, a15)
    b10 = i32x4.add(b10, b15)
    a5 = rotated(v128.xor(a5, a10), 7)
    b5 = rotated(v128.xor(b5, b10), 7)
    word = wordOf(work, 10)
    a1 = i32x4.add(i32x4.add(a1, v128.load(word)), a6)
    b1 = i32x4.add(i32x4.add(b1, v128.load(word, 16)), b6)
    a12 = rotated(v128.xor(a12, a1), 16)
    b12 = rotated(v128.xor(b12, b1), 16)
    a11 = i32x4.add(a11, a12)
    b11 = i32x4.add(b11, b12)
    a6 = rotated(v128.xor(a6, a11), 12)
    b6 = rotated(v128.xor(b6, b11), 12)
    word = wordOf(work, 11)
    a1 = i32x4.add(i32x4.add(a1, v128.load(word)), a6)
    b1 = i32x4.add(i32x4.add(b1, v128.load(word, 16)), b6)
    a12 = rotated(v128.xor(a12, a1), 8)
    b12 = rotated(v128.xor(b12, b1), 8)
    a11 = i32x4.add(a11, a12)
    b11 = i32x4.add(b11, b12)
    a6 = rotated(v128.xor(a6, a11), 7)
    b6 = rotated(v128.xor(b6, b11), 7)
    word = wordOf(work, 12)
    a2 = i32x4.add(i32x4.add(a2, v128.load(word)), a7)
    b2 = i32x4.add(i32x4.add(b2, v128.load(word, 16)), b7)
    a13 = rotated(v128.xor(a13, a2), 16)
    b13 = rotated(v128.xor(b13, b2), 16)
    a8 = i32x4.add(a8, a13)
    b8 = i32x4.add(b8, b13)
    a7 = rotated(v128.xor(a7, a8), 12)
    b7 = rotated(v128.xor(b7, b8), 12)
    word = wordOf(work, 13)
    a2 = i32x4.add(i32x4.add(a2, v128.load(word)), a7)
    b2 = i32x4.add(i32x4.add(b2, v128.load(word, 16)), b7)
    a13 = rotated(v128.xor(a13, a2), 8)
    b13 = rotated(v128.xor(b13, b2), 8)
    a8 = i32x4.add(a8, a13)
    b8 = i32x4.add(b8, b13)
    a7 = rotated(v128.xor(a7, a8), 7)
    b7 = rotated(v128.xor(b7, b8), 7)
    word = wordOf(work, 14)
    a3 = i32x4.add(i32x4.add(a3, v128.load(word)), a4)
    b3 = i32x4.add(i32x4.add(b3, v128.load(word, 16)), b4)
    a14 = rotated(v128.xor(a14, a3), 16)
    b14 = rotated(v128.xor(b14, b3), 16)
    a9 = i32x4.add(a9, a14)
    b9 = i32x4.add(b9, b14)
    a4 = rotated(v128.xor(a4, a9), 12)
    b4 = rotated(v128.xor(b4, b9), 12)
    word = wordOf(work, 15)
    a3 = i32x4.add(i32x4.add(a3, v128.load(word)), a4)
    b3 = i32x4.add(i32x4.add(b3, v128.load(word, 16)), b4)
    a14 = rotated(v128.xor(a14, a3), 8)
    b14 = rotated(v128.xor(b14, b3), 8)
    a9 = i32x4.add(a9, a14)
    b9 = i32x4.add(b9, b14)
    a4 = rotated(v128.xor(a4, a9), 7)
    b4 = rotated(v128.xor(b4, b9), 7)
  }

  v128.store(work, v128.xor(a0, a8), 0)
  v128.store(work, v128.xor(b0, b8), 16)
  v128.store(work, v128.xor(a1, a9), 32)
  v128.store(work, v128.xor(b1, b9), 48)
  v128.store(work, v128.xor(a2, a10), 64)
  v128.store(work, v128.xor(b2, b10), 80)
  v128.store(work, v128.xor(a3, a11), 96)
  v128.store(work, v128.xor(b3, b11), 112)
  v128.store(work, v128.xor(a4, a12), 128)
  v128.store(work, v128.xor(b4, b12), 144)
  v128.store(work, v128.xor(a5, a13), 160)
  v128.store(work, v128.xor(b5, b13), 176)
  v128.store(work, v128.xor(a6, a14), 192)
  v128.store(work, v128.xor(b6, b14), 208)
  v128.store(work, v128.xor(a7, a15), 224)
  v128.store(work, v128.xor(b7, b15), 240)
}

/** Where the word is whose turn it is: the two vectors of a pair must be seen to have one address. */
function wordOf(work: usize, place: usize): usize {
  return work + messageAt + ((<usize>load<u8>(work + place, orderAt)) << 5)
}

/** Four words of each of four blocks, as four vectors of one word of these blocks. */
function transpose(blocks: usize, quarter: usize, to: usize): void {
  const a = v128.load(<usize>load<u32>(blocks) + quarter)
  const b = v128.load(<usize>load<u32>(blocks, 4) + quarter)
  const c = v128.load(<usize>load<u32>(blocks, 8) + quarter)
  const d = v128.load(<usize>load<u32>(blocks, 12) + quarter)
  const lowAb = v128.shuffle<i32>(a, b, 0, 4, 1, 5)
  const highAb = v128.shuffle<i32>(a, b, 2, 6, 3, 7)
  const lowCd = v128.shuffle<i32>(c, d, 0, 4, 1, 5)
  const highCd = v128.shuffle<i32>(c, d, 2, 6, 3, 7)
  v128.store(to, v128.shuffle<i64>(lowAb, lowCd, 0, 2))
  v128.store(to, v128.shuffle<i64>(lowAb, lowCd, 1, 3), 32)
  v128.store(to, v128.shuffle<i64>(highAb, highCd, 0, 2), 64)
  v128.store(to, v128.shuffle<i64>(highAb, highCd, 1, 3), 96)
}

function rotated(x: v128, bits: i32): v128 {
  return v128.or(i32x4.shr_u(x, bits), i32x4.shl(x, 32 - bits))
}
