// Makes the identities of rows, as src/records/content-digits.ts does: the beginning of their BLAKE3. The chunks of all
// rows, and then their parents, are hashed four at a time, one in each lane; a lane that is done takes the next one.
// Source: "BLAKE3: one function, fast everywhere", section 2.
import {
  beginLane,
  blocksAt,
  chainingAt,
  compress,
  compressionSize,
  countersAt,
  flagsAt,
  lengthsAt,
} from './blake3'
import { rowEnd, rowFlags, severalLines } from './rows'

const blockSize: usize = 64
const chunkSize: usize = 1024
/** A chaining value, and so what a parent keeps of each of its two children. */
const nodeSize: usize = 32

const chunkStart: u32 = 1
const chunkEnd: u32 = 2
const parent: u32 = 4
const root: u32 = 8

/** Of each lane, behind what {@link compress} needs: its last block, filled up with zeros, and where it stands. */
const lastBlocksAt: usize = compressionSize
const placesAt: usize = lastBlocksAt + 4 * blockSize
const placeSize: usize = 16
/** The next byte, and how many are left. */
const placeNext: usize = 0
const placeLeft: usize = 4
/** Where the result belongs; 0 of a lane without work. */
const placeNode: usize = 8
/** Whether it is a row's only one. */
const placeIsRoot: usize = 12
const workSize: usize = placesAt + 4 * placeSize

/** What all functions here work on, so that they need not hand it on. */
let work: usize = 0
let table: usize = 0
let rowSize: usize = 0
let rowCount: i32 = 0
let textOrigin: usize = 0

/** The row whose chunks are handed out, the next of them, and where its result belongs. */
let row: i32 = 0
let chunk: usize = 0
let node: usize = 0

/**
 * Writes each row's identity to `ids`, as `width` hexadecimal digits: 8 to 64, a multiple of 8. Rows on several lines
 * get zero bytes. `room` is for {@link workSize} bytes, and 32 for each row and for each 1024 bytes of text.
 */
export function identities(
  rows: usize,
  bytesOfRow: usize,
  count: i32,
  origin: usize,
  room: usize,
  ids: usize,
  width: usize,
): void {
  work = room
  table = rows
  rowSize = bytesOfRow
  rowCount = count
  textOrigin = origin
  hashChunks()
  hashParents()
  node = work + workSize
  for (row = 0; row < rowCount; row++) {
    const id = ids + <usize>row * width
    if (isLeftOut(row)) {
      memory.fill(id, 0, width)
      continue
    }
    putDigits(node, id, width)
    node += chunksOf(row) * nodeSize
  }
}

function isLeftOut(row: i32): bool {
  return (load<i32>(table + <usize>row * rowSize, rowFlags) & severalLines) !== 0
}

function startOf(row: i32): usize {
  return textOrigin + load<i32>(table + <usize>row * rowSize)
}

function lengthOf(row: i32): usize {
  return textOrigin + load<i32>(table + <usize>row * rowSize, rowEnd) - startOf(row)
}

function chunksOf(row: i32): usize {
  return max<usize>(1, (lengthOf(row) + chunkSize - 1) / chunkSize)
}

function hashChunks(): void {
  row = 0
  chunk = 0
  node = work + workSize
  let atWork = 0
  for (let lane: usize = 0; lane < 4; lane++) if (beginChunk(lane)) atWork++
  while (atWork > 0) {
    compress(work)
    for (let lane: usize = 0; lane < 4; lane++) if (!goOn(lane) && !beginChunk(lane)) atWork--
  }
}

/** Gives the lane the next chunk; false when there is none. */
function beginChunk(lane: usize): bool {
  while (row < rowCount && isLeftOut(row)) row++
  const place = work + placesAt + lane * placeSize
  if (row >= rowCount) {
    store<u32>(place, 0, placeNode)
    store<u32>(work + (lane << 2), <u32>(work + lastBlocksAt), blocksAt)
    return false
  }
  const length = lengthOf(row)
  const from = chunk * chunkSize
  const left = min(length - from, chunkSize)
  store<u32>(place, <u32>node, placeNode)
  store<u32>(place, length <= chunkSize ? root : 0, placeIsRoot)
  beginLane(work, lane)
  store<u32>(work + (lane << 2), <u32>chunk, countersAt)
  store<u32>(work + (lane << 2), <u32>blockSize, lengthsAt)
  setBlock(lane, startOf(row) + from, left, chunkStart)
  node += nodeSize
  chunk++
  if (from + left === length) {
    row++
    chunk = 0
  }
  return true
}

/** Moves a lane on by a block; false when its chunk, if it had one, is done, and its result was kept. */
function goOn(lane: usize): bool {
  const place = work + placesAt + lane * placeSize
  const left = <usize>load<u32>(place, placeLeft)
  const to = <usize>load<u32>(place, placeNode)
  if (to === 0) return true
  if (left > blockSize) {
    setBlock(lane, <usize>load<u32>(place, placeNext) + blockSize, left - blockSize, 0)
    return true
  }
  keep(lane, to)
  return false
}

/** Lays out a block of a chunk, of which `left` bytes are left. The last one is filled up with zeros. */
function setBlock(lane: usize, next: usize, left: usize, flags: u32): void {
  const place = work + placesAt + lane * placeSize
  const at = work + (lane << 2)
  store<u32>(place, <u32>next, placeNext)
  store<u32>(place, <u32>left, placeLeft)
  if (left > blockSize) {
    store<u32>(at, <u32>next, blocksAt)
    store<u32>(at, flags, flagsAt)
    return
  }
  const last = work + lastBlocksAt + lane * blockSize
  const numbers = i8x16(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15)
  for (let i: usize = 0; i < blockSize; i += 16) {
    const isText = i8x16.lt_s(numbers, i8x16.splat(<i8>(<i32>left - <i32>i)))
    v128.store(last + i, v128.and(v128.load(next + i), isText))
  }
  store<u32>(at, <u32>last, blocksAt)
  store<u32>(at, <u32>left, lengthsAt)
  store<u32>(at, flags | chunkEnd | load<u32>(place, placeIsRoot), flagsAt)
}

/** Copies a lane's chaining value. */
function keep(lane: usize, to: usize): void {
  const from = work + chainingAt + (lane << 2)
  for (let i: usize = 0; i < nodeSize; i += 4) store<u32>(to + i, load<u32>(from + (i << 2)))
}

/** Joins the nodes of each row, level by level, until one is left: neighbours are a parent's block as they stand. */
function hashParents(): void {
  let waiting: usize = 0
  let first = work + workSize
  for (let row = 0; row < rowCount; row++) {
    if (isLeftOut(row)) continue
    const chunks = chunksOf(row)
    for (let nodes = chunks; nodes > 1; nodes = (nodes + 1) >> 1) {
      for (let pair: usize = 0; pair < nodes >> 1; pair++) {
        setParent(waiting, first + 2 * pair * nodeSize, first + pair * nodeSize, nodes === 2)
        if (++waiting === 4) waiting = hashWaiting(waiting)
      }
      if (nodes === 2) break
      // The next level needs this one, and the odd node moves up to it.
      waiting = hashWaiting(waiting)
      if (nodes & 1) memory.copy(first + (nodes >> 1) * nodeSize, first + (nodes - 1) * nodeSize, nodeSize)
    }
    first += chunks * nodeSize
  }
  hashWaiting(waiting)
}

function setParent(lane: usize, block: usize, to: usize, isRoot: bool): void {
  beginLane(work, lane)
  const at = work + (lane << 2)
  store<u32>(at, <u32>block, blocksAt)
  store<u32>(at, 0, countersAt)
  store<u32>(at, <u32>blockSize, lengthsAt)
  store<u32>(at, isRoot ? parent | root : parent, flagsAt)
  store<u32>(work + placesAt + lane * placeSize, <u32>to, placeNode)
}

/** Hashes the parents that wait; returns how many wait then. */
function hashWaiting(waiting: usize): usize {
  if (waiting === 0) return 0
  compress(work)
  for (let lane: usize = 0; lane < waiting; lane++)
    keep(lane, <usize>load<u32>(work + placesAt + lane * placeSize, placeNode))
  return 0
}

/** 16 digits at a time. */
function putDigits(from: usize, to: usize, width: usize): void {
  const digits = i8x16(48, 49, 50, 51, 52, 53, 54, 55, 56, 57, 97, 98, 99, 100, 101, 102)
  for (let done: usize = 0; done < width; done += 16) {
    const bytes = v128.load64_zero(from + (done >> 1))
    const high = i16x8.shr_u(bytes, 4)
    const nibbles = v128.and(
      v128.shuffle<i8>(high, bytes, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23),
      i8x16.splat(15),
    )
    const text = i8x16.swizzle(digits, nibbles)
    if (width - done >= 16) v128.store(to + done, text)
    else v128.store64_lane(to + done, text, 0)
  }
}
