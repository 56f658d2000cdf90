import { XMLParser } from 'fast-xml-parser'
import { TryLater, UnitUnavailable } from '../../errors.ts'
import type { RecordBlock } from '../../records/block.ts'
import type { RecordReader } from '../../records/reader.ts'
import type { ByteSource } from '../../transport/byte-source.ts'
import { hostOf, type StreamReply, type VendorClient } from '../../transport/client.ts'
import { Inflated } from '../../transport/inflate.ts'
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
 * @param reader whose memory is used; one object after the other may have the same.
 * @throws {LinkExpired} when the link is no longer good; {PartRefused}; {UnitUnavailable} when the storage does not have the object;
 * {TryLater} when the download is cut off.
 */
export async function* download(
  vendor: VendorClient,
  object: LogObject,
  from: Place,
  reader: RecordReader,
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
  reader.begin(from.offset)
  const isRest = reply.status === 206
  const whole = new Inflated(reply.body)
  const body = isRest ? reply.body : whole
  try {
    await skip(body, from.offset - (isRest ? (rest ?? 0) : 0))
    for (let length = -1; length !== 0; ) {
      length = await body.read(reader.room())
      for (const records of reader.filled(length)) yield { records, isPlain: !whole.isGzip }
    }
  } finally {
    body.close()
  }
  for (const records of reader.end()) {
    if (!measured && records.fault(records.count - 1) !== 0)
      throw new TryLater(`The download of ${object.path} ended inside a record.`)
    yield { records, isPlain: !whole.isGzip }
  }
}

/** Reads over so many bytes. */
async function skip(body: ByteSource, bytes: number): Promise<void> {
  const scratch = Buffer.allocUnsafeSlow(Math.min(bytes, 1 << 16))
  for (let left = bytes; left > 0; ) {
    const length = await body.read(scratch.subarray(0, left))
    if (length === 0) return
    left -= length
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
    if (isRestOf(reply.header('content-range'), rest)) return
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

/** Whether a part goes on to the end of the object: less may be sent than was asked for. Source: RFC 9110, 14.4. */
function isRestOf(contentRange: string | undefined, from: number): boolean {
  const [, first, last, size] = /^bytes (\d+)-(\d+)\/(\d+)$/.exec(contentRange ?? '') ?? []
  return Number(first) === from && Number(last) + 1 === Number(size)
}

/** A proxy or portal may answer 200 with a page of its own, or with nothing; an object of the storage has an ETag. */
function isFromStorage(reply: StreamReply): boolean {
  if (reply.header('etag') !== undefined) return true
  return !/html/i.test(reply.header('content-type') ?? '') && reply.header('content-length') !== '0'
}

const longestErrorBody = 64 * 1024

async function errorCode(reply: StreamReply): Promise<string> {
  const bytes = Buffer.alloc(longestErrorBody)
  let length = 0
  for (let read = -1; read !== 0 && length < bytes.length; length += read)
    read = await reply.body.read(bytes.subarray(length))
  const body = bytes.toString('utf8', 0, length)
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
