import { recordId } from '../../../records/identity.ts'
import { type AuditPage, slots } from '../api.ts'
import { RecordVerifier, type Root, type Verdict } from '../integrity/index.ts'
import { microseconds, microsecondText } from '../microseconds.ts'
import type { Finding } from './finding.ts'
import { ordinaryRecords } from './ordinary.ts'
import type { PublishedRoots } from './roots.ts'

/** A page with the verdict on each of its records. */
export class VerifiedPage {
  readonly page: AuditPage
  /** By row; undefined for what is no record. */
  readonly verdicts: readonly (Verdict | undefined)[]
  /** `mailtrail.id` by row: the hash computed from the envelope, or from all of the text where there is none. */
  readonly ids: readonly string[]
  /** Epoch microseconds by row; NaN where a record has none. */
  readonly receivedAt: Float64Array

  constructor(page: AuditPage, verdicts: readonly (Verdict | undefined)[]) {
    const { records } = page
    this.page = page
    this.verdicts = verdicts
    this.ids = verdicts.map(
      (verdict, row) =>
        verdict?.envelopeHash ||
        recordId(records.bytes, records.start(row), records.end(row), records.spansLines(row)),
    )
    this.receivedAt = Float64Array.from(verdicts, (verdict, row) =>
      verdict === undefined
        ? Number.NaN
        : microseconds(
            records.bytes,
            records.memberStart(row, slots.receivedAt),
            records.memberEnd(row, slots.receivedAt),
          ),
    )
  }

  isImported(row: number): boolean {
    const { records } = this.page
    const start = records.memberStart(row, slots.imported)
    return start >= 0 && records.bytes[start] === 0x74
  }

  /** What a finding tells of the record that it is about. */
  about(row: number): Partial<Finding> {
    const verdict = this.verdicts[row]
    const receivedAt = this.receivedAt[row] ?? Number.NaN
    return {
      record_id: this.ids[row],
      received_at: Number.isNaN(receivedAt) ? undefined : microsecondText(receivedAt),
      leaf_index: verdict?.leafIndex,
      checks: verdict && {
        hash: verdict.hash,
        signature: verdict.signature,
        membership: verdict.membership,
        consistency: verdict.consistency,
      },
    }
  }
}

/** Verifies pages, with the roots that they need. */
export class PageVerifier {
  readonly #roots: PublishedRoots
  readonly #signingKeys: ReadonlySet<string> | undefined
  readonly #verifier = new RecordVerifier()

  constructor(roots: PublishedRoots, signingKeys: ReadonlySet<string> | undefined) {
    this.#roots = roots
    this.#signingKeys = signingKeys
  }

  async verify(page: AuditPage): Promise<VerifiedPage> {
    const { records, root, unpublishedRoot } = page
    if (root !== undefined) {
      this.#roots.learn(root)
      await this.#roots.load(neededSizes(page))
    }
    const surroundings = {
      root,
      unpublishedRoot,
      publishedRoot: (size: number): Root | undefined => {
        const found = this.#roots.get(size)
        return found?.treeName === root?.treeName ? found : undefined
      },
      signingKeys: this.#signingKeys,
    }
    const verdicts = ordinaryRecords(records).map((ordinary, row) => {
      if (records.fault(row) !== 0) return undefined
      const verdict = ordinary && this.#verifier.verifyOrdinary(ordinary, surroundings)
      return (
        verdict ?? this.#verifier.verify(records.bytes, records.start(row), records.end(row), surroundings)
      )
    })
    return new VerifiedPage(page, verdicts)
  }
}

/** Sizes of the trees of which the consistency of published records is told: with their leaf, and just before it. */
function neededSizes({ records, root }: AuditPage): Set<number> {
  const sizes = new Set<number>()
  for (let row = 0; row < records.count; row++) {
    const start = records.fault(row) === 0 ? records.memberStart(row, slots.leafIndex) : -1
    if (start < 0 || !isTrue(records.bytes, records.memberStart(row, slots.published))) continue
    const text = Buffer.from(records.bytes.subarray(start, records.memberEnd(row, slots.leafIndex))).toString(
      'latin1',
    )
    const leaf = Number(text.replaceAll('"', ''))
    // A leaf that cannot be in the tree is a claim that no root would settle.
    if (!Number.isInteger(leaf) || leaf < 0 || leaf >= (root?.size ?? 0)) continue
    if (leaf > 0) sizes.add(leaf)
    sizes.add(leaf + 1)
  }
  return sizes
}

const isTrue = (bytes: Uint8Array, start: number): boolean => start >= 0 && bytes[start] === 0x74
