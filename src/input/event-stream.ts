import type { StampedBlock } from '../delivery/batch.ts'
import type { EventSink, WrittenCounts } from '../delivery/engine.ts'
import { faultTexts, maxEscapedLength } from '../records/block.ts'
import { escapeText, unparsedRaw } from '../records/escape.ts'
import { formatSeconds } from '../records/instant.ts'

/** Hands bytes to the reader of stdout; resolves when they were accepted, rejects when the reader is gone. */
export type Write = (bytes: Uint8Array) => Promise<void>

export interface EventStreamOptions {
  /** The stanza's full name, `scheme://name`. */
  readonly stanza: string
  /** The stanza's name without the scheme. */
  readonly input: string
  readonly index?: string | undefined
  readonly host?: string | undefined
}

/** Bytes gathered before a write. Larger than a pipe, small enough to stay in the processor's cache. */
const bufferSize = 512 * 1024
const jsonText = (value: string): string => escapeText(JSON.stringify(value)).replaceAll('&quot;', '"')

/**
 * Splunk's XML event stream on stdout: whole events per write, valid XML whatever the vendor sends. While one buffer
 * is on its way to the reader the other is filled.
 * Source: Splunk, "Modular inputs: stream events"; `unbroken` with `<done/>` marks each element as one whole event.
 */
export class EventStream implements EventSink {
  readonly #write: Write
  readonly #options: EventStreamOptions
  #filling = Buffer.allocUnsafe(bufferSize)
  #spare = Buffer.allocUnsafe(bufferSize)
  #at = 0
  #onItsWay: Promise<void> = Promise.resolve()
  #open = false

  constructor(write: Write, options: EventStreamOptions) {
    this.#write = write
    this.#options = options
  }

  async write(block: StampedBlock, stream: string): Promise<WrittenCounts> {
    const frame = new EventFrame(this.#options, block, stream)
    const { records, skip } = block
    let events = 0
    let unparsed = 0
    let bytes = 0
    for (let row = 0; row < records.count; row++) {
      if (skip?.[row] === 1) continue
      const length = records.end(row) - records.start(row)
      if (records.fault(row) !== 0) {
        const event = Buffer.from(frame.unparsed(row), 'utf8')
        if (this.#at + event.length > bufferSize) await this.#send()
        await this.#append(event)
        unparsed++
      } else {
        const room = frame.overhead(row) + maxEscapedLength(length)
        if (this.#at + room > bufferSize) await this.#send()
        if (room > bufferSize) await this.#append(frame.event(row, Buffer.allocUnsafe(room), 0))
        else this.#at = frame.write(row, this.#filling, this.#at)
      }
      events++
      bytes += length
    }
    return { events, unparsed, bytes }
  }

  async flush(): Promise<void> {
    await this.#send()
    await this.#onItsWay
  }

  /** Ends the stream; nothing may be written after it. */
  async close(): Promise<void> {
    await this.flush()
    await this.#write(Buffer.from(this.#open ? '</stream>\n' : '<stream></stream>\n'))
  }

  async #append(event: Buffer): Promise<void> {
    if (event.length <= bufferSize) {
      this.#at += event.copy(this.#filling, this.#at)
      return
    }
    await this.#onItsWay
    await this.#sendNow(event)
  }

  async #send(): Promise<void> {
    if (this.#at === 0) return
    await this.#onItsWay
    const full = this.#filling.subarray(0, this.#at)
    this.#filling = this.#spare
    this.#spare = Buffer.from(full.buffer, full.byteOffset, bufferSize)
    this.#at = 0
    this.#onItsWay = this.#sendNow(full)
    // The failure belongs to whoever awaits the next write or flush.
    this.#onItsWay.catch(() => undefined)
  }

  async #sendNow(bytes: Uint8Array): Promise<void> {
    if (!this.#open) {
      this.#open = true
      await this.#write(Buffer.from('<stream>\n'))
    }
    await this.#write(bytes)
  }
}

/** The parts of an event that are the same for all records of a block. */
class EventFrame {
  readonly #block: StampedBlock
  readonly #start: string
  readonly #beforeId: string
  readonly #afterId: string
  readonly #elements: (sourcetype: string) => string
  readonly #end = '</data><done/></event>\n'

  constructor(options: EventStreamOptions, block: StampedBlock, stream: string) {
    this.#block = block
    const element = (name: string, value: string | undefined) =>
      value === undefined ? '' : `<${name}>${escapeText(value)}</${name}>`
    this.#elements = (sourcetype) =>
      element('source', block.source) +
      element('sourcetype', sourcetype) +
      element('index', options.index) +
      element('host', options.host)
    this.#start = `<event stanza="${escapeText(options.stanza)}" unbroken="1">`
    this.#beforeId = `${this.#elements(block.sourcetype)}<data>{"mailtrail":{"id":"`
    this.#afterId = `","input":${jsonText(options.input)},"stream":${jsonText(stream)}`
  }

  #time(row: number): string {
    const time = this.#block.times[row] ?? Number.NaN
    return Number.isNaN(time) ? '' : `<time>${formatSeconds(time)}</time>`
  }

  #head(row: number): string {
    const extra = this.#block.extras?.[row]
    const more = extra ? `,${escapeText(extra).replaceAll('&quot;', '"')}` : ''
    return `${this.#start}${this.#time(row)}${this.#beforeId}${this.#block.ids[row]}${this.#afterId}${more}}`
  }

  /** The most bytes that an event needs besides its escaped record. */
  overhead(row: number): number {
    const extra = this.#block.extras?.[row]?.length ?? 0
    return 3 * (this.#start.length + this.#beforeId.length + this.#afterId.length) + 6 * extra + 200
  }

  /** Writes the event of a record; returns the position after it. */
  write(row: number, out: Buffer, at: number): number {
    const { records } = this.#block
    let position = at + out.write(this.#head(row), at, 'utf8')
    const start = records.start(row)
    const empty = records.bytes[start] === 0x7b && isEmptyObject(records.bytes, start, records.end(row))
    if (!empty) out[position++] = 0x2c
    position = records.copyEscaped(row, start + 1, out, position)
    return position + out.write(this.#end, position, 'latin1')
  }

  event(row: number, out: Buffer, at: number): Buffer {
    return out.subarray(at, this.write(row, out, at))
  }

  /** A piece of text that is not a record, as an event of its own. */
  unparsed(row: number): string {
    const { records, ids } = this.#block
    const error = JSON.stringify(faultTexts[records.fault(row)] ?? 'not a record')
    const raw = escapeText(unparsedRaw(records.bytes, records.start(row), records.end(row))).replaceAll(
      '&quot;',
      '"',
    )
    return (
      `${this.#start}${this.#time(row)}${this.#elements('mailtrail:unparsed')}` +
      `<data>{"mailtrail":{"id":"${ids[row]}${this.#afterId},"error":${error}},"raw":${raw}}${this.#end}`
    )
  }
}

/** Whether nothing but white space stands between the braces. */
function isEmptyObject(bytes: Uint8Array, start: number, end: number): boolean {
  for (let at = start + 1; at < end - 1; at++) if ((bytes[at] ?? 0) > 0x20) return false
  return true
}
