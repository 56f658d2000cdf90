import type { Unit } from '../../../delivery/batch.ts'
import type { Company, CutOff } from '../../../delivery/sliced-log.ts'
import type { Root } from '../integrity/index.ts'
import { microsecondText } from '../microseconds.ts'
import type { RangeReader } from '../search.ts'
import type { IncompleteBuffer, PublishedBuffers } from './buffers.ts'
import { aboutRoot, type Finding, fromRoot } from './finding.ts'
import type { LateRecords } from './late.ts'
import type { PublishedRoots } from './roots.ts'
import type { PageVerifier } from './verified-page.ts'

/** When the records of a buffer can have been received: epoch microseconds, and milliseconds. */
interface BufferTime {
  readonly from: number
  readonly publishedAt: number
}

/** Missing parts that one finding names. */
const mostNamed = 50

export interface HoleSearch {
  /** Everything received before this has come (epoch milliseconds), and was checked against its root. */
  readonly until: number
  readonly newest: Root
  readonly stream: string
  /** Epoch milliseconds. */
  readonly now: number
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
): AsyncGenerator<LateRecords | CutOff | Company | readonly Finding[], void, void> {
  const { buffers, roots, newest, until, now } = search
  yield* lookAgain(search)
  const first = buffers.next ?? newest.size
  let leaf = first
  for (; leaf < newest.size; leaf++) {
    const root = await roots.find(leaf + 1)
    const publishedAt = Date.parse(root?.publishedAt ?? '')
    if (publishedAt >= until) break
    const incomplete = buffers.judge(leaf)
    // Without the time of its publication nobody can say when a buffer should be whole.
    if (incomplete === undefined || Number.isNaN(publishedAt)) {
      buffers.close(leaf)
      continue
    }
    yield* searchAgain(search, leaf, { from: incomplete.from, publishedAt })
    const missing = buffers.judge(leaf)
    if (missing === undefined) {
      buffers.close(leaf)
      continue
    }
    buffers.miss({ ...missing, from: incomplete.from }, publishedAt, now)
    yield* report(search, missing, root, { from: incomplete.from, publishedAt })
  }
  if (leaf > first) yield []
}

/** Looks again at buffers that were reported: what has come to light since is delivered, and the gap may be closed. */
async function* lookAgain(
  search: HoleSearch,
): AsyncGenerator<LateRecords | Company | readonly Finding[], void, void> {
  const { buffers, stream, now } = search
  for (const { leaf, missed } of buffers.dueAgain(now)) {
    missed.tried = now
    yield* searchAgain(search, leaf, missed)
    if (buffers.judge(leaf) !== undefined) {
      yield []
      continue
    }
    buffers.close(leaf)
    yield [
      {
        finding: 'records_found',
        severity: 'informational',
        description: `The records of buffer ${leaf} that were missing have been delivered.`,
        leaf_index: leaf,
      },
    ]
    yield { unit: bufferUnit(stream, leaf, missed), becomes: 'complete' }
  }
}

async function* searchAgain(
  { buffers, reader, verifier }: HoleSearch,
  leaf: number,
  { from, publishedAt }: BufferTime,
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
  { leaf, delivered, missing }: IncompleteBuffer,
  root: Root | undefined,
  time: BufferTime,
): Generator<CutOff | readonly Finding[], void, void> {
  const atLeast = missing.reduce((sum, part) => sum + part.atLeast, 0)
  const reason =
    delivered === 0
      ? `No record of buffer ${leaf} was ever delivered, though the tree holds it.`
      : `At least ${atLeast} records of buffer ${leaf} were never delivered, though the tree holds them; ${delivered} were.`
  const [begins, ends] = [microsecondText(time.from), new Date(time.publishedAt).toISOString()]
  yield [
    {
      finding: 'records_missing',
      severity: 'high',
      description: `${reason} They were received after ${begins} and before ${ends}.`,
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
  yield { unit: bufferUnit(stream, leaf, time), reason, becomes: 'gap' }
}

function bufferUnit(stream: string, leaf: number, { from, publishedAt }: BufferTime): Unit {
  const start = Math.floor(from / 1000)
  const name = `${microsecondText(from).slice(0, 13)}/buffer-${leaf}`
  return { stream, name, from: start, to: Math.max(publishedAt, start + 1) }
}
