import { XMLParser } from 'fast-xml-parser'
import { TryLater, UnitUnavailable } from '../../errors.ts'
import type { MemberPath, RecordBlock } from '../../records/block.ts'
import { RecordReader } from '../../records/reader.ts'
import { hostOf, type StreamReply, type VendorClient } from '../../transport/client.ts'
import { inflated } from '../../transport/inflate.ts'
import { LinkExpired, PartRefused } from './errors.ts'
import type { LogObject } from './object.ts'

/** A place inside an object: where the next record begins in its (inflated) bytes, and how many records are before it. */
export interface Place {
  readonly offset: number
  readonly ordinal: number
  /** Whether the object is stored as it is, so that the offset is one of its own bytes and the rest can be asked for alone. */
  readonly isPlain?: boolean | undefined
}

/** Records, and whether the object that they are of is stored as it is. */
export interface Piece {
  readonly records: RecordBlock
  readonly isPlain: boolean
}

export const beginning: Place = { offset: 0, ordinal: 0 }

/**
 * The records of an object from a place on, in blocks. Of an object that is stored as it is, only the rest is asked
 * for, so that a large one comes through however often it is cut off; storage may send the whole all the same.
 * @throws {LinkExpired} when the link is no longer good; {PartRefused}; {UnitUnavailable} when the storage does not have the object;
 * {TryLater} when the download is cut off.
 */
export async function* download(
  vendor: VendorClient,
  object: LogObject,
  from: Place,
  members: readonly MemberPath[],
): AsyncGenerator<Piece, void, void> {
  const rest = from.isPlain === true && from.offset > 0 ? from.offset - 1 : undefined
  const reply = await vendor.open(
    {
      step: `downloading ${object.path} from ${hostOf(object.url)}`,
      method: 'GET',
      url: object.url,
      counted: false,
      // One byte more than the rest: a range that begins at the end is an error.
      ...(rest === undefined ? {} : { headers: { Range: `bytes=${rest}-` } }),
    },
    (answer) => judge(answer, object, vendor, rest),
  )
  const measured =
    reply.header('content-length') !== undefined || /chunked/i.test(reply.header('transfer-encoding') ?? '')
  const reader = new RecordReader({ members, base: from.offset })
  const isRest = reply.status === 206
  let before = isRest ? (rest ?? 0) : 0
  let isPlain = isRest
  const noting = noticing(reply.body, (head) => {
    isPlain = head.length > 1 && (head[0] !== 0x1f || head[1] !== 0x8b)
  })
  for await (const chunk of isRest ? reply.body : inflated(noting)) {
    const skipped = Math.min(chunk.length, Math.max(0, from.offset - before))
    before += chunk.length
    if (skipped === chunk.length) continue
    for (const records of reader.blocks(chunk.subarray(skipped))) yield { records, isPlain }
  }
  for (const records of reader.end()) {
    if (!measured && records.fault(records.count - 1) !== 0)
      throw new TryLater(`The download of ${object.path} ended inside a record.`)
    yield { records, isPlain }
  }
}

async function* noticing(
  body: AsyncIterable<Buffer>,
  onFirst: (head: Buffer) => void,
): AsyncGenerator<Buffer, void, void> {
  let isFirst = true
  for await (const chunk of body) {
    if (isFirst) onFirst(chunk)
    isFirst = false
    yield chunk
  }
}

/** What the object storage says in its XML error body. Source: Amazon S3 API reference, Error responses. */
async function judge(
  reply: StreamReply,
  object: LogObject,
  vendor: VendorClient,
  rest: number | undefined,
): Promise<void> {
  if (reply.status === 206 && rest !== undefined) {
    if (reply.header('content-range')?.startsWith(`bytes ${rest}-`)) return
    throw new PartRefused(`The storage of Cisco ETD sends another part of ${object.path} than was asked for.`)
  }
  if (reply.status === 200) {
    if (!isFromStorage(reply))
      throw vendor.tryLater(
        `Something on the way answers in place of the storage of Cisco ETD at ${hostOf(object.url)}, with a page or nothing; ` +
          'let downloads from there pass.',
        reply,
      )
    return
  }
  const code = await errorCode(reply)
  const what = `The storage of Cisco ETD refuses ${object.path} (${reply.status}${code === '' ? '' : `: ${code}`}).`
  if (reply.status === 403 || reply.status === 401 || /expired|token/i.test(code)) throw new LinkExpired(what)
  if (reply.status === 429 || reply.status >= 500 || /slow|timeout/i.test(code))
    throw vendor.tryLater(what, reply)
  throw rest === undefined ? new UnitUnavailable(what) : new PartRefused(what)
}

/** A proxy or portal may answer 200 with a page of its own, or with nothing; an object of the storage has an ETag. */
function isFromStorage(reply: StreamReply): boolean {
  if (reply.header('etag') !== undefined) return true
  return !/html/i.test(reply.header('content-type') ?? '') && reply.header('content-length') !== '0'
}

const longestErrorBody = 64 * 1024

async function errorCode(reply: StreamReply): Promise<string> {
  let body = ''
  for await (const chunk of reply.body) {
    body += chunk.toString('utf8')
    if (body.length > longestErrorBody) break
  }
  const found: unknown = /<Error>/.test(body)
    ? new XMLParser({ parseTagValue: false }).parse(body)
    : undefined
  return codeIn(found)
}

const codeIn = (document: unknown): string => {
  if (typeof document !== 'object' || document === null || !('Error' in document)) return ''
  const { Error: error } = document
  return typeof error === 'object' && error !== null && 'Code' in error ? String(error.Code) : ''
}
