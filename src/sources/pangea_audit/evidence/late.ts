import type { Root, Verdict } from '../integrity/index.ts'
import { microsecondText } from '../microseconds.ts'
import type { RangeReader } from '../search.ts'
import type { PublishedBuffers } from './buffers.ts'
import { aboutRoot, type Finding, fromRoot, fromSearch } from './finding.ts'
import type { WaitingGroup } from './unpublished.ts'
import type { PageVerifier, VerifiedPage } from './verified-page.ts'

/** How long the publication of a record's root is waited for, milliseconds; 21 and 64 minutes are on record. */
const longestWait = 48 * 3_600_000

export interface LateCheck {
  readonly reader: RangeReader
  readonly verifier: PageVerifier
  readonly buffers: PublishedBuffers
  /** Epoch milliseconds. */
  readonly now: number
}

/** Records that had not come, and are there now. */
export interface LateRecords {
  readonly page: VerifiedPage
  readonly late: readonly number[]
}

/**
 * Checks records again that were delivered before their root was published, if the published tree has grown since
 * they were last looked at. What is checked is taken out of the group, step by step.
 */
export async function* checkAgain(
  group: WaitingGroup,
  newest: Root | undefined,
  check: LateCheck,
): AsyncGenerator<LateRecords | readonly Finding[], void, void> {
  const isOverdue = check.now - group.since > longestWait
  const size = newest?.size ?? 0
  if (size === group.tried && !isOverdue) return
  const open = { from: Number.POSITIVE_INFINITY, to: Number.NEGATIVE_INFINITY, ids: new Set<string>() }
  let isWhole = true
  for await (const part of check.reader.pages({ from: group.from, to: group.to + 1 })) {
    if ('overfull' in part) isWhole = false
    if (!('records' in part)) continue
    const page = await check.verifier.verify(part)
    const findings: Finding[] = []
    const late: number[] = []
    page.verdicts.forEach((verdict, row) => {
      const [id = '', receivedAt = Number.NaN] = [page.ids[row], page.receivedAt[row]]
      if (verdict === undefined || Number.isNaN(receivedAt)) return
      const isNew = verdict.published && check.buffers.take(verdict, part.root, receivedAt)
      if (!group.ids.has(id)) {
        if (isNew && !page.isImported(row)) late.push(row)
        return
      }
      if (verdict.published) {
        group.ids.delete(id)
        findings.push(lateFinding(verdict, page, row))
      } else {
        open.ids.add(id)
        open.from = Math.min(open.from, receivedAt)
        open.to = Math.max(open.to, receivedAt)
      }
    })
    if (findings.length > 0) yield findings
    if (late.length > 0) yield { page, late }
  }
  const findings: Finding[] = []
  for (const id of isWhole ? group.ids : []) {
    if (open.ids.has(id)) continue
    group.ids.delete(id)
    findings.push(withdrawn(id, group))
  }
  if (isOverdue && group.ids.size > 0) {
    findings.push(overdue(group, newest))
    group.ids.clear()
  }
  group.tried = size
  if (open.ids.size > 0) Object.assign(group, { from: open.from, to: open.to })
  yield findings
}

function lateFinding(verdict: Verdict, page: VerifiedPage, row: number): Finding {
  const [failure] = verdict.failures
  const about = page.about(row)
  if (failure === undefined) {
    return {
      finding: 'late_verification_passed',
      severity: 'informational',
      description: 'Now that its root is published, the record verifies.',
      ...about,
      ...aboutRoot(page.page.root, fromSearch),
      proof: verdict.membershipProof,
    }
  }
  return {
    finding: 'late_verification_failed',
    severity: 'critical',
    description: `Now that its root is published, the record does not verify: ${verdict.failures.map(({ reason }) => reason).join(' ')}`,
    ...about,
    ...aboutRoot(failure.root ?? page.page.root, failure.check === 'consistency' ? fromRoot : fromSearch),
    expected: failure.expected,
    found: failure.found,
    proof: failure.proof ?? verdict.membershipProof,
    public_key: failure.publicKey,
  }
}

const withdrawn = (id: string, { from, to }: WaitingGroup): Finding => ({
  finding: 'record_withdrawn',
  severity: 'critical',
  description:
    'The record was delivered before its root was published, and is found no longer: it was received between ' +
    `${microsecondText(from)} and ${microsecondText(to)}.`,
  record_id: id,
})

const overdue = ({ ids, from, to }: WaitingGroup, newest: Root | undefined): Finding => ({
  finding: 'publication_overdue',
  severity: 'medium',
  description:
    `${ids.size} records received between ${microsecondText(from)} and ${microsecondText(to)} are in no published tree after ` +
    `${longestWait / 3_600_000} hours; they are not looked at again.`,
  ...aboutRoot(newest, fromSearch),
})
