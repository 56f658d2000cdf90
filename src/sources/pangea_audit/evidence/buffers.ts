import { z } from 'zod'
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
const buffersDocument = z.object({
  skipped: z.number().nullable(),
  blindUntil: z.number(),
  judged: z.number(),
  before: z.number(),
  open: z.array(
    z.object({ leaf: z.number(), from: z.number(), to: z.number(), parts: z.array(part).readonly() }),
  ),
})

export const buffersKey = 'buffers'

interface OpenBuffer {
  /** First and last microsecond in which one of its records was received, as far as they came. */
  from: number
  to: number
  readonly coverage: BufferCoverage
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
    for (const { leaf, from, to, parts } of document.open)
      this.#open.set(leaf, { from, to, coverage: new BufferCoverage(parts) })
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
    if (this.#skipped === undefined && receivedAt > this.#blindUntil) {
      this.#skipped = leaf
      this.#judged = Math.max(this.#judged, leaf)
    }
    if (leaf === this.#skipped) this.#before = Math.max(this.#before, receivedAt)
    if (leaf <= this.#judged) return false
    const open = this.#open.get(leaf) ?? { from: receivedAt, to: receivedAt, coverage: new BufferCoverage() }
    open.from = Math.min(open.from, receivedAt)
    open.to = Math.max(open.to, receivedAt)
    this.#open.set(leaf, open)
    return open.coverage.add(hot, proof)
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

  document(): z.output<typeof buffersDocument> {
    return {
      skipped: this.#skipped ?? null,
      blindUntil: this.#blindUntil,
      judged: this.#judged,
      before: this.#before,
      open: [...this.#open].map(([leaf, { from, to, coverage }]) => ({
        leaf,
        from,
        to,
        parts: coverage.state(),
      })),
    }
  }
}
