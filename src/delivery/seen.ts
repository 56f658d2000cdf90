import * as z from 'zod'
import type { StateChange } from './batch.ts'
import { readValue } from './documents.ts'
import { copyId, IdSet, idWords } from './id-set.ts'

const document = z.object({ latest: z.number(), ids: z.string() })

/** Identities in one document: as many as a batch has events. */
const idsPerSegment = 5_000
/** A document of this many is left as it is once it was saved, so that most are saved but once or twice. */
const fullEnough = 2_500
const bytesOfId = idWords * 4

interface Segment {
  readonly key: string
  /** The newest event time in it, epoch milliseconds. */
  latest: number
  readonly words: Int32Array
  count: number
  isSaved: boolean
}

/**
 * The identities of records that were delivered and can be served again: what an overlap reads anew, and what a pass
 * that was cut off had already written. Kept in state documents of some thousand identities each, which are dropped
 * once no window reaches back to them.
 */
export class Seen {
  readonly #prefix: string
  readonly #known = new IdSet()
  readonly #segments = new Map<string, Segment>()
  readonly #changed = new Set<Segment>()
  #current: Segment | undefined
  #next = 0

  /** @param read gives the stored documents whose keys begin with `prefix`. */
  constructor(prefix: string, keys: readonly string[], read: (key: string) => unknown) {
    this.#prefix = prefix
    for (const key of keys.filter((candidate) => candidate.startsWith(prefix))) {
      const { latest, ids } = readValue(document, read(key), `list of delivered records ${key}`)
      const words = wordsIn(Buffer.from(ids, 'base64'))
      const segment: Segment = { key, latest, words, count: words.length / idWords, isSaved: true }
      this.#know(segment)
      this.#segments.set(key, segment)
      this.#next = Math.max(this.#next, Number(key.slice(prefix.length)) + 1)
    }
  }

  get size(): number {
    return this.#known.size
  }

  /** Whether a record's identity is known. @param at where it begins in `words`. */
  has(words: Int32Array, at: number): boolean {
    return this.#known.has(words, at)
  }

  /** Takes a record's identity; false when it is known already. @param time of the event, epoch milliseconds. */
  add(words: Int32Array, at: number, time: number): boolean {
    if (!this.#known.add(words, at)) return false
    const segment = this.#open()
    copyId(words, at, segment.words, segment.count++ * idWords)
    segment.latest = Math.max(segment.latest, time)
    return true
  }

  /**
   * The documents to save since the last call. They are put into words when they are committed, but hold no more than
   * was known now: what is added later may not be written yet.
   */
  changes(): StateChange[] {
    const changed = [...this.#changed].map((segment) => ({ key: segment.key, value: written(segment) }))
    this.#changed.clear()
    return changed
  }

  /** Forgets the documents all of whose records are older than `before`; gives the deletions. */
  forget(before: number): StateChange[] {
    const old = [...this.#segments.values()].filter((segment) => segment.latest < before)
    if (old.length === 0) return []
    for (const segment of old) {
      this.#segments.delete(segment.key)
      this.#changed.delete(segment)
      if (this.#current === segment) this.#current = undefined
    }
    this.#known.clear()
    for (const segment of this.#segments.values()) this.#know(segment)
    return old.map(({ key }) => ({ key, value: undefined }))
  }

  #know({ words, count }: Segment): void {
    for (let id = 0; id < count; id++) this.#known.add(words, id * idWords)
  }

  #open(): Segment {
    let segment = this.#current
    if (segment === undefined || segment.count >= (segment.isSaved ? fullEnough : idsPerSegment)) {
      const key = `${this.#prefix}${this.#next++}`
      const words = new Int32Array(idsPerSegment * idWords)
      segment = { key, latest: 0, words, count: 0, isSaved: false }
      this.#current = segment
      this.#segments.set(key, segment)
    }
    this.#changed.add(segment)
    return segment
  }
}

function wordsIn(bytes: Buffer): Int32Array {
  const words = new Int32Array(Math.floor(bytes.length / bytesOfId) * idWords)
  for (let word = 0; word < words.length; word++) words[word] = bytes.readInt32BE(word * 4)
  return words
}

function written(segment: Segment): () => unknown {
  const { words, count, latest } = segment
  return () => {
    segment.isSaved = true
    const bytes = Buffer.alloc(count * bytesOfId)
    for (let word = 0; word < count * idWords; word++) bytes.writeInt32BE(words[word] ?? 0, word * 4)
    return { latest, ids: bytes.toString('base64') }
  }
}
