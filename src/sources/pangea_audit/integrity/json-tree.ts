/**
 * One JSON text as a table of nodes over its bytes: where each value stands, in which order the members of an
 * object have to go, and which values are not in canonical form (RFC 8785). Nothing is decoded but member names
 * and strings with unusual escapes, so that a 20-digit number or a string that holds JSON stays what was sent.
 */

import { compareStrings, decodeString, endOfString, isString } from './json-string.ts'
import { MalformedJson } from './malformed-json.ts'
import { shortestNumberText, wholeNumber } from './number-text.ts'

/** Depth of nesting that is followed; the vendor's own schemas nest three deep. */
export const maximumDepth = 1000

/** What a node, or anything in it, needs before its bytes are canonical. */
export const needs = {
  /** White space, member order or string escapes differ from the canonical form. */
  rewriting: 1,
  /** A number whose RFC 8785 text differs from its text, at the same value. */
  numberText: 2,
  /** Members that go in another order by code point than by UTF-16 unit (RFC 8785, section 3.2.3). */
  codePointOrder: 4,
  /** Two members of one object have the same name. */
  uniqueNames: 8,
} as const

const quote = 0x22
const backslash = 0x5c
const comma = 0x2c
const colon = 0x3a
const openBrace = 0x7b
const closeBrace = 0x7d
const openBracket = 0x5b
const closeBracket = 0x5d

const isWhiteSpace = (byte: number): boolean =>
  byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09

export class JsonTree {
  bytes: Buffer = Buffer.alloc(0)
  /** Per node: first byte, one past the last byte, {@link needs}, first byte of the name (-1: an element), one past it. */
  start: Int32Array = new Int32Array(256)
  end: Int32Array = new Int32Array(256)
  private flags = new Uint8Array(256)
  private nameStart = new Int32Array(256)
  private nameEnd = new Int32Array(256)
  /** Children of containers, as sent. */
  private readonly childLists: (number[] | undefined)[] = []
  /** Members by UTF-16 unit, where they were sent in another order. */
  private readonly sortedLists: (number[] | undefined)[] = []
  private count = 0
  private at = 0
  private limit = 0

  /**
   * Reads the JSON text between `start` and `end`; its value becomes node 0. What was read before is forgotten.
   * @throws MalformedJson
   */
  read(bytes: Uint8Array, start: number, end: number): void {
    this.bytes = Buffer.isBuffer(bytes)
      ? bytes
      : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    this.count = 0
    this.at = start
    this.limit = end
    this.skipWhiteSpace()
    this.readValue(0)
    this.skipWhiteSpace()
    if (this.at !== end)
      throw new MalformedJson(`unexpected text after the value, at byte ${this.at - start}`)
  }

  /** What the node needs, from {@link needs}. */
  flagsOf(node: number): number {
    return this.flags[node] as number
  }

  isObject(node: number): boolean {
    return this.bytes[this.start[node] as number] === openBrace
  }

  isContainer(node: number): boolean {
    return this.childLists[node] !== undefined
  }

  /** Members or elements in the order in which they were sent; none for other values. */
  children(node: number): readonly number[] {
    return this.childLists[node] ?? []
  }

  /** Members in canonical order: by UTF-16 unit, or by code point. */
  sortedMembers(node: number, byCodePoint: boolean): readonly number[] {
    const sorted = this.sortedLists[node] ?? this.children(node)
    const differs = byCodePoint && ((this.flags[node] as number) & needs.codePointOrder) !== 0
    return differs ? this.sorted(sorted, true) : sorted
  }

  /** The node of the member `name` of an object; -1 when it has none. With two of them: the last. */
  member(node: number, name: string): number {
    if (!this.isObject(node)) return -1
    const members = this.children(node)
    for (let i = members.length - 1; i >= 0; i--) {
      const member = members[i] as number
      const [from, to] = [this.nameStart[member] as number, this.nameEnd[member] as number]
      if (isString(this.bytes, from, to, name)) return member
    }
    return -1
  }

  /** Bytes of the member's name with its quotes, as sent. */
  nameText(node: number): Buffer {
    return this.bytes.subarray(this.nameStart[node], this.nameEnd[node])
  }

  text(node: number): Buffer {
    return this.bytes.subarray(this.start[node], this.end[node])
  }

  /** The decoded string; `undefined` when the node is -1 or another kind of value. */
  string(node: number): string | undefined {
    if (node < 0 || this.bytes[this.start[node] as number] !== quote) return undefined
    return decodeString(this.bytes, this.start[node] as number, this.end[node] as number)
  }

  /** True where the node is -1 or the literal `null`: both mean that the vendor has no such value. */
  isAbsent(node: number): boolean {
    return node < 0 || this.bytes[this.start[node] as number] === 0x6e
  }

  /** True for the literal `true`; false for a node of -1. */
  isTrue(node: number): boolean {
    return node >= 0 && this.bytes[this.start[node] as number] === 0x74
  }

  private compareNames(a: number, b: number, byCodePoint: boolean): number {
    const { nameStart, nameEnd } = this
    const [aFrom, aTo] = [nameStart[a] as number, nameEnd[a] as number]
    return compareStrings(this.bytes, aFrom, aTo, nameStart[b] as number, nameEnd[b] as number, byCodePoint)
  }

  private skipWhiteSpace(): boolean {
    const from = this.at
    while (this.at < this.limit && isWhiteSpace(this.bytes[this.at] as number)) this.at++
    return this.at !== from
  }

  private newNode(): number {
    const node = this.count++
    if (node === this.start.length) this.grow()
    this.start[node] = this.at
    this.flags[node] = 0
    this.nameStart[node] = -1
    this.nameEnd[node] = -1
    this.childLists[node] = undefined
    this.sortedLists[node] = undefined
    return node
  }

  private grow(): void {
    const wider = (old: Int32Array): Int32Array<ArrayBuffer> => {
      const table = new Int32Array(old.length * 2)
      table.set(old)
      return table
    }
    this.start = wider(this.start)
    this.end = wider(this.end)
    this.nameStart = wider(this.nameStart)
    this.nameEnd = wider(this.nameEnd)
    const flags = new Uint8Array(this.flags.length * 2)
    flags.set(this.flags)
    this.flags = flags
  }

  private readValue(depth: number): number {
    const node = this.newNode()
    const first = this.at < this.limit ? (this.bytes[this.at] as number) : -1
    let flags = 0
    if (first === quote) {
      flags = this.skipString() ? 0 : needs.rewriting
    } else if (first === openBrace || first === openBracket) {
      if (depth === maximumDepth) throw new MalformedJson(`nested deeper than ${maximumDepth}`)
      flags = this.readContainer(node, first, depth)
    } else {
      flags = this.skipLiteral()
    }
    this.end[node] = this.at
    this.flags[node] = flags
    return node
  }

  private readContainer(node: number, open: number, depth: number): number {
    const children: number[] = []
    this.childLists[node] = children
    const isObject = open === openBrace
    const close = isObject ? closeBrace : closeBracket
    let flags = 0
    this.at++
    if (this.skipWhiteSpace()) flags = needs.rewriting
    if (this.bytes[this.at] === close && this.at < this.limit) {
      this.at++
      return flags
    }
    let previous = -1
    let isInOrder = true
    for (;;) {
      let nameFrom = -1
      let nameTo = -1
      if (isObject) {
        nameFrom = this.at
        if (this.bytes[this.at] !== quote || this.at >= this.limit) throw this.unexpected('a member name')
        if (!this.skipString()) flags |= needs.rewriting
        nameTo = this.at
        if (this.skipWhiteSpace()) flags |= needs.rewriting
        if (this.bytes[this.at] !== colon || this.at >= this.limit) throw this.unexpected('a colon')
        this.at++
        if (this.skipWhiteSpace()) flags |= needs.rewriting
      }
      const child = this.readValue(depth + 1)
      this.nameStart[child] = nameFrom
      this.nameEnd[child] = nameTo
      flags |= this.flags[child] as number
      if (isObject && previous >= 0 && this.compareNames(previous, child, false) >= 0) isInOrder = false
      children.push(child)
      previous = child
      if (this.skipWhiteSpace()) flags |= needs.rewriting
      const next = this.at < this.limit ? this.bytes[this.at] : -1
      this.at++
      if (next === close) break
      if (next !== comma) throw this.unexpected('a comma or the end of the list')
      if (this.skipWhiteSpace()) flags |= needs.rewriting
    }
    if (!isInOrder) flags |= needs.rewriting
    return isObject && children.length > 1 ? flags | this.arrange(node, isInOrder) : flags
  }

  /** Insertion for the few members of a usual object, in place of a sort with a call for each step. */
  private sorted(members: readonly number[], byCodePoint: boolean): number[] {
    const list = [...members]
    if (list.length > 32) return list.sort((a, b) => this.compareNames(a, b, byCodePoint))
    for (let i = 1; i < list.length; i++) {
      const moving = list[i] as number
      let at = i
      for (; at > 0 && this.compareNames(list[at - 1] as number, moving, byCodePoint) > 0; at--) {
        list[at] = list[at - 1] as number
      }
      list[at] = moving
    }
    return list
  }

  /** Puts the members in order; tells of equal names, and of names whose order is a matter of the rule. */
  private arrange(node: number, isInOrder: boolean): number {
    const members = this.children(node)
    let found = 0
    let list = members
    if (!isInOrder) {
      const sorted = this.sorted(members, false)
      this.sortedLists[node] = sorted
      list = sorted
      for (let i = 1; i < sorted.length; i++) {
        const isEqual = this.compareNames(sorted[i - 1] as number, sorted[i] as number, false) === 0
        if (isEqual) found |= needs.uniqueNames
      }
    }
    if (!this.hasNameAboveD7ff(node)) return found
    return this.sorted(list, true).some((child, i) => child !== list[i])
      ? found | needs.codePointOrder
      : found
  }

  private hasNameAboveD7ff(node: number): boolean {
    for (const child of this.children(node)) {
      for (let i = this.nameStart[child] as number; i < (this.nameEnd[child] as number); i++) {
        const byte = this.bytes[i] as number
        if (byte >= 0xee || byte === backslash) return true
      }
    }
    return false
  }

  private unexpected(wanted: string): MalformedJson {
    return new MalformedJson(`expected ${wanted} at byte ${this.at}`)
  }

  /** Goes past a string; true when its escapes are the canonical ones. */
  private skipString(): boolean {
    const end = endOfString(this.bytes, this.at, this.limit)
    this.at = Math.abs(end)
    return end > 0
  }

  private skipLiteral(): number {
    const from = this.at
    const bytes = this.bytes
    let plain = true
    while (this.at < this.limit) {
      const byte = bytes[this.at] as number
      if (byte === comma || byte === closeBrace || byte === closeBracket || isWhiteSpace(byte)) break
      if (byte < 0x30 || byte > 0x39) plain = false
      this.at++
    }
    const length = this.at - from
    if (plain && length > 0 && length < 16 && (bytes[from] !== 0x30 || length === 1)) return 0
    const text = bytes.toString('latin1', from, this.at)
    if (text === 'true' || text === 'false' || text === 'null') return 0
    if (!wholeNumber.test(text)) throw new MalformedJson(`neither a literal nor a number at byte ${from}`)
    return shortestNumberText(text) === text ? 0 : needs.numberText
  }
}
