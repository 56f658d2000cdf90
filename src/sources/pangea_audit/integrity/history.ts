/** Holds the published roots of a tree against those seen before: what was published once must stay. */

import type { Root } from './outcome.ts'
import { checkConsistency } from './proof.ts'

export type HistoryBreach =
  /** Another root hash for the same size. */
  | 'rewritten'
  /** The newest root is smaller than one seen before. */
  | 'shrunken'
  /** A root whose consistency proof does not lead back to the one before. */
  | 'not_continued'

export interface HistoryFinding {
  readonly breach: HistoryBreach
  readonly reason: string
  readonly treeName: string
  /** The root seen before. */
  readonly known: Root
  /** The root that contradicts it. */
  readonly seen: Root
  readonly expected: string
  readonly found: string
}

export interface HistoryVerdict {
  /** The last root that provably continues what was known: what to keep in the state. */
  readonly head: Root
  readonly finding?: HistoryFinding
  /** Size of the root that is needed to go on, where the roots handed in leave one out or lack a proof. */
  readonly wanted?: number
}

/**
 * Follows `later`, published roots of the same tree in rising order of size, from the `known` one. A root of the
 * known size must be the same; each larger one must continue the one before it, with one leaf more. After a finding
 * the head stays what it was.
 * @throws RangeError for a root of another tree
 */
export const followHistory = (known: Root, later: readonly Root[]): HistoryVerdict => {
  let head = known
  for (const seen of later) {
    if (seen.treeName !== known.treeName) throw new RangeError(`root of another tree: ${seen.treeName}`)
    if (seen.size < head.size) return { head, finding: shrunken(head, seen) }
    if (seen.size === head.size) {
      if (seen.rootHash !== head.rootHash) return { head, finding: rewritten(head, seen) }
      continue
    }
    if (seen.size > head.size + 1) return { head, wanted: head.size + 1 }
    const check = checkConsistency(seen, head)
    if (check.outcome === 'none') return { head, wanted: seen.size }
    if (check.outcome === 'fail') {
      const finding = found(
        'not_continued',
        check.reason ?? '',
        head,
        seen,
        check.expected ?? '',
        check.found ?? '',
      )
      return { head, finding }
    }
    head = seen
  }
  return { head }
}

const found = (
  breach: HistoryBreach,
  reason: string,
  known: Root,
  seen: Root,
  expected: string,
  actual: string,
): HistoryFinding => ({ breach, reason, treeName: known.treeName, known, seen, expected, found: actual })

const shrunken = (known: Root, seen: Root): HistoryFinding =>
  found(
    'shrunken',
    'The tree has fewer leaves than before.',
    known,
    seen,
    String(known.size),
    String(seen.size),
  )

const rewritten = (known: Root, seen: Root): HistoryFinding =>
  found(
    'rewritten',
    'Another root hash was published before for this size.',
    known,
    seen,
    known.rootHash,
    seen.rootHash,
  )
