import * as z from 'zod'
import {
  checkConsistency,
  isHash,
  isWellFormed,
  RecordVerifier,
  type Root,
  rootOf,
  type Verdict,
} from './integrity/index.ts'

/** The roots of an answer. */
export interface AnswerRoots {
  readonly root: Root | undefined
  readonly unpublishedRoot: Root | undefined
}

const rootFinding = z.looseObject({
  finding: z.string(),
  record_id: z.string().optional(),
  tree_name: z.string(),
  tree_size: z.number(),
  root_hash: z.string(),
  proof: z.union([z.string(), z.array(z.string())]).optional(),
})

/** Findings that are told one by one. */
const mostTold = 1_000

/** What the records of a file come to. */
export class FileVerdict {
  readonly #signingKeys: ReadonlySet<string> | undefined
  readonly #verifier = new RecordVerifier()
  readonly #told: string[] = []
  #untold = 0
  #item = 0
  #records = 0
  #failed = 0
  #others = 0
  readonly #counts = new Map<string, number>()
  readonly #roots = new Map<string, Root>()
  /** Published records by the root that their proofs lead to, where no root came with them. */
  readonly #reached = new Map<string, number>()

  constructor(signingKeys: ReadonlySet<string> | undefined) {
    this.#signingKeys = signingKeys
  }

  nextItem(): void {
    this.#item++
  }

  passedOver(): void {
    this.#others++
  }

  unreadable(): void {
    this.#records++
    this.#fail('', 'it is not valid JSON')
  }

  record(bytes: Uint8Array, start: number, end: number, roots: AnswerRoots | undefined): void {
    this.#records++
    const verdict = this.#verifier.verify(bytes, start, end, {
      ...roots,
      publishedRoot: () => undefined,
      signingKeys: this.#signingKeys,
    })
    const claimedId = roots === undefined ? idOf(bytes, start, end) : undefined
    const problems = verdict.failures.map(({ check, reason, expected, found }) =>
      [`${check}: ${reason}`, expected && `expected ${expected}`, found && `found ${found}`]
        .filter(Boolean)
        .join('; '),
    )
    if (claimedId !== undefined && claimedId !== verdict.envelopeHash)
      problems.push(`mailtrail.id: it is ${claimedId}, but the envelope hashes to ${verdict.envelopeHash}`)
    if (roots === undefined) this.#lookUp(verdict, problems)
    this.#count('hash', verdict.hash)
    this.#count('signature', verdict.signature)
    if (roots !== undefined) this.#count('membership', verdict.membership)
    if (problems.length > 0) this.#fail(verdict.envelopeHash, problems.join(' | '))
  }

  /** An event of `mailtrail:integrity`: some of them keep roots. */
  finding(value: unknown): void {
    const parsed = rootFinding.safeParse(value)
    this.#others++
    if (!parsed.success) return
    const { finding, tree_name, tree_size, root_hash, proof } = parsed.data
    const rootOnly = { treeName: tree_name, size: tree_size, rootHash: root_hash }
    if (finding === 'root_published')
      this.root({ ...rootOnly, ...(Array.isArray(proof) ? { consistencyProof: proof } : {}) })
    if (finding === 'late_verification_passed') this.root(rootOnly)
  }

  root(root: Root | undefined): void {
    if (root === undefined) return
    const key = `${root.treeName} ${root.size}`
    const known = this.#roots.get(key)
    if (known !== undefined && known.rootHash !== root.rootHash)
      this.#tell(`Two roots over ${root.size} leaves of one tree: ${known.rootHash} and ${root.rootHash}.`)
    if (known?.consistencyProof === undefined) this.#roots.set(key, root)
  }

  conclude(): { report: string[]; sound: boolean } {
    const hashes = new Set([...this.#roots.values()].map(({ rootHash }) => rootHash))
    for (const [hash, count] of this.#reached)
      this.#count('membership', hashes.has(hash) ? 'pass' : 'none', count)
    const continued = this.#checkRoots()
    const sound = this.#told.length === 0
    const outcomes = ['hash', 'signature', 'membership'].map(
      (check) =>
        `${check} ${['pass', 'fail', 'none'].map((outcome) => `${outcome} ${this.#counts.get(`${check} ${outcome}`) ?? 0}`).join(', ')}`,
    )
    return {
      report: [
        ...this.#told.slice(0, mostTold),
        ...(this.#untold > 0 ? [`… and ${this.#untold} more.`] : []),
        `${this.#records} records, ${this.#failed} of them do not hold; ${this.#others} other lines. ${outcomes.join('; ')}.`,
        `${this.#roots.size} published roots in the file, ${continued} proven to continue the one before.`,
        ...(this.#signingKeys === undefined
          ? ['Without --signing-key, a valid signature says nothing about who signed.']
          : []),
      ],
      sound,
    }
  }

  /** Where the roots are not beside the records, a proof leads to one of those in the file, or to one that is not known. */
  #lookUp(verdict: Verdict, problems: string[]): void {
    const { claimedHash, membershipProof: proof, published } = verdict
    if (proof === undefined || claimedHash === undefined || !published) {
      this.#count('membership', 'none')
    } else if (!isHash(claimedHash) || !isWellFormed(proof)) {
      this.#count('membership', 'fail')
      problems.push('membership: The membership proof is malformed')
    } else {
      const reached = rootOf(claimedHash, proof)
      this.#reached.set(reached, (this.#reached.get(reached) ?? 0) + 1)
    }
  }

  #checkRoots(): number {
    let continued = 0
    for (const root of this.#roots.values()) {
      const check = checkConsistency(root, this.#roots.get(`${root.treeName} ${root.size - 1}`))
      if (check.outcome === 'pass') continued++
      if (check.outcome === 'fail') {
        this.#tell(
          `The root over ${root.size} leaves: ${check.reason} Expected ${check.expected}; found ${check.found}.`,
        )
      }
    }
    return continued
  }

  #count(check: string, outcome: string, by = 1): void {
    const key = `${check} ${outcome}`
    this.#counts.set(key, (this.#counts.get(key) ?? 0) + by)
  }

  #fail(id: string, what: string): void {
    this.#failed++
    this.#tell(`Record ${this.#records} (item ${this.#item} of the file${id && `, ${id}`}): ${what}.`)
  }

  #tell(text: string): void {
    if (this.#told.length < mostTold) this.#told.push(text)
    else this.#untold++
  }
}

/** `mailtrail.id` of an indexed record. */
function idOf(bytes: Uint8Array, start: number, end: number): string | undefined {
  const text = Buffer.from(bytes.subarray(start, Math.min(end, start + 4_096))).toString('latin1')
  return /^\{"mailtrail":\{"id":"([0-9a-f]+)"/.exec(text)?.[1]
}
