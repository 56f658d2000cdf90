// Finds records in JSON text, as src/records/scanner.ts does. Addresses are laid out by the caller
// (src/records/simd-scanner.ts) with {@link layOut}.
import { equals, equalsUnescaped } from './names'
import { beginAt, bias, fail } from './offsets'
import { rowColumns, rowEnd, rowFlags, severalLines } from './rows'
import { escapeEnd, scalarEnd } from './scalars'
import { findStops, stops } from './stops'

const deepestRecord: i32 = 512
const deepest: i32 = 1 << 16
const faultNotObject: i32 = 2
const faultTooDeep: i32 = 5

/** As in src/records/members.ts; entries are numbers of 4 bytes. */
const entryNameStart: usize = 0
const entryNameLength: usize = 4
const entryChild: usize = 8
const entryColumn: usize = 12
const entryFirstColumn: usize = 16
const entryEndColumn: usize = 20
const entryStride: usize = 24

/** What is known of the containers around the one at hand: 16 bytes for each. */
let stacks: usize = 0

let namesAt: usize = 0
let nodesAt: usize = 0
let entriesAt: usize = 0
let pageNamesAt: usize = 0
let pageNodesAt: usize = 0
let pageEntriesAt: usize = 0
let stride: usize = 0

/** The open row, and where no further row has room. */
let row: usize = 0
let rowsTo: usize = 0

/** What the caller reads after a call. */
export let count: i32 = 0
export let pageStart: i32 = -1
export let pageEnd: i32 = -1
/** Whether the rows of the page found no room: the caller gives more and calls again. */
export let isFull: bool = false

/** `names` and so on are addresses of a member table's parts. */
export function layOut(
  open: usize,
  names: usize,
  nodes: usize,
  entries: usize,
  pageNames: usize,
  pageNodes: usize,
  pageEntries: usize,
  bytesOfRow: usize,
): void {
  stacks = open
  namesAt = names
  nodesAt = nodes
  entriesAt = entries
  pageNamesAt = pageNames
  pageNodesAt = pageNodes
  pageEntriesAt = pageEntries
  stride = bytesOfRow
}

/**
 * Scans records one after the other; passes over white space, commas and closing brackets between them. Stops
 * before what is not a whole record of at most `longest` bytes, and where `limit` rows are full. Returns the
 * offset where it stopped; `failedAt` is -1 when nothing is wrong there.
 */
export function records(text: usize, to: usize, offset: usize, rows: usize, limit: i32, longest: usize): i32 {
  beginAt(offset)
  row = rows
  count = 0
  findStops(text, to)
  let at = text
  while (count < limit) {
    let c = <u32>load<u8>(at)
    while (at < to && (c === 0x2c || c === 0x5d || isWhite(c))) c = <u32>load<u8>(++at)
    if (at >= to || c !== 0x7b) break
    openRow(at)
    const end = value(at, false)
    if (end === 0) return <i32>(at - bias)
    if (end - at > longest) {
      fail(at + longest)
      return <i32>(at - bias)
    }
    closeRow(end, 0)
    at = end
  }
  return <i32>(at - bias)
}

/** Scans a page, whose rows find room from `rows` to `rowsEnd`. Returns the offset of its end, or -1. */
export function page(text: usize, from: usize, to: usize, rows: usize, rowsEnd: usize, isArray: bool): i32 {
  beginAt(text)
  row = rows
  rowsTo = rowsEnd
  count = 0
  pageStart = -1
  pageEnd = -1
  isFull = false
  firstRow = rows
  pageIsArray = isArray
  findStops(text, to)
  const end = value(from, true)
  return end === 0 ? -1 : <i32>(end - bias)
}

let firstRow: usize = 0
let pageIsArray: bool = false

/** What {@link value} does not keep in registers. Of the row at hand: whether there is one, and how it begins. */
let inRow: bool = false
let rowBegins: u32 = 0
/** How deep it goes, and {@link severalLines} if it has them. */
let deepestSeen: i32 = 0
let lines: i32 = 0
/** How deep the page's rows are; -1 outside of their array. */
let rowsDepth: i32 = -1
/** The node of the wanted members of the container at hand, and a bit for each {@link keyOf} their names; -1 and 0 without. */
let node: i32 = -1
let wanted: u32 = 0
/** Node of the wanted members inside the value to come. */
let child: i32 = 0
/** Whether a space followed the last colon. */
let isSpaced: bool = false

function openRow(start: usize): void {
  clear(row, row + stride)
  store<i32>(row, <i32>(start - bias))
  store<i32>(row + rowFlags, 0)
}

/** Makes all numbers -1. */
function clear(from: usize, to: usize): void {
  for (let at = from; at < to; at += 4) store<i32>(at, -1)
}

function closeRow(end: usize, fault: i32): void {
  store<i32>(row + rowEnd, <i32>(end - bias))
  const flags = load<i32>(row + rowFlags)
  if ((flags & 0xff) === 0) store<i32>(row + rowFlags, flags | fault)
  row += stride
  count++
}

function isWhite(c: u32): bool {
  return c <= 0x20 && (c === 0x20 || c === 0x0a || c === 0x0d || c === 0x09)
}

/**
 * One past the value that begins at `from`; 0 and `failedAt` when there is none.
 *
 * One long function on purpose: what it looks at with each byte stays in registers. There are no more of them, so that
 * the rest of its state is in memory.
 */
function value(from: usize, isPage: bool): usize {
  let at = from
  let depth = 0
  deepestSeen = 0
  lines = 0
  inRow = !isPage
  rowsDepth = -1
  node = -1
  wanted = 0
  child = 0
  /** Of the container at hand: what it is, the column of the value to come, whether a name comes first. */
  let isObject = false
  let column = isPage && pageIsArray ? 0 : -1
  let isName = false

  while (true) {
    let c = <u32>load<u8>(at)
    while (isWhite(c)) {
      if (c === 0x0a || c === 0x0d) lines = severalLines
      c = <u32>load<u8>(++at)
    }

    if (!isName) {
      if (depth === rowsDepth) {
        if (row + stride > rowsTo) {
          isFull = true
          return 0
        }
        openRow(at)
        inRow = true
        rowBegins = c
        deepestSeen = depth
        lines = 0
        child = 0
      }
      if (column >= 0) {
        if (inRow) store<i32>(row + rowColumns + ((<usize>column) << 3), <i32>(at - bias))
        else pageStart = <i32>(at - bias)
      }
    }

    if (c === 0x22) {
      at++
      if (isName) at = plainMembers(at)
      const start = at
      let hasEscapes = false
      do {
        let ahead = load<u64>((at >> 3) + stops) >> (at & 7)
        while (ahead === 0) {
          at = (at | 7) + 57
          ahead = load<u64>((at >> 3) + stops)
        }
        at += <usize>ctz(ahead)
        c = <u32>load<u8>(at)
        if (c === 0x5c) {
          hasEscapes = true
          at = escapeEnd(at)
          if (at === 0) return 0
        } else if (c !== 0x22) return fail(at)
      } while (c !== 0x22)
      at++
      if (isName) {
        column = -1
        child = -1
        if (node >= 0) {
          const entry = wantedEntry(start, at - 1, hasEscapes)
          if (entry !== 0) {
            child = load<i32>(entry + entryChild)
            column = load<i32>(entry + entryColumn)
            if (inRow) {
              const first = row + rowColumns + ((<usize>load<u32>(entry + entryFirstColumn)) << 3)
              clear(first, row + rowColumns + ((<usize>load<u32>(entry + entryEndColumn)) << 3))
            } else {
              count = 0
              row = firstRow
              pageStart = -1
              pageEnd = -1
            }
          }
        }
        c = <u32>load<u8>(at)
        while (isWhite(c)) {
          if (c === 0x0a || c === 0x0d) lines = severalLines
          c = <u32>load<u8>(++at)
        }
        if (c !== 0x3a) return fail(at)
        isSpaced = load<u8>(++at) === 0x20
        isName = false
        continue
      }
    } else if (isName) {
      return fail(at)
    } else if (c === 0x7b || c === 0x5b) {
      if (depth === deepest) return fail(at)
      const open = stacks + ((<usize>depth) << 4)
      store<i32>(open, isObject ? 1 : 0)
      store<i32>(open + 4, node)
      store<i32>(open + 8, column)
      store<u32>(open + 12, wanted)
      if (++depth > deepestSeen) deepestSeen = depth
      isObject = c === 0x7b
      if (!isObject && column === 0 && !inRow) rowsDepth = depth
      node = isObject ? child : -1
      wanted = keysOfNode()
      column = -1
      child = -1
      c = <u32>load<u8>(++at)
      while (isWhite(c)) {
        if (c === 0x0a || c === 0x0d) lines = severalLines
        c = <u32>load<u8>(++at)
      }
      if (c !== <u32>(isObject ? 0x7d : 0x5d)) {
        isName = isObject
        continue
      }
      at++
      if (depth === rowsDepth) rowsDepth = -1
      depth--
      isObject = load<i32>(open) !== 0
      node = load<i32>(open + 4)
      wanted = load<u32>(open + 12)
      column = load<i32>(open + 8)
    } else {
      at = scalarEnd(at, c)
      if (at === 0) return 0
    }

    // A value ended in the container at hand.
    do {
      if (column >= 0) {
        if (inRow) store<i32>(row + rowColumns + ((<usize>column) << 3) + 4, <i32>(at - bias))
        else pageEnd = <i32>(at - bias)
      }
      if (depth === rowsDepth && inRow) {
        store<i32>(row + rowFlags, lines | (deepestSeen - depth > deepestRecord ? faultTooDeep : 0))
        closeRow(at, rowBegins === 0x7b ? 0 : faultNotObject)
        inRow = false
      }
      if (depth === 0) {
        if (!isPage) store<i32>(row + rowFlags, lines | (deepestSeen > deepestRecord ? faultTooDeep : 0))
        return at
      }
      c = <u32>load<u8>(at)
      while (isWhite(c)) {
        if (c === 0x0a || c === 0x0d) lines = severalLines
        c = <u32>load<u8>(++at)
      }
      if (c === 0x2c) {
        child = -1
        isName = isObject
      } else {
        if (c !== <u32>(isObject ? 0x7d : 0x5d)) return fail(at)
        if (depth === rowsDepth) rowsDepth = -1
        depth--
        const open = stacks + ((<usize>depth) << 4)
        isObject = load<i32>(open) !== 0
        node = load<i32>(open + 4)
        wanted = load<u32>(open + 12)
        column = load<i32>(open + 8)
      }
      at++
    } while (c !== 0x2c)
  }
}

/** What most other names tell from a name at once, 0 to 31. */
function keyOf(name: usize, length: usize): u32 {
  return <u32>(<usize>load<u8>(name) + length) & 31
}

/** A bit for each key that the node's wanted members have; all where one has no name. */
function keysOfNode(): u32 {
  if (node < 0) return 0
  const names = inRow ? namesAt : pageNamesAt
  const end = entriesEnd()
  let keys: u32 = 0
  for (let entry = entriesStart(); entry < end; entry += entryStride) {
    const name = names + <usize>load<u32>(entry + entryNameStart)
    const length = <usize>load<u32>(entry + entryNameLength)
    keys |= length === 0 ? -1 : 1 << keyOf(name, length)
  }
  return keys
}

/**
 * Passes over members that nobody wants whose values are strings, as long as they stand side by side as the last colon
 * did. Returns the address of the next name, past its quote: of the first one where it is another value's.
 */
function plainMembers(from: usize): usize {
  const keys = wanted
  const ends = stops
  const mask: u32 = isSpaced ? 0xffffffff : 0xffffff
  const colonBetween: u32 = isSpaced ? 0x22203a22 : 0x223a22
  const commaBetween: u32 = isSpaced ? 0x22202c22 : 0x222c22
  const width: usize = isSpaced ? 4 : 3
  let at = from
  while (true) {
    const nameEnds = load<u64>((at >> 3) + ends) >> (at & 7)
    const length = <usize>ctz(nameEnds)
    const colon = at + length
    if (nameEnds === 0 || ((keys >>> keyOf(at, length)) & 1) !== 0) return at
    if ((load<u32>(colon) & mask) !== colonBetween) return at
    let comma = colon + width
    let textEnds = load<u64>((comma >> 3) + ends) >> (comma & 7)
    while (textEnds === 0) {
      comma = (comma | 7) + 57
      textEnds = load<u64>((comma >> 3) + ends)
    }
    comma += <usize>ctz(textEnds)
    if ((load<u32>(comma) & mask) !== commaBetween) return at
    at = comma + width
  }
}

/** Where the entries of the node's wanted members begin and end. */
function entriesStart(): usize {
  return entryAt(load<u32>(nodeAt()))
}

function entriesEnd(): usize {
  return entryAt(load<u32>(nodeAt(), 4))
}

function nodeAt(): usize {
  return (inRow ? nodesAt : pageNodesAt) + ((<usize>node) << 3)
}

function entryAt(number: u32): usize {
  return (inRow ? entriesAt : pageEntriesAt) + <usize>number * entryStride
}

/** The address of the wanted member's entry, or 0. */
function wantedEntry(from: usize, to: usize, hasEscapes: bool): usize {
  const names = inRow ? namesAt : pageNamesAt
  const end = entriesEnd()
  for (let entry = entriesStart(); entry < end; entry += entryStride) {
    const length = <usize>load<u32>(entry + entryNameLength)
    if (!hasEscapes && to - from !== length) continue
    const start = names + <usize>load<u32>(entry + entryNameStart)
    if (hasEscapes ? equalsUnescaped(from, to, start, start + length) : equals(from, start, length))
      return entry
  }
  return 0
}
