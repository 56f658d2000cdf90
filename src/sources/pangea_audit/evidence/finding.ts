import type { StampedBlock } from '../../../delivery/batch.ts'
import { Identities } from '../../../records/identities.ts'
import { recordId } from '../../../records/identity.ts'
import { readPage } from '../../../records/page.ts'
import type { Failure, Root } from '../integrity/index.ts'

/** One event of sourcetype `mailtrail:integrity`, member by member as it is written. */
export interface Finding {
  readonly finding: string
  readonly severity: 'critical' | 'high' | 'medium' | 'informational'
  readonly description: string
  /** `mailtrail.id` of the record that it is about. */
  readonly record_id?: string | undefined
  readonly received_at?: string | undefined
  readonly leaf_index?: number | undefined
  /** Outcome of each check of the record. */
  readonly checks?: Readonly<Record<string, string>> | undefined
  readonly tree_name?: string | undefined
  readonly tree_size?: number | undefined
  readonly root_hash?: string | undefined
  /** The call that the root came from. */
  readonly root_source?: string | undefined
  readonly root_published_at?: string | undefined
  readonly expected?: string | undefined
  readonly found?: string | undefined
  readonly proof?: string | readonly string[] | undefined
  readonly public_key?: string | undefined
  /** Parts of a buffer that were not delivered. */
  readonly missing?: readonly { position: string; node_hash: string; at_least: number }[]
}

export const integritySourcetype = 'mailtrail:integrity'

/** The members of a finding that tell of a root. */
export const aboutRoot = (root: Root | undefined, source: string): Partial<Finding> =>
  root === undefined
    ? {}
    : {
        tree_name: root.treeName,
        tree_size: root.size,
        root_hash: root.rootHash,
        root_source: source,
        root_published_at: root.publishedAt,
      }

export const fromSearch = 'pangea:/v1/search'
export const fromRoot = 'pangea:/v1/root'

/** What is said of a check that failed. */
export function failureFinding(failure: Failure, about: Partial<Finding>): Finding {
  const { check, reason, expected, found, root, proof, publicKey } = failure
  return {
    ...kindOf(failure),
    description: reason,
    ...about,
    ...aboutRoot(root, check === 'consistency' ? fromRoot : fromSearch),
    expected,
    found,
    proof,
    public_key: publicKey,
  }
}

function kindOf({ check, expected }: Failure): Pick<Finding, 'finding' | 'severity'> {
  if (check === 'hash') return { finding: 'hash_mismatch', severity: 'critical' }
  if (check === 'membership') return { finding: 'membership_invalid', severity: 'critical' }
  if (check === 'consistency') return { finding: 'consistency_invalid', severity: 'critical' }
  // Only a key that is not on the list has something that was expected in its place.
  return { finding: expected === undefined ? 'signature_invalid' : 'signer_untrusted', severity: 'high' }
}

/** Findings as events; undefined where there are none. @param now their time, epoch milliseconds */
export function notices(findings: readonly Finding[], now: number): StampedBlock | undefined {
  if (findings.length === 0) return undefined
  const { records } = readPage(Buffer.from(JSON.stringify(findings)), [], [])
  const ids = Identities.of(
    findings.map((_, row) => recordId(records.bytes, records.start(row), records.end(row))),
  )
  return {
    records,
    ids,
    times: new Float64Array(records.count).fill(now),
    source: 'pangea:integrity',
    sourcetype: integritySourcetype,
  }
}
