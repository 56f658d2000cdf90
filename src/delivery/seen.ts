import * as z from 'zod'
import type { StateChange } from './batch.ts'
import { readValue } from './documents.ts'

const document = z.object({ latest: z.number(), ids: z.string() })

/** Identities in one document: as many as a batch has events. */
const idsPerSegment = 5_000
/** Hexadecimal digits kept of an identity: 128 bits, so that two neither meet by chance nor can be made to. */
const digits = 32

interface Segment {
  readonly key: string
  /** The newest event time in it, epoch milliseconds. */
  latest: number
  readonly ids: string[]
}

/**
 * The identities of records that were delivered and can be served again: what an overlap reads anew, and what a pass
 * that was cut off had already written. Kept in state documents of some thousand identities each, which are dropped
 * once no window reaches back to them.
 */
export class Seen {
  readonly #prefix: string
  readonly #known = new Set<string>()
  readonly #segments = new Map<string, Segment>()
  #current: Segment | undefined
  #next = 0

  /** @param read gives the stored documents whose keys begin with `prefix`. */
  constructor(prefix: string, keys: readonly string[], read: (key: string) => unknown) {
    this.#prefix = prefix
    for (const key of keys.filter((candidate) => candidate.startsWith(prefix))) {
      const { latest, ids } = readValue(document, read(key), `list of delivered records ${key}`)
      const hex = Buffer.from(ids, 'base64').toString('hex')
      const segment: Segment = { key, latest, ids: [] }
      for (let at = 0; at + digits <= hex.length; at += digits) segment.ids.push(hex.slice(at, at + digits))
      for (const id of segment.ids) this.#known.add(id)
      this.#segments.set(key, segment)
      this.#next = Math.max(this.#next, Number(key.slice(prefix.length)) + 1)
    }
  }

  get size(): number {
    return this.#known.size
  }

  /** Whether a record's identity (hex) is known. */
  has(id: string): boolean {
    return this.#known.has(id.slice(0, digits))
  }

  /** Takes a record's identity (hex); false when it is known already. @param time of the event, epoch milliseconds. */
  add(id: string, time: number): boolean {
    const short = id.slice(0, digits)
    if (this.#known.has(short)) return false
    this.#known.add(short)
    const segment = this.#open()
    segment.ids.push(short)
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
    for (const segment of old) {
      for (const id of segment.ids) this.#known.delete(id)
      this.#segments.delete(segment.key)
      this.#changed.delete(segment)
      if (this.#current === segment) this.#current = undefined
    }
    return old.map(({ key }) => ({ key, value: undefined }))
  }

  readonly #changed = new Set<Segment>()

  #open(): Segment {
    if (this.#current === undefined || this.#current.ids.length >= idsPerSegment) {
      this.#current = { key: `${this.#prefix}${this.#next++}`, latest: 0, ids: [] }
      this.#segments.set(this.#current.key, this.#current)
    }
    this.#changed.add(this.#current)
    return this.#current
  }
}

function written({ ids, latest }: Segment): () => unknown {
  const count = ids.length
  return () => ({ latest, ids: Buffer.from(ids.slice(0, count).join(''), 'hex').toString('base64') })
}
