/**
 * The checks on one record as `/v1/search` and `/v1/results` deliver it: its hash, its signature, its place in the
 * Merkle tree, and that the tree continues the one before. Pure: roots are handed in.
 */

import { verify } from 'node:crypto'
import { CanonicalWriter, sha256, type Variant } from './canonical.ts'
import { JsonTree, needs } from './json-tree.ts'
import { MalformedJson } from './malformed-json.ts'
import { type Check, type CheckName, fail, none, type Outcome, pass, type Root } from './outcome.ts'
import { checkConsistency, isHash, MembershipChecker } from './proof.ts'
import { decodeBase64, PublicKeys } from './public-key.ts'

/** What came with the record, and what is known besides. */
export interface Surroundings {
  /** `result.root` of the answer that brought the record. */
  readonly root?: Root | undefined
  /** `result.unpublished_root` of that answer. */
  readonly unpublishedRoot?: Root | undefined
  /** A published root of this tree by size, the same object each time; `undefined` where it is not known. */
  readonly publishedRoot?: ((size: number) => Root | undefined) | undefined
  /** Base64 of the raw 32 bytes of each trusted key; without it any key may sign. */
  readonly signingKeys?: ReadonlySet<string> | undefined
}

/** A check that failed, with everything that is needed to repeat it. */
export interface Failure {
  readonly check: CheckName
  readonly reason: string
  readonly expected?: string
  readonly found?: string
  readonly root?: Root
  readonly proof?: string | readonly string[]
  readonly publicKey?: string
}

export interface Verdict {
  readonly hash: Outcome
  readonly signature: Outcome
  readonly membership: Outcome
  readonly consistency: Outcome
  /** The record's identity: the hash computed from its envelope, numbers as sent. Empty when it has no envelope. */
  readonly envelopeHash: string
  /** The hash that the record claims. */
  readonly claimedHash: string | undefined
  readonly published: boolean
  readonly leafIndex: number | undefined
  readonly membershipProof: string | undefined
  readonly failures: readonly Failure[]
}

/** What is checked of a record that claims the hash that its envelope has. */
export interface OrdinaryRecord extends Place {
  readonly envelopeHash: string
  readonly membershipProof: string | undefined
  /** Undefined where there is neither signature nor key. */
  readonly signed: SignedEvent | undefined
}

/** An event with its signature and the signer's key, as texts of the record. */
export interface SignedEvent {
  /** In canonical form. */
  readonly event: Uint8Array
  readonly signature: string
  readonly publicKey: string
}

/** Where a record claims to stand. */
interface Place {
  readonly published: boolean
  readonly leafIndex: number | undefined
}

const noFailures: readonly Failure[] = []

/** Subsets of a bit set, without the empty one, in rising order. */
const subsetsOf = (open: Variant): Variant[] => {
  const subsets: Variant[] = []
  for (let how = 1; how <= open; how++) if ((how & ~open) === 0) subsets.push(how)
  return subsets
}

/** Decimal index; the SDK for Node.js types it as a string. */
export const readIndex = (text: string): number | undefined => {
  const digits = text.startsWith('"') ? text.slice(1, -1) : text
  return /^(?:0|[1-9]\d{0,15})$/.test(digits) ? Number(digits) : undefined
}

/** Verifies records one after the other; keeps imported keys and proven paths between them. */
export class RecordVerifier {
  private readonly tree = new JsonTree()
  private readonly writer = new CanonicalWriter(this.tree)
  private readonly keys = new PublicKeys()
  private readonly memberships = new MembershipChecker()
  private readonly continued = new WeakMap<
    Root,
    { readonly previous: Root | undefined; readonly check: Check }
  >()

  /** Verifies the record whose JSON text stands between `start` and `end`. Never throws for what a record holds. */
  verify(bytes: Uint8Array, start: number, end: number, surroundings: Surroundings): Verdict {
    try {
      this.tree.read(bytes, start, end)
    } catch (error) {
      if (!(error instanceof MalformedJson)) throw error
      return malformed(`The record is not valid JSON: ${error.message}.`)
    }
    return this.verifyTree(surroundings)
  }

  /** As {@link verify} where all is well, from what was read of a record already; undefined for any other. */
  verifyOrdinary(record: OrdinaryRecord, surroundings: Surroundings): Verdict | undefined {
    const { envelopeHash, membershipProof, published, leafIndex, signed } = record
    if (signed !== undefined && !this.isSigned(signed, surroundings.signingKeys)) return undefined
    const { root, newer } = rootsOf(record, surroundings)
    const membership = this.memberships.check(envelopeHash, membershipProof, root).outcome
    const consistency = this.checkContinuation(record, newer, surroundings).outcome
    if (membership === 'fail' || consistency === 'fail') return undefined
    return {
      hash: 'pass',
      signature: signed === undefined ? 'none' : 'pass',
      membership,
      consistency,
      envelopeHash,
      claimedHash: envelopeHash,
      published,
      leafIndex,
      membershipProof,
      failures: noFailures,
    }
  }

  private verifyTree(surroundings: Surroundings): Verdict {
    const tree = this.tree
    const envelope = tree.member(0, 'envelope')
    const event = envelope < 0 ? -1 : tree.member(envelope, 'event')
    const claimed = tree.member(0, 'hash')
    const proofNode = tree.member(0, 'membership_proof')
    const indexNode = tree.member(0, 'leaf_index')
    const published = tree.isTrue(tree.member(0, 'published'))
    const leafIndex = tree.isAbsent(indexNode)
      ? undefined
      : readIndex(tree.text(indexNode).toString('latin1'))
    const claimedHash = tree.isAbsent(claimed) ? undefined : (tree.string(claimed) ?? '')
    const membershipProof = tree.isAbsent(proofNode) ? undefined : (tree.string(proofNode) ?? ' ')
    const envelopeHash = envelope < 0 ? '' : sha256(this.writer.write(envelope))
    const place = { published, leafIndex }
    const { root, newer } = rootsOf(place, surroundings)

    const hash = this.checkHash(claimedHash, envelopeHash, envelope, event, membershipProof !== undefined)
    const signature = envelope < 0 ? none : this.checkSignature(envelope, event, surroundings.signingKeys)
    const membership = this.memberships.check(claimedHash, membershipProof, root)
    const consistency = this.checkContinuation(place, newer, surroundings)
    let failures = noFailures
    if (hash.outcome === 'fail') failures = [...failures, failure('hash', hash)]
    if (signature.outcome === 'fail') {
      const publicKey = tree.string(tree.member(envelope, 'public_key'))
      failures = [
        ...failures,
        { ...failure('signature', signature), ...(publicKey === undefined ? {} : { publicKey }) },
      ]
    }
    if (membership.outcome === 'fail') {
      failures = [...failures, failure('membership', membership, root, membershipProof)]
    }
    if (consistency.outcome === 'fail') {
      failures = [...failures, failure('consistency', consistency, newer, newer?.consistencyProof)]
    }
    return {
      hash: hash.outcome,
      signature: signature.outcome,
      membership: membership.outcome,
      consistency: consistency.outcome,
      envelopeHash,
      claimedHash,
      published,
      leafIndex,
      membershipProof,
      failures,
    }
  }

  private checkHash(
    claimed: string | undefined,
    computed: string,
    envelope: number,
    event: number,
    isProvable: boolean,
  ): Check {
    if (claimed === undefined) return none
    if (envelope < 0) return fail('The record has a hash but no envelope.', claimed)
    if ((this.tree.flagsOf(0) & needs.uniqueNames) !== 0) {
      return fail(
        'The record has two members of one name: readers may see different ones.',
        claimed,
        computed,
      )
    }
    if (claimed === computed) return pass
    // The vendor's specification: tamper-proofing may not be available for imported records.
    if (!isProvable && this.tree.isTrue(this.tree.member(0, 'imported'))) return none
    if (!isHash(claimed)) return fail('The hash is not 64 lower-case hex digits.', claimed, computed)
    for (const how of subsetsOf(this.writer.variantsOf(envelope, event))) {
      if (sha256(this.writer.write(envelope, how, event)) === claimed) return pass
    }
    return fail('The envelope does not have the hash that the record claims.', claimed, computed)
  }

  private checkSignature(envelope: number, event: number, trusted: ReadonlySet<string> | undefined): Check {
    const tree = this.tree
    const signatureNode = tree.member(envelope, 'signature')
    const keyNode = tree.member(envelope, 'public_key')
    if (tree.isAbsent(signatureNode) && tree.isAbsent(keyNode)) return none
    if (tree.isAbsent(signatureNode)) return fail('There is a public key but no signature.')
    if (tree.isAbsent(keyNode)) return fail('There is a signature but no public key.')
    const key = this.keys.read(tree.string(keyNode) ?? '')
    if (key === undefined) return fail('The public key is not an ed25519 key in a known form.')
    if (trusted !== undefined && !trusted.has(key.raw)) {
      return fail('The signer’s key is not one of signing_keys.', [...trusted].join(','), key.raw)
    }
    const signature = decodeBase64(tree.string(signatureNode) ?? '')
    if (signature?.length !== 64) return fail('The signature is not base64 of 64 bytes.')
    if (event < 0) return fail('There is a signature but no event.')
    if (verify(null, this.writer.write(event), key.key, signature)) return pass
    for (const how of subsetsOf(this.writer.variantsOf(event, event))) {
      if (verify(null, this.writer.write(event, how, event), key.key, signature)) return pass
    }
    return fail('The event is not what was signed with this key.')
  }

  /** Whether this event was signed with this key, and that is a trusted one. */
  private isSigned(signed: SignedEvent, trusted: ReadonlySet<string> | undefined): boolean {
    const key = this.keys.read(signed.publicKey)
    if (key === undefined || (trusted !== undefined && !trusted.has(key.raw))) return false
    const signature = decodeBase64(signed.signature)
    return signature?.length === 64 && verify(null, signed.event, key.key, signature)
  }

  private checkContinuation(
    { published, leafIndex: leaf }: Place,
    newer: Root | undefined,
    known: Surroundings,
  ): Check {
    if (!published) return none
    if (leaf === 0) return pass
    if (leaf === undefined || newer === undefined) return none
    const previous = known.publishedRoot?.(leaf)
    const before = this.continued.get(newer)
    if (before !== undefined && before.previous === previous) return before.check
    const check = checkConsistency(newer, previous)
    this.continued.set(newer, { previous, check })
    return check
  }
}

/** The root that a record is proven against, and that of the first published tree that has its leaf. */
const rootsOf = ({ published, leafIndex }: Place, known: Surroundings) => ({
  root: published ? known.root : known.unpublishedRoot,
  newer: published && leafIndex !== undefined ? known.publishedRoot?.(leafIndex + 1) : undefined,
})

const failure = (
  check: CheckName,
  { reason = '', expected, found }: Check,
  root?: Root,
  proof?: string | readonly string[],
): Failure => ({
  check,
  reason,
  ...(expected === undefined ? {} : { expected }),
  ...(found === undefined ? {} : { found }),
  ...(root === undefined ? {} : { root }),
  ...(proof === undefined ? {} : { proof }),
})

const malformed = (reason: string): Verdict => ({
  hash: 'fail',
  signature: 'none',
  membership: 'none',
  consistency: 'none',
  envelopeHash: '',
  claimedHash: undefined,
  published: false,
  leafIndex: undefined,
  membershipProof: undefined,
  failures: [{ check: 'hash', reason }],
})
