import { createHash } from 'node:crypto'
import { minute } from '../vendor/clock.ts'
import { instantText } from '../vendor/instants.ts'
import { GrowingTree } from './merkle.ts'
import type { AuditEntry } from './records.ts'

/** An entry with its place in the tree. */
export interface Row {
  entry: AuditEntry
  /** From when searches find it, epoch milliseconds. */
  visibleAt: number
  /** The buffer that holds it, once that is published. */
  buffer: PublishedBuffer | undefined
  /** Position in its buffer. */
  position: number
  /** Searches pass over it, although it is in the tree. */
  hidden: boolean
  imported: boolean
  /** Members outside the envelope that are served in place of the true ones; `undefined` leaves one out. */
  claims: RowClaims
}

export interface RowClaims {
  hash?: string | undefined
  membership_proof?: string | undefined
  leaf_index?: number | string | undefined
  published?: boolean | undefined
}

export interface PublishedBuffer {
  readonly leaf: number
  readonly tree: GrowingTree
}

/** `AuditRoot` of the vendor's specification. */
export interface ServedRoot {
  size: number
  root_hash: string
  tree_name: string
  consistency_proof: string[]
  published_at?: string
  url?: string
}

export interface LogSettings {
  /** Records received in this time form a buffer, milliseconds. */
  bufferTime: number
  /** From the end of a buffer to its publication, milliseconds (21 and 64 minutes are on record). */
  publishDelay: number
}

const bytesOf = (hash: string): Buffer => Buffer.from(hash, 'hex')

/**
 * The log of one configuration: rows in the order received, buffers of them under one Merkle tree, roots that are
 * published some time after a buffer has ended. Proofs are made when they are asked for.
 */
export class AuditLog {
  readonly treeName: string
  readonly settings: LogSettings
  readonly rows: Row[] = []
  readonly tree = new GrowingTree()
  readonly #publishedAt: number[] = []
  /** Roots that are served in place of the true ones, by size. */
  readonly #rewritten = new Map<number, Partial<ServedRoot>>()
  #isSorted = true
  #pendingFrom = 0
  #unpublished: { readonly count: number; readonly from: number; readonly tree: GrowingTree } | undefined

  constructor(name = 'stand-in', settings: Partial<LogSettings> = {}) {
    this.treeName = createHash('sha256').update(name).digest('hex')
    this.settings = { bufferTime: 60 * minute, publishDelay: 21 * minute, ...settings }
  }

  /** Adds an entry. @param visibleAt epoch milliseconds; when it was received, when left out */
  add(entry: AuditEntry, visibleAt = Math.floor(entry.receivedAt / 1000)): Row {
    const last = this.rows.at(-1)
    if (last !== undefined && last.entry.receivedAt > entry.receivedAt) this.#isSorted = false
    const row: Row = {
      entry,
      visibleAt,
      buffer: undefined,
      position: -1,
      hidden: false,
      imported: false,
      claims: {},
    }
    this.rows.push(row)
    this.#unpublished = undefined
    return row
  }

  /** Publishes what is due by then: each time span that has ended long enough ago becomes a leaf of the tree. */
  publish(now: number): void {
    const { bufferTime, publishDelay } = this.settings
    this.#sort()
    for (;;) {
      const first = this.rows[this.#pendingFrom]
      if (first === undefined) return
      const end = (Math.floor(first.entry.receivedAt / 1000 / bufferTime) + 1) * bufferTime
      if (end + publishDelay > now) return
      const buffer: PublishedBuffer = { leaf: this.tree.size, tree: new GrowingTree() }
      let next = this.#pendingFrom
      for (
        let row = this.rows[next];
        row !== undefined && row.entry.receivedAt < end * 1000;
        row = this.rows[++next]
      ) {
        row.buffer = buffer
        row.position = buffer.tree.size
        buffer.tree.append(bytesOf(row.entry.hash))
      }
      this.#pendingFrom = next
      this.#unpublished = undefined
      this.tree.append(buffer.tree.root())
      this.#publishedAt.push(end + publishDelay)
    }
  }

  /** Published rows first, so that a row that comes late goes to a buffer that is still open. */
  #sort(): void {
    if (this.#isSorted) return
    const open = this.rows.splice(this.#pendingFrom)
    open.sort((a, b) => a.entry.receivedAt - b.entry.receivedAt)
    for (const row of open) this.rows.push(row)
    this.#isSorted = true
  }

  /** The published root of that size; `undefined` where there is none. */
  root(size = this.tree.size): ServedRoot | undefined {
    if (size < 1 || size > this.tree.size) return undefined
    return {
      size,
      root_hash: this.tree.root(size).toString('hex'),
      tree_name: this.treeName,
      published_at: instantText(this.#publishedAt[size - 1] ?? 0, 6),
      url: `https://arweave.example.com/${this.treeName.slice(0, 20)}-${size}`,
      consistency_proof: size > 1 ? this.tree.consistencyProof(size) : [],
      ...this.#rewritten.get(size),
    }
  }

  /** The root over what is not published yet. */
  unpublishedRoot(): ServedRoot | undefined {
    const tree = this.#openTree().tree
    if (tree.size === 0) return undefined
    return {
      size: tree.size,
      root_hash: tree.root().toString('hex'),
      tree_name: this.treeName,
      consistency_proof: tree.size > 1 ? tree.consistencyProof() : [],
    }
  }

  membershipProof(row: Row): string {
    if (row.buffer === undefined) {
      const { tree, from } = this.#openTree()
      return tree.membershipProof(this.rows.indexOf(row, from) - from)
    }
    const hot = row.buffer.tree.membershipProof(row.position)
    const cold = this.tree.membershipProof(row.buffer.leaf)
    return [hot, cold].filter((part) => part !== '').join(',')
  }

  #openTree(): { readonly tree: GrowingTree; readonly from: number } {
    this.#sort()
    if (this.#unpublished?.count !== this.rows.length) {
      const from = this.#pendingFrom
      const leaves = this.rows.slice(from).map((row) => bytesOf(row.entry.hash))
      this.#unpublished = { count: this.rows.length, from, tree: new GrowingTree(leaves) }
    }
    return this.#unpublished
  }

  /** Serves other values for the root of a size, proofs included or not. */
  rewriteRoot(size: number, change: Partial<ServedRoot>): void {
    this.#rewritten.set(size, change)
  }

  /** Forgets the leaves from `size` on, with their rows. */
  shrink(size: number): void {
    this.tree.truncate(size)
    this.#publishedAt.length = size
    const kept = this.rows.filter((row) => row.buffer === undefined || row.buffer.leaf < size)
    this.#pendingFrom = kept.findIndex((row) => row.buffer === undefined)
    if (this.#pendingFrom < 0) this.#pendingFrom = kept.length
    this.rows.length = 0
    for (const row of kept) this.rows.push(row)
    this.#unpublished = undefined
  }
}
