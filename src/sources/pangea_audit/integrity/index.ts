/** Tamper evidence of Pangea's Secure Audit Log: the checks, pure and without I/O. */
export { canonicalBytes, envelopeHash, sha256 } from './canonical.ts'
export { followHistory, type HistoryBreach, type HistoryFinding, type HistoryVerdict } from './history.ts'
export { BufferCoverage, type BufferState, type MissingPart, missingBuffers } from './holes.ts'
export { decodeString } from './json-string.ts'
export { MalformedJson } from './malformed-json.ts'
export { type Check, type CheckName, type Outcome, type Root, readRoot } from './outcome.ts'
export { checkConsistency, isHash, isWellFormed, MembershipChecker, rootOf, sidesOf } from './proof.ts'
export { readPublicKey } from './public-key.ts'
export {
  type Failure,
  type OrdinaryRecord,
  RecordVerifier,
  readIndex,
  type SignedEvent,
  type Surroundings,
  type Verdict,
} from './record.ts'
export { coldPath, hotPath } from './tree-path.ts'
