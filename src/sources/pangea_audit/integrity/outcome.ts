/** What a check came to: `none` where there is nothing to check it with, `fail` for what is wrong or malformed. */
export type Outcome = 'pass' | 'fail' | 'none'

export type CheckName = 'hash' | 'signature' | 'membership' | 'consistency'

/** A root of a Merkle tree (`AuditRoot` and `AuditUnpublishedRoot` of the vendor's specification). */
export interface Root {
  readonly treeName: string
  /** Number of leaves; a leaf holds a whole buffer of records. */
  readonly size: number
  /** Lower-case hex SHA-256. */
  readonly rootHash: string
  /** Proves that this tree continues the one with one leaf less. */
  readonly consistencyProof?: readonly string[] | undefined
  readonly publishedAt?: string | undefined
  readonly url?: string | undefined
}

/** The result of one check, with what an investigator needs where it failed. */
export interface Check {
  readonly outcome: Outcome
  readonly reason?: string
  readonly expected?: string
  readonly found?: string
}

export const pass: Check = { outcome: 'pass' }
export const none: Check = { outcome: 'none' }
export const fail = (reason: string, expected?: string, found?: string): Check => ({
  outcome: 'fail',
  reason,
  ...(expected === undefined ? {} : { expected }),
  ...(found === undefined ? {} : { found }),
})

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined)

/**
 * Reads a root as an answer of the vendor carries it (`root`, `unpublished_root`, or the result of `/v1/root`, which
 * is the root itself in the specification and `data` in the SDKs). `undefined`: there is none. What is malformed is
 * kept as it is, so that the checks fail on it.
 */
export const readRoot = (value: unknown): Root | undefined => {
  if (!isRecord(value)) return undefined
  if (isRecord(value.data)) return readRoot(value.data)
  if (value.root_hash === undefined || value.root_hash === null) return undefined
  const proof = value.consistency_proof
  return {
    treeName: text(value.tree_name) ?? '',
    size: Number(value.size),
    rootHash: text(value.root_hash) ?? '',
    consistencyProof: Array.isArray(proof) ? proof.map((item) => String(item)) : undefined,
    publishedAt: text(value.published_at),
    url: text(value.url),
  }
}
