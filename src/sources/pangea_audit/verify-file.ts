import { createReadStream } from 'node:fs'
import { Misconfigured } from '../../errors.ts'
import type { MemberPath, RecordBlock } from '../../records/block.ts'
import { readPage } from '../../records/page.ts'
import { RecordReader } from '../../records/reader.ts'
import type { FileVerifier } from '../index.ts'
import { type AnswerRoots, FileVerdict } from './file-verdict.ts'
import { readRoot } from './integrity/index.ts'
import { trustedKeys } from './parameters.ts'

/** What tells the kinds of lines apart, by slot. */
const members: readonly MemberPath[] = [
  ['envelope'],
  ['result', 'events'],
  ['result', '_raw'],
  ['_raw'],
  ['finding'],
  ['root_hash'],
  ['result', 'root_hash'],
  ['result', 'data'],
  ['root'],
]
const [envelope, events, exportedResult, exported, finding, root, rootAnswer, rootData, ownRoot] =
  members.keys()
const largestLine = 256 * 1024 * 1024

/**
 * Checks the records of a file again, offline: as they were indexed (one on each line, or as Splunk exports search
 * results in JSON), or as the vendor served them (answers of /v1/search and /v1/results). Roots are taken from the
 * same file: from answers, from answers of /v1/root, and from the `root_published` events of `mailtrail:integrity`.
 */
export const verifyFile: FileVerifier = async (path, { signingKeys }) => {
  const verdict = new FileVerdict(trustedKeys(signingKeys))
  const reader = new RecordReader({ members, maxRecordBytes: largestLine })
  try {
    for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 }))
      for (const block of reader.blocks(chunk)) takeBlock(block, verdict)
  } catch (error) {
    if (error instanceof Error && 'code' in error)
      throw new Misconfigured(`${path} cannot be read: ${error.message}.`, { cause: error })
    throw error
  }
  for (const block of reader.end()) takeBlock(block, verdict)
  return verdict.conclude()
}

function takeBlock(block: RecordBlock, verdict: FileVerdict): void {
  for (let row = 0; row < block.count; row++) takeRow(block, row, verdict)
}

function takeRow(block: RecordBlock, row: number, verdict: FileVerdict): void {
  verdict.nextItem()
  const has = (slot: number | undefined): boolean => slot !== undefined && block.memberStart(row, slot) >= 0
  const bytes = block.bytes.subarray(block.start(row), block.end(row))
  if (block.fault(row) !== 0) verdict.unreadable()
  else if (has(envelope))
    verdict.record(bytes, 0, bytes.length, has(ownRoot) ? rootsOf(parsed(bytes)) : undefined)
  else if (has(events)) takeAnswer(bytes, verdict)
  else if (has(finding)) verdict.finding(parsed(bytes))
  else if (has(exportedResult)) takeExported(block, row, exportedResult ?? 0, verdict)
  else if (has(exported)) takeExported(block, row, exported ?? 0, verdict)
  else if (has(root) || has(rootAnswer) || has(rootData)) {
    const { result, ...rest } = asObject(parsed(bytes))
    verdict.root(readRoot(result ?? rest))
  } else verdict.passedOver()
}

/** An event inside a line of Splunk's JSON export. */
function takeExported(block: RecordBlock, row: number, slot: number, verdict: FileVerdict): void {
  const text = parsed(block.bytes.subarray(block.memberStart(row, slot), block.memberEnd(row, slot)))
  const bytes = Buffer.from(typeof text === 'string' ? text : '')
  const inner = readPage(Buffer.concat([Buffer.from('['), bytes, Buffer.from(']')]), [], members.slice(0, 1))
  if (inner.records.count !== 1 || inner.records.fault(0) !== 0) verdict.unreadable()
  else if (inner.records.memberStart(0, 0) >= 0) verdict.record(bytes, 0, bytes.length, undefined)
  else verdict.finding(parsed(bytes))
}

/** A whole answer, with the roots that its proofs lead to. */
function takeAnswer(bytes: Uint8Array, verdict: FileVerdict): void {
  const { records, envelope: frame } = readPage(bytes, ['result', 'events'], [])
  const roots = rootsOf(asObject(frame).result)
  verdict.root(roots.root)
  for (let row = 0; row < records.count; row++)
    verdict.record(records.bytes, records.start(row), records.end(row), roots)
}

function rootsOf(value: unknown): AnswerRoots {
  const { root: published, unpublished_root: unpublished } = asObject(value)
  return { root: readRoot(published), unpublishedRoot: readRoot(unpublished) }
}

const parsed = (bytes: Uint8Array): unknown => JSON.parse(Buffer.from(bytes).toString('utf8'))

const asObject = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null ? { ...value } : {}
