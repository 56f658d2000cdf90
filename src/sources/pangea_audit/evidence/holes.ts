import type { CutOff } from '../../../delivery/slices.ts'
import type { Root } from '../integrity/index.ts'
import { microsecondText } from '../microseconds.ts'
import type { RangeReader } from '../search.ts'
import type { IncompleteBuffer, PublishedBuffers } from './buffers.ts'
import { aboutRoot, type Finding, fromRoot } from './finding.ts'
import type { LateRecords } from './late.ts'
import type { PublishedRoots } from './roots.ts'
import type { PageVerifier } from './verified-page.ts'

/** Missing parts that one finding names. */
const mostNamed = 50

export interface HoleSearch {
  /** Everything received before this has come (epoch milliseconds), and was checked against its root. */
  readonly until: number
  readonly newest: Root
  readonly stream: string
  readonly roots: PublishedRoots
  readonly buffers: PublishedBuffers
  readonly reader: RangeReader
  readonly verifier: PageVerifier
}

/**
 * Judges the published buffers whose records must all have come: everything in a buffer was received before its root
 * was published. Where some did not, their time is searched once more; what still is missing is a finding, and a gap.
 */
export async function* findHoles(
  search: HoleSearch,
): AsyncGenerator<LateRecords | CutOff | readonly Finding[], void, void> {
  const { buffers, roots, newest, until } = search
  let leaf = buffers.next
  if (leaf === undefined || leaf >= newest.size) return
  for (; leaf < newest.size; leaf++) {
    const root = await roots.find(leaf + 1)
    const publishedAt = Date.parse(root?.publishedAt ?? '')
    if (publishedAt >= until) break
    const incomplete = buffers.judge(leaf)
    // Without the time of its publication nobody can say when a buffer should be whole.
    if (incomplete && !Number.isNaN(publishedAt)) yield* searchAgain(search, incomplete, publishedAt)
    const missing = incomplete && buffers.judge(leaf)
    buffers.close(leaf)
    if (missing && !Number.isNaN(publishedAt)) yield* report(search, missing, root, publishedAt)
  }
  yield []
}

async function* searchAgain(
  { buffers, reader, verifier }: HoleSearch,
  { leaf, from }: IncompleteBuffer,
  publishedAt: number,
): AsyncGenerator<LateRecords, void, void> {
  for await (const part of reader.pages({ from, to: Math.max(publishedAt * 1000, from + 1) })) {
    if (!('records' in part)) continue
    const page = await verifier.verify(part)
    const late: number[] = []
    page.verdicts.forEach((verdict, row) => {
      const receivedAt = page.receivedAt[row] ?? Number.NaN
      if (verdict?.leafIndex !== leaf || !verdict.published || Number.isNaN(receivedAt)) return
      if (buffers.take(verdict, part.root, receivedAt) && !page.isImported(row)) late.push(row)
    })
    if (late.length > 0) yield { page, late }
  }
}

function* report(
  { stream }: HoleSearch,
  { leaf, delivered, missing, from }: IncompleteBuffer,
  root: Root | undefined,
  publishedAt: number,
): Generator<CutOff | readonly Finding[], void, void> {
  const atLeast = missing.reduce((sum, part) => sum + part.atLeast, 0)
  const reason =
    delivered === 0
      ? `No record of buffer ${leaf} was ever delivered, though the tree holds it.`
      : `At least ${atLeast} records of buffer ${leaf} were never delivered, though the tree holds them; ${delivered} were.`
  const begins = microsecondText(from)
  yield [
    {
      finding: 'records_missing',
      severity: 'high',
      description: `${reason} They were received after ${begins} and before ${new Date(publishedAt).toISOString()}.`,
      leaf_index: leaf,
      ...aboutRoot(root, fromRoot),
      found: `${delivered} records`,
      missing: missing.slice(0, mostNamed).map(({ position, nodeHash, atLeast: records }) => ({
        position,
        node_hash: nodeHash,
        at_least: records,
      })),
    },
  ]
  const start = Math.floor(from / 1000)
  yield {
    unit: {
      stream,
      name: `${begins.slice(0, 13)}/buffer-${leaf}`,
      from: start,
      to: Math.max(publishedAt, start + 1),
    },
    reason,
    becomes: 'gap',
  }
}
