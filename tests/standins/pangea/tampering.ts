import { createHash } from 'node:crypto'
import type { AuditLog, Row } from './log.ts'
import type { AuditEntry } from './records.ts'

/** Changes the envelope and leaves the hash: the hash does not fit any more. */
export function forgeEnvelope(row: Row, change: (envelope: string) => string): void {
  row.entry = { ...row.entry, envelope: change(row.entry.envelope) }
}

/** Serves another entry, with its own right hash, in the place of a row: the proof does not fit any more. */
export function forgeEntry(row: Row, entry: AuditEntry): void {
  row.entry = { ...entry, receivedAt: row.entry.receivedAt }
}

/** Serves a changed proof: the first side letter turned round. */
export function forgeProof(log: AuditLog, row: Row): void {
  const proof = log.membershipProof(row)
  row.claims.membership_proof = (proof.startsWith('l') ? 'r' : 'l') + proof.slice(1)
}

/** Searches find the row no more; the tree still has it. */
export function removeRow(row: Row): void {
  row.hidden = true
}

/** Searches find no row of a whole buffer any more; the tree still has it. */
export function removeBuffer(log: AuditLog, leaf: number): void {
  for (const row of log.rows) if (row.buffer?.leaf === leaf) row.hidden = true
}

/** Puts another leaf into the tree: all roots from there on change, and fit each other. */
export function rewriteHistory(log: AuditLog, leaf: number): void {
  log.tree.replace(leaf, createHash('sha256').update(`rewritten ${leaf}`).digest())
}

/** Serves another hash for one root; those after it stay. */
export function rewriteRoot(log: AuditLog, size: number): void {
  log.rewriteRoot(size, { root_hash: createHash('sha256').update(`root ${size}`).digest('hex') })
}

/** Serves a consistency proof in which one digit of its last part is changed. */
export function breakConsistency(log: AuditLog, size: number): void {
  const proof = log.tree.consistencyProof(size)
  const last = proof.pop() ?? ''
  log.rewriteRoot(size, {
    consistency_proof: [...proof, last.slice(0, -1) + (last.endsWith('0') ? '1' : '0')],
  })
}

/** The tree loses its leaves from `size` on, with their rows. */
export function shrinkTree(log: AuditLog, size: number): void {
  log.shrink(size)
}
