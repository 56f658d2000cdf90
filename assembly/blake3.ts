// BLAKE3's compression of four blocks at once, one in each lane of the vectors. Source: "BLAKE3: one function, fast
// everywhere" (O'Connor, Aumasson, Neves, Wilcox-O'Hearn), sections 2.2 and 5.3.

/** Parts of the work area that {@link compress} reads, each a vector of a number for each lane. */
export const chainingAt: usize = 0
export const countersAt: usize = 128
export const lengthsAt: usize = 144
export const flagsAt: usize = 160
/** The addresses of the four blocks. */
export const blocksAt: usize = 176
const messageAt: usize = 192
export const compressionSize: usize = 448

/** The initial chaining value, which is that of SHA-256. */
const iv0: i32 = 0x6a09e667
const iv1: i32 = 0xbb67ae85
const iv2: i32 = 0x3c6ef372
const iv3: i32 = 0xa54ff53a
const iv4: i32 = 0x510e527f
const iv5: i32 = 0x9b05688c
const iv6: i32 = 0x1f83d9ab
const iv7: i32 = 0x5be0cd19

/** Makes a lane's chaining value the one that chunks and parents begin with. */
export function beginLane(work: usize, lane: usize): void {
  const at = work + chainingAt + (lane << 2)
  store<i32>(at, iv0)
  store<i32>(at, iv1, 16)
  store<i32>(at, iv2, 32)
  store<i32>(at, iv3, 48)
  store<i32>(at, iv4, 64)
  store<i32>(at, iv5, 80)
  store<i32>(at, iv6, 96)
  store<i32>(at, iv7, 112)
}

/** Makes the next chaining values of the four lanes. */
export function compress(work: usize): void {
  const message = work + messageAt
  for (let quarter: usize = 0; quarter < 64; quarter += 16) transpose(work, quarter)

  let v0 = v128.load(work, 0)
  let v1 = v128.load(work, 16)
  let v2 = v128.load(work, 32)
  let v3 = v128.load(work, 48)
  let v4 = v128.load(work, 64)
  let v5 = v128.load(work, 80)
  let v6 = v128.load(work, 96)
  let v7 = v128.load(work, 112)
  let v8 = i32x4.splat(iv0)
  let v9 = i32x4.splat(iv1)
  let v10 = i32x4.splat(iv2)
  let v11 = i32x4.splat(iv3)
  let v12 = v128.load(work, countersAt)
  let v13 = i32x4.splat(0)
  let v14 = v128.load(work, lengthsAt)
  let v15 = v128.load(work, flagsAt)

  for (let round = 0; ; round++) {
    v0 = i32x4.add(i32x4.add(v0, word(message, 0)), v4)
    v12 = rotated16(v128.xor(v12, v0))
    v8 = i32x4.add(v8, v12)
    v4 = rotated12(v128.xor(v4, v8))
    v0 = i32x4.add(i32x4.add(v0, word(message, 1)), v4)
    v12 = rotated8(v128.xor(v12, v0))
    v8 = i32x4.add(v8, v12)
    v4 = rotated7(v128.xor(v4, v8))
    v1 = i32x4.add(i32x4.add(v1, word(message, 2)), v5)
    v13 = rotated16(v128.xor(v13, v1))
    v9 = i32x4.add(v9, v13)
    v5 = rotated12(v128.xor(v5, v9))
    v1 = i32x4.add(i32x4.add(v1, word(message, 3)), v5)
    v13 = rotated8(v128.xor(v13, v1))
    v9 = i32x4.add(v9, v13)
    v5 = rotated7(v128.xor(v5, v9))
    v2 = i32x4.add(i32x4.add(v2, word(message, 4)), v6)
    v14 = rotated16(v128.xor(v14, v2))
    v10 = i32x4.add(v10, v14)
    v6 = rotated12(v128.xor(v6, v10))
    v2 = i32x4.add(i32x4.add(v2, word(message, 5)), v6)
    v14 = rotated8(v128.xor(v14, v2))
    v10 = i32x4.add(v10, v14)
    v6 = rotated7(v128.xor(v6, v10))
    v3 = i32x4.add(i32x4.add(v3, word(message, 6)), v7)
    v15 = rotated16(v128.xor(v15, v3))
    v11 = i32x4.add(v11, v15)
    v7 = rotated12(v128.xor(v7, v11))
    v3 = i32x4.add(i32x4.add(v3, word(message, 7)), v7)
    v15 = rotated8(v128.xor(v15, v3))
    v11 = i32x4.add(v11, v15)
    v7 = rotated7(v128.xor(v7, v11))
    v0 = i32x4.add(i32x4.add(v0, word(message, 8)), v5)
    v15 = rotated16(v128.xor(v15, v0))
    v10 = i32x4.add(v10, v15)
    v5 = rotated12(v128.xor(v5, v10))
    v0 = i32x4.add(i32x4.add(v0, word(message, 9)), v5)
    v15 = rotated8(v128.xor(v15, v0))
    v10 = i32x4.add(v10, v15)
    v5 = rotated7(v128.xor(v5, v10))
    v1 = i32x4.add(i32x4.add(v1, word(message, 10)), v6)
    v12 = rotated16(v128.xor(v12, v1))
    v11 = i32x4.add(v11, v12)
    v6 = rotated12(v128.xor(v6, v11))
    v1 = i32x4.add(i32x4.add(v1, word(message, 11)), v6)
    v12 = rotated8(v128.xor(v12, v1))
    v11 = i32x4.add(v11, v12)
    v6 = rotated7(v128.xor(v6, v11))
    v2 = i32x4.add(i32x4.add(v2, word(message, 12)), v7)
    v13 = rotated16(v128.xor(v13, v2))
    v8 = i32x4.add(v8, v13)
    v7 = rotated12(v128.xor(v7, v8))
    v2 = i32x4.add(i32x4.add(v2, word(message, 13)), v7)
    v13 = rotated8(v128.xor(v13, v2))
    v8 = i32x4.add(v8, v13)
    v7 = rotated7(v128.xor(v7, v8))
    v3 = i32x4.add(i32x4.add(v3, word(message, 14)), v4)
    v14 = rotated16(v128.xor(v14, v3))
    v9 = i32x4.add(v9, v14)
    v4 = rotated12(v128.xor(v4, v9))
    v3 = i32x4.add(i32x4.add(v3, word(message, 15)), v4)
    v14 = rotated8(v128.xor(v14, v3))
    v9 = i32x4.add(v9, v14)
    v4 = rotated7(v128.xor(v4, v9))

    if (round === 6) break
    permute(message)
  }

  v128.store(work, v128.xor(v0, v8), 0)
  v128.store(work, v128.xor(v1, v9), 16)
  v128.store(work, v128.xor(v2, v10), 32)
  v128.store(work, v128.xor(v3, v11), 48)
  v128.store(work, v128.xor(v4, v12), 64)
  v128.store(work, v128.xor(v5, v13), 80)
  v128.store(work, v128.xor(v6, v14), 96)
  v128.store(work, v128.xor(v7, v15), 112)
}

/** Four words of each block, as four vectors of one word of all blocks. */
function transpose(work: usize, quarter: usize): void {
  const a = v128.load(<usize>load<u32>(work, blocksAt) + quarter)
  const b = v128.load(<usize>load<u32>(work, blocksAt + 4) + quarter)
  const c = v128.load(<usize>load<u32>(work, blocksAt + 8) + quarter)
  const d = v128.load(<usize>load<u32>(work, blocksAt + 12) + quarter)
  const lowAb = v128.shuffle<i32>(a, b, 0, 4, 1, 5)
  const highAb = v128.shuffle<i32>(a, b, 2, 6, 3, 7)
  const lowCd = v128.shuffle<i32>(c, d, 0, 4, 1, 5)
  const highCd = v128.shuffle<i32>(c, d, 2, 6, 3, 7)
  const to = work + (quarter << 2)
  v128.store(to, v128.shuffle<i64>(lowAb, lowCd, 0, 2), messageAt)
  v128.store(to, v128.shuffle<i64>(lowAb, lowCd, 1, 3), messageAt + 16)
  v128.store(to, v128.shuffle<i64>(highAb, highCd, 0, 2), messageAt + 32)
  v128.store(to, v128.shuffle<i64>(highAb, highCd, 1, 3), messageAt + 48)
}

/** Puts the words into the next round's order, which goes around in two circles. */
function permute(message: usize): void {
  const first = word(message, 0)
  move(message, 0, 2)
  move(message, 2, 3)
  move(message, 3, 10)
  move(message, 10, 12)
  move(message, 12, 9)
  move(message, 9, 11)
  move(message, 11, 5)
  v128.store(message, first, 80)
  const second = word(message, 1)
  move(message, 1, 6)
  move(message, 6, 4)
  move(message, 4, 7)
  move(message, 7, 13)
  move(message, 13, 14)
  move(message, 14, 15)
  move(message, 15, 8)
  v128.store(message, second, 128)
}

function word(message: usize, number: usize): v128 {
  return v128.load(message + (number << 4))
}

function move(message: usize, to: usize, from: usize): void {
  v128.store(message + (to << 4), word(message, from))
}

function rotated16(x: v128): v128 {
  return i8x16.swizzle(x, i8x16(2, 3, 0, 1, 6, 7, 4, 5, 10, 11, 8, 9, 14, 15, 12, 13))
}

function rotated12(x: v128): v128 {
  return v128.or(i32x4.shr_u(x, 12), i32x4.shl(x, 20))
}

function rotated8(x: v128): v128 {
  return v128.shuffle<i8>(x, x, 1, 2, 3, 0, 5, 6, 7, 4, 9, 10, 11, 8, 13, 14, 15, 12)
}

function rotated7(x: v128): v128 {
  return v128.or(i32x4.shr_u(x, 7), i32x4.shl(x, 25))
}
