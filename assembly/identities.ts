// Makes the identities of rows, as src/records/content-digits.ts does: the beginning of their BLAKE3. The chunks of all
// rows, and then their parents, are hashed eight at a time, one in each lane; those of one length together, so that
// lanes begin and end together. Source: "BLAKE3: one function, fast everywhere", section 2.
import {
  begin,
  blocksAt,
  chainingAt,
  compress,
  compressionSize,
  countersAt,
  flagsAt,
  lanes,
  lengthsAt,
} from './blake3'
import { rowEnd, rowFlags, severalLines } from './rows'

const blockSize: usize = 64
const chunkSize: usize = 1024
const mostBlocks: u32 = 16
/** A chaining value, and so what a parent keeps of each of its two children. */
const nodeSize: usize = 32

const chunkStart: u32 = 1
const chunkEnd: u32 = 2
const parent: u32 = 4
const root: u32 = 8

/** Of each lane, behind what {@link compress} needs: its last block, filled up with zeros. */
const lastBlocksAt: usize = compressionSize
/** How far the lane's next block is. */
const stepsAt: usize = lastBlocksAt + <usize>lanes * blockSize
/** Where the lane's result belongs. */
const nodesAt: usize = stepsAt + 32
/** For each number of blocks, from 0 on, the first chunk that has so many; 0 when there is none. */
const listsAt: usize = nodesAt + 32
const workSize: usize = listsAt + 96

/** What is known of a chunk stands where its result belongs, until that is there. */
const chunkText: usize = 0
const chunkLength: usize = 4
const chunkNumber: usize = 8
/** Flags of its last block, beside that it is the last. */
const chunkFlags: usize = 12
/** The next one of as many blocks. */
const chunkNext: usize = 16

/** What all functions here work on, so that they need not hand it on. */
let work: usize = 0
let table: usize = 0
let rowSize: usize = 0
let rowCount: i32 = 0
let textOrigin: usize = 0

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
  listChunks()
  hashChunks()
  hashParents()
  let node = work + workSize
  for (let row = 0; row < rowCount; row++) {
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

function listOf(blocks: u32): usize {
  return work + listsAt + ((<usize>blocks) << 2)
}

/** Puts down what chunks there are, by how many blocks they have. */
function listChunks(): void {
  memory.fill(listOf(0), 0, (<usize>(mostBlocks + 1)) << 2)
  let node = work + workSize
  for (let row = 0; row < rowCount; row++) {
    if (isLeftOut(row)) continue
    const length = lengthOf(row)
    const chunks = chunksOf(row)
    for (let number: usize = 0; number < chunks; number++) {
      const left = min(length - number * chunkSize, chunkSize)
      const list = listOf(<u32>max<usize>(1, (left + blockSize - 1) / blockSize))
      store<u32>(node, <u32>(startOf(row) + number * chunkSize), chunkText)
      store<u32>(node, <u32>left, chunkLength)
      store<u32>(node, <u32>number, chunkNumber)
      store<u32>(node, chunks === 1 ? root : 0, chunkFlags)
      store<u32>(node, load<u32>(list), chunkNext)
      store<u32>(list, <u32>node)
      node += nodeSize
    }
  }
}

/** The longest first. */
function hashChunks(): void {
  for (let lane = 0; lane < lanes; lane++) endBlocks(lane)
  let blocks = mostBlocks
  while (blocks > 0) {
    let taken = 0
    while (taken < lanes && blocks > 0) {
      const node = load<u32>(listOf(blocks))
      if (node === 0) {
        blocks--
        continue
      }
      store<u32>(listOf(blocks), load<u32>(<usize>node, chunkNext))
      setChunk(taken++, <usize>node)
    }
    begin(work)
    hashTaken(taken)
  }
}

function setChunk(lane: i32, node: usize): void {
  const at = work + ((<usize>lane) << 2)
  store<u32>(at, <u32>node, nodesAt)
  store<u32>(at, load<u32>(node, chunkText), blocksAt)
  store<u32>(at, load<u32>(node, chunkNumber), countersAt)
  store<u32>(at, chunkStart, flagsAt)
  store<u32>(at, <u32>blockSize, stepsAt)
}

/** Hashes the chunks in the first `taken` lanes, none of which is longer than the one before. */
function hashTaken(taken: i32): void {
  let begun = taken
  let atWork = taken
  for (let done: usize = 0; atWork > 0; done += blockSize) {
    while (begun > 0 && leftOf(begun - 1, done) <= <i32>blockSize) setLast(--begun, done)
    compress(work)
    while (atWork > begun) keep(--atWork)
    nextBlocks(work)
  }
}

function nodeOf(lane: i32): usize {
  return <usize>load<u32>(work + ((<usize>lane) << 2), nodesAt)
}

function leftOf(lane: i32, done: usize): i32 {
  return load<i32>(nodeOf(lane), chunkLength) - <i32>done
}

/** Lays out a chunk's last block, which is filled up with zeros. */
function setLast(lane: i32, done: usize): void {
  const at = work + ((<usize>lane) << 2)
  const left = leftOf(lane, done)
  const from = <usize>load<u32>(at, blocksAt)
  const last = endBlocks(lane)
  const numbers = i8x16(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15)
  for (let i: usize = 0; i < blockSize; i += 16) {
    const isText = i8x16.lt_s(numbers, i8x16.splat(<i8>(left - <i32>i)))
    v128.store(last + i, v128.and(v128.load(from + i), isText))
  }
  store<i32>(at, left, lengthsAt)
  store<u32>(at, load<u32>(at, flagsAt) | chunkEnd | load<u32>(nodeOf(lane), chunkFlags), flagsAt)
}

/** Lets a lane stay at its last block, wherever the others go on to; returns where that is. */
function endBlocks(lane: i32): usize {
  const at = work + ((<usize>lane) << 2)
  const last = work + lastBlocksAt + <usize>lane * blockSize
  store<u32>(at, <u32>last, blocksAt)
  store<u32>(at, 0, stepsAt)
  return last
}

function nextBlocks(work: usize): void {
  for (let half: usize = 0; half < 32; half += 16) {
    const at = work + half
    v128.store(at, i32x4.add(v128.load(at, blocksAt), v128.load(at, stepsAt)), blocksAt)
    v128.store(at, i32x4.splat(0), flagsAt)
  }
}

/** Copies a lane's chaining value to where it belongs. */
function keep(lane: i32): void {
  const from = work + chainingAt + ((<usize>lane) << 2)
  const to = nodeOf(lane)
  for (let i: usize = 0; i < nodeSize; i += 4) store<u32>(to + i, load<u32>(from + (i << 3)))
}

/** Joins the nodes of each row, level by level, until one is left: neighbours are a parent's block as they stand. */
function hashParents(): void {
  let waiting = 0
  let first = work + workSize
  for (let row = 0; row < rowCount; row++) {
    if (isLeftOut(row)) continue
    const chunks = chunksOf(row)
    for (let nodes = chunks; nodes > 1; nodes = (nodes + 1) >> 1) {
      for (let pair: usize = 0; pair < nodes >> 1; pair++) {
        setParent(waiting, first + 2 * pair * nodeSize, first + pair * nodeSize, nodes === 2)
        if (++waiting === lanes) waiting = hashWaiting(waiting)
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

function setParent(lane: i32, block: usize, to: usize, isRoot: bool): void {
  const at = work + ((<usize>lane) << 2)
  store<u32>(at, <u32>to, nodesAt)
  store<u32>(at, <u32>block, blocksAt)
  store<u32>(at, 0, countersAt)
  store<u32>(at, isRoot ? parent | root : parent, flagsAt)
}

/** Hashes the parents that wait; returns how many wait then. */
function hashWaiting(waiting: i32): i32 {
  if (waiting === 0) return 0
  begin(work)
  compress(work)
  for (let lane = 0; lane < waiting; lane++) keep(lane)
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
