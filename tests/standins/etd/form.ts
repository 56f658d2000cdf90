import { gzipSync } from 'node:zlib'
import { compact, pretty } from '../vendor/json-text.ts'
import { type RecordSeries, recordsIn } from '../vendor/record.ts'

/** How the records of an object are written down. The page says nothing of it, so every way can occur. */
export interface ObjectForm {
  /** One JSON text a line, the elements of one array, or texts with nothing between them. */
  readonly layout: 'lines' | 'array' | 'concatenated'
  /** Each record over several lines. */
  readonly pretty: boolean
  readonly newline: '\n' | '\r\n'
  /** Whether the last line ends with a newline. */
  readonly lastNewline: boolean
  readonly byteOrderMark: boolean
  /** `members`: several gzip members one after the other, cut at any byte. */
  readonly gzip: 'no' | 'single' | 'members'
  /** Whether a gzip object says so in `Content-Encoding`. */
  readonly contentEncoding: boolean
}

export const plainForm: ObjectForm = {
  layout: 'lines',
  pretty: false,
  newline: '\n',
  lastNewline: true,
  byteOrderMark: false,
  gzip: 'no',
  contentEncoding: false,
}

/** One of each, for tests that go through all of them. */
export const forms: Readonly<Record<string, Partial<ObjectForm>>> = {
  lines: {},
  'no newline at the end': { lastNewline: false },
  CRLF: { newline: '\r\n' },
  'byte order mark': { byteOrderMark: true },
  array: { layout: 'array' },
  'pretty array': { layout: 'array', pretty: true },
  concatenated: { layout: 'concatenated' },
  'pretty objects': { pretty: true },
  'gzip without Content-Encoding': { gzip: 'single' },
  'gzip with Content-Encoding': { gzip: 'single', contentEncoding: true },
  'gzip members': { gzip: 'members' },
  'gzip array': { gzip: 'single', layout: 'array' },
}

/** The text that must arrive: a record over several lines loses the white space outside its strings. */
export const servedText = (text: string, form: ObjectForm): string => (form.pretty ? compact(text) : text)

const chunkBytes = 256 * 1024
/** UTF-8 needs no more for a UTF-16 code unit. */
const bytesPerCharacter = 3

/** The object before compression, in chunks of some 256 KiB. */
export function* plainChunks(series: RecordSeries, form: ObjectForm): Generator<Buffer> {
  let chunk = Buffer.allocUnsafe(chunkBytes)
  let length = 0
  for (const piece of pieces(series, form)) {
    const room = typeof piece === 'string' ? piece.length * bytesPerCharacter : piece.length
    if (length + room > chunk.length) {
      if (length > 0) yield chunk.subarray(0, length)
      chunk = Buffer.allocUnsafe(Math.max(chunkBytes, room))
      length = 0
    }
    if (typeof piece === 'string') length += chunk.write(piece, length)
    else {
      chunk.set(piece, length)
      length += piece.length
    }
  }
  if (length > 0) yield chunk.subarray(0, length)
}

/** The object, piece by piece: a record each, and what stands between them. */
function* pieces(series: RecordSeries, form: ObjectForm): Generator<string | Uint8Array> {
  const { newline } = form
  const between = form.layout === 'array' ? `,${newline}` : form.layout === 'lines' ? newline : ''
  if (form.byteOrderMark) yield '\uFEFF'
  if (form.layout === 'array') yield `[${newline}`
  let index = 0
  for (const record of recordsIn(series)) {
    if (index++ > 0) yield between
    if (record.bytes) {
      yield record.bytes
      continue
    }
    const text = form.pretty ? pretty(record.text) : record.text
    yield newline === '\n' || !form.pretty ? text : text.replaceAll('\n', newline)
  }
  if (form.layout === 'array') yield `${newline}]`
  if (form.lastNewline && index > 0) yield newline
}

/** The object as stored. */
export function* storedChunks(series: RecordSeries, form: ObjectForm): Generator<Buffer> {
  if (form.gzip === 'no') {
    yield* plainChunks(series, form)
    return
  }
  const whole = Buffer.concat([...plainChunks(series, form)])
  if (form.gzip === 'single') {
    yield gzipSync(whole)
    return
  }
  const third = Math.ceil(whole.length / 3)
  for (let at = 0; at < whole.length; at += third) yield gzipSync(whole.subarray(at, at + third))
}
