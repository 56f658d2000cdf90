import * as z from 'zod'
import { readValue } from '../../../delivery/documents.ts'
import {
  BufferCoverage,
  hotPath,
  type MissingPart,
  type Root,
  sidesOf,
  type Verdict,
} from '../integrity/index.ts'

const part = z.tuple([z.string(), z.string(), z.number()]).readonly()
const missedDocument = z.object({
  from: z.number(),
  publishedAt: z.number(),
  since: z.number(),
  tried: z.number(),
})
const buffersDocument = z.object({
  skipped: z.number().nullable(),
  blindUntil: z.number(),
  judged: z.number(),
  before: z.number(),
  open: z.array(
    z.object({
      leaf: z.number(),
      from: z.number(),
      to: z.number(),
      parts: z.array(part).readonly(),
      missed: missedDocument.optional(),
    }),
  ),
})

export const buffersKey = 'buffers'

/** Buffers that are looked at again after they were reported. */
const mostMissed = 30
/** How long, and how often at most, milliseconds. */
const missedFor = 7 * 24 * 3_600_000
const missedEvery = 3_600_000

/** A buffer that was reported, because not all of its records came. */
export interface MissedBuffer {
  /** From when its records can have been received, epoch microseconds. */
  readonly from: number
  /** Epoch milliseconds. */
  readonly publishedAt: number
  readonly since: number
  tried: number
}

interface OpenBuffer {
  /** First and last microsecond in which one of its records was received, as far as they came. */
  from: number
  to: number
  readonly coverage: BufferCoverage
  missed?: MissedBuffer | undefined
}

/** A buffer of which not all records came. */
export interface IncompleteBuffer {
  readonly leaf: number
  /** Records of it that came. */
  readonly delivered: number
  /** The parts that did not; none where no record of it came. */
  readonly missing: readonly MissingPart[]
  /** From when its records can have been received, epoch microseconds. */
  readonly from: number
}

/**
 * Which records of the published buffers came. A buffer is judged once nothing of it can still be on its way; the
 * first one is not, because it was begun before the collection.
 */
export class PublishedBuffers {
  /** Leaves up to this one are not judged; undefined until the first record came. */
  #skipped: number | undefined
  /** Of records received up to then some were not followed, epoch microseconds. */
  #blindUntil = Number.MIN_SAFE_INTEGER
  #judged = -1
  /** The last microsecond of the buffers that were judged. */
  #before = 0
  readonly #open = new Map<number, OpenBuffer>()

  constructor(stored: unknown) {
    if (stored === undefined) return
    const document = readValue(buffersDocument, stored, 'list of incomplete buffers')
    this.#skipped = document.skipped ?? undefined
    this.#blindUntil = document.blindUntil
    this.#judged = document.judged
    this.#before = document.before
    for (const { leaf, from, to, parts, missed } of document.open)
      this.#open.set(leaf, { from, to, coverage: new BufferCoverage(parts), missed })
  }

  /**
   * Takes a published record that was received then (epoch microseconds). False when it came before, is not proven to
   * be in the tree, or belongs to a buffer that is not followed.
   */
  take(verdict: Verdict, root: Root | undefined, receivedAt: number): boolean {
    const { membership, leafIndex: leaf, membershipProof: proof } = verdict
    if (membership !== 'pass' || leaf === undefined || proof === undefined || root === undefined) return false
    const hot = hotPath(sidesOf(proof), root.size, leaf)
    if (hot === undefined) return false
    if (this.#skipped === undefined || receivedAt <= this.#blindUntil) this.#skip(leaf)
    if (leaf === this.#skipped) this.#before = Math.max(this.#before, receivedAt)
    const known = this.#open.get(leaf)
    if (leaf <= this.#judged && known?.missed === undefined) return false
    const open = known ?? { from: receivedAt, to: receivedAt, coverage: new BufferCoverage() }
    open.from = Math.min(open.from, receivedAt)
    open.to = Math.max(open.to, receivedAt)
    this.#open.set(leaf, open)
    return open.coverage.add(hot, proof)
  }

  #skip(leaf: number): void {
    this.#skipped = Math.max(this.#skipped ?? leaf, leaf)
    this.#judged = Math.max(this.#judged, leaf)
  }

  /** Some records received up to this microsecond are not followed: the buffers that can hold them are not judged. */
  overlook(receivedAt: number): void {
    this.#blindUntil = Math.max(this.#blindUntil, receivedAt)
    this.#skipped = undefined
  }

  /** The leaf that is to be judged next; undefined before anything came. */
  get next(): number | undefined {
    return this.#skipped === undefined ? undefined : this.#judged + 1
  }

  /** What of a buffer did not come; undefined when all of it did. */
  judge(leaf: number): IncompleteBuffer | undefined {
    const open = this.#open.get(leaf)
    if (open?.coverage.isComplete) return undefined
    return {
      leaf,
      delivered: open?.coverage.records ?? 0,
      missing: open?.coverage.missing() ?? [],
      from: Math.min(open?.from ?? Number.POSITIVE_INFINITY, this.#before),
    }
  }

  /** The buffer needs no more to be looked at. */
  close(leaf: number): void {
    this.#before = Math.max(this.#before, this.#open.get(leaf)?.to ?? 0)
    this.#open.delete(leaf)
    this.#judged = Math.max(this.#judged, leaf)
  }

  /** The buffer is not whole, and is looked at again for some days. */
  miss({ leaf, from }: IncompleteBuffer, publishedAt: number, now: number): void {
    const open = this.#open.get(leaf) ?? { from, to: from, coverage: new BufferCoverage() }
    this.close(leaf)
    this.#open.set(leaf, { ...open, missed: { from, publishedAt, since: now, tried: now } })
    const [oldest, ...others] = this.#missed().map(([missed]) => missed)
    if (others.length >= mostMissed && oldest !== undefined) this.#open.delete(oldest)
  }

  /** Buffers that are due to be looked at again. */
  dueAgain(now: number): { readonly leaf: number; readonly missed: MissedBuffer }[] {
    for (const [leaf, { since }] of this.#missed()) if (now - since > missedFor) this.#open.delete(leaf)
    return this.#missed()
      .filter(([, { tried }]) => now - tried >= missedEvery)
      .map(([leaf, missed]) => ({ leaf, missed }))
  }

  #missed(): [leaf: number, missed: MissedBuffer][] {
    return [...this.#open]
      .flatMap(([leaf, { missed }]): [number, MissedBuffer][] => (missed ? [[leaf, missed]] : []))
      .sort(([a], [b]) => a - b)
  }

  document(): z.output<typeof buffersDocument> {
    return {
      skipped: this.#skipped ?? null,
      blindUntil: this.#blindUntil,
      judged: this.#judged,
      before: this.#before,
      open: [...this.#open].map(([leaf, { from, to, coverage, missed }]) => ({
        leaf,
        from,
        to,
        parts: coverage.state(),
        missed,
      })),
    }
  }
}
