/**
 * Canonical JSON (RFC 8785) from the bytes of a record, and the hash over it that Pangea's tamper-proofing rests on
 * (https://pangea.cloud/docs/audit/about-tamperproofing).
 */

import { hash } from 'node:crypto'
import { JsonTree, needs } from './json-tree.ts'
import { shortestNumberText } from './number-text.ts'

/**
 * Ways to write the same content that the vendor's page leaves open, as a bit set. Each of them writes different
 * content differently, so that to accept several of them hides no change.
 */
export const variant = {
  asSent: 0,
  /** Numbers as RFC 8785 writes them, where their value stays the same. */
  shortestNumbers: 1,
  /** Members by code point, as Python and Go sort them, not by UTF-16 unit. */
  codePointOrder: 2,
  /** Objects and lists among the event's members as strings that hold their canonical JSON, as Pangea's SDK for Node.js logs them. */
  stringifiedFields: 4,
} as const

/** Bit set of {@link variant}. */
export type Variant = number

/** The node that the variants' rule on the event's members applies to; -1: none. */
const noEvent = -1

export class CanonicalWriter {
  private out = Buffer.allocUnsafe(16_384)
  private length = 0
  private readonly tree: JsonTree

  constructor(tree: JsonTree) {
    this.tree = tree
  }

  /** The variants, other than as sent, that would write this node in another way. */
  variantsOf(node: number, event: number): Variant {
    const flags = this.tree.flagsOf(node)
    let open: Variant = variant.asSent
    if ((flags & needs.numberText) !== 0) open |= variant.shortestNumbers
    if ((flags & needs.codePointOrder) !== 0) open |= variant.codePointOrder
    if (event >= 0 && this.tree.children(event).some((child) => this.tree.isContainer(child))) {
      open |= variant.stringifiedFields
    }
    return open
  }

  /**
   * The canonical bytes of a node of the tree. They are valid until the next call; where the node's bytes already
   * are canonical they are those.
   */
  write(node: number, how: Variant = variant.asSent, event: number = noEvent): Buffer {
    if (this.isCanonical(node, how)) return this.tree.text(node)
    this.length = 0
    this.writeValue(node, how, event)
    return this.out.subarray(0, this.length)
  }

  private isCanonical(node: number, how: Variant): boolean {
    let unwanted: number = needs.rewriting
    if ((how & variant.shortestNumbers) !== 0) unwanted |= needs.numberText
    if ((how & variant.codePointOrder) !== 0) unwanted |= needs.codePointOrder
    return (how & variant.stringifiedFields) === 0 && (this.tree.flagsOf(node) & unwanted) === 0
  }

  private writeValue(node: number, how: Variant, event: number): void {
    const tree = this.tree
    const text = tree.text(node)
    if (this.isCanonical(node, how)) this.copy(text)
    else if (tree.isObject(node)) this.writeObject(node, how, event)
    else if (tree.isContainer(node)) this.writeList(node, how)
    else if (text[0] === 0x22) this.writeString(text)
    else this.writeText(shortestNumberText(text.toString('latin1')))
  }

  private writeObject(node: number, how: Variant, event: number): void {
    this.writeByte(0x7b)
    const members = this.tree.sortedMembers(node, (how & variant.codePointOrder) !== 0)
    for (let i = 0; i < members.length; i++) {
      const member = members[i] as number
      if (i > 0) this.writeByte(0x2c)
      this.writeString(this.tree.nameText(member))
      this.writeByte(0x3a)
      if (node === event && (how & variant.stringifiedFields) !== 0 && this.tree.isContainer(member)) {
        this.writeStringified(member, how)
      } else {
        this.writeValue(member, how, event)
      }
    }
    this.writeByte(0x7d)
  }

  private writeList(node: number, how: Variant): void {
    this.writeByte(0x5b)
    this.tree.children(node).forEach((element, i) => {
      if (i > 0) this.writeByte(0x2c)
      this.writeValue(element, how, noEvent)
    })
    this.writeByte(0x5d)
  }

  private writeStringified(node: number, how: Variant): void {
    const from = this.length
    this.writeValue(node, how & ~variant.stringifiedFields, noEvent)
    const text = this.out.toString('utf8', from, this.length)
    this.length = from
    this.writeText(JSON.stringify(text))
  }

  private writeString(text: Buffer): void {
    // V8 writes strings as RFC 8785 wants them (both follow ECMAScript's QuoteJSONString).
    if (text.includes(0x5c)) this.writeText(JSON.stringify(JSON.parse(text.toString())))
    else this.copy(text)
  }

  private writeText(text: string): void {
    this.makeRoom(text.length * 3)
    this.length += this.out.write(text, this.length)
  }

  private writeByte(byte: number): void {
    this.makeRoom(1)
    this.out[this.length++] = byte
  }

  private copy(bytes: Buffer): void {
    this.makeRoom(bytes.length)
    this.out.set(bytes, this.length)
    this.length += bytes.length
  }

  private makeRoom(bytes: number): void {
    if (this.length + bytes <= this.out.length) return
    const wider = Buffer.allocUnsafe(Math.max(this.out.length * 2, this.length + bytes))
    wider.set(this.out.subarray(0, this.length))
    this.out = wider
  }
}

/** Lower-case hex SHA-256. */
export const sha256 = (bytes: Uint8Array): string => hash('sha256', bytes, 'hex')

const shared = new JsonTree()
const sharedWriter = new CanonicalWriter(shared)

/**
 * Canonical JSON of the text between `start` and `end`, numbers as sent; the bytes are valid until the next call.
 * @throws MalformedJson
 */
export const canonicalBytes = (bytes: Uint8Array, start = 0, end = bytes.length): Buffer => {
  shared.read(bytes, start, end)
  return sharedWriter.write(0)
}

/**
 * The identity of a Pangea record: lower-case hex SHA-256 of its envelope's canonical form, numbers as sent.
 * `start` and `end` bound the envelope's own JSON text.
 * @throws MalformedJson
 */
export const envelopeHash = (bytes: Uint8Array, start: number, end: number): string =>
  sha256(canonicalBytes(bytes, start, end))
