import type { StampedBlock } from '../delivery/batch.ts'
import type { EventSink, WrittenCounts } from '../delivery/engine.ts'
import { faultTexts, type RecordBlock } from '../records/block.ts'
import { escapeText, unparsedRaw } from '../records/escape.ts'
import { type EventFrame, mostBytesOfEvent, type Progress, type RowStamps } from '../records/frame.ts'
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
  #parts: EventParts | undefined

  constructor(write: Write, options: EventStreamOptions) {
    this.#write = write
    this.#options = options
  }

  async write(block: StampedBlock, stream: string): Promise<WrittenCounts> {
    const { records, skip } = block
    const parts = this.#partsOf(block, stream)
    const { frame, variants } = parts.frameOf(block.extras)
    const stamps: RowStamps = { ...block, variants }
    const progress: Progress = { row: 0, at: this.#at }
    for (;;) {
      records.writeEvents(frame, stamps, this.#filling, progress)
      this.#at = progress.at
      if (progress.row === records.count) break
      if (records.fault(progress.row) !== 0) {
        await this.#append(parts.unparsed(block, progress.row++))
      } else if (this.#at > 0) {
        await this.#send()
      } else {
        const large = Buffer.allocUnsafe(mostBytesOfEvent(records, progress.row, frame, stamps))
        records.writeEvents(frame, stamps, large, progress)
        await this.#append(large.subarray(0, progress.at))
      }
      progress.at = this.#at
    }
    return counted(records, skip)
  }

  /** One block after the other is of the same unit. */
  #partsOf({ source, sourcetype }: StampedBlock, stream: string): EventParts {
    if (!this.#parts?.isOf(source, sourcetype, stream))
      this.#parts = new EventParts(this.#options, source, sourcetype, stream)
    return this.#parts
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

  async #append(events: Buffer): Promise<void> {
    if (this.#at + events.length > bufferSize) await this.#send()
    if (events.length <= bufferSize) {
      this.#at += events.copy(this.#filling, this.#at)
      return
    }
    await this.#onItsWay
    await this.#sendNow(events)
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

/** The text of a unit's events around their records. */
class EventParts {
  readonly #of: readonly [source: string, sourcetype: string, stream: string]
  readonly #beforeTime: string
  readonly #elements: (sourcetype: string) => string
  readonly #afterId: string
  readonly #end = '</data><done/></event>\n'
  readonly #plain: EventFrame

  constructor(options: EventStreamOptions, source: string, sourcetype: string, stream: string) {
    this.#of = [source, sourcetype, stream]
    this.#beforeTime = `<event stanza="${escapeText(options.stanza)}" unbroken="1">`
    const element = (name: string, value: string | undefined) =>
      value === undefined ? '' : `<${name}>${escapeText(value)}</${name}>`
    this.#elements = (ofType) =>
      element('source', source) +
      element('sourcetype', ofType) +
      element('index', options.index) +
      element('host', options.host)
    this.#afterId = `","input":${jsonText(options.input)},"stream":${jsonText(stream)}`
    this.#plain = {
      beforeTime: Buffer.from(this.#beforeTime),
      beforeId: Buffer.from(`${this.#elements(sourcetype)}<data>{"mailtrail":{"id":"`),
      variants: [this.#variant('')],
      afterRecord: Buffer.from(this.#end),
    }
  }

  isOf(source: string, sourcetype: string, stream: string): boolean {
    const [ownSource, ownSourcetype, ownStream] = this.#of
    return source === ownSource && sourcetype === ownSourcetype && stream === ownStream
  }

  /** @returns the number of each row's variant too, where not all rows have the same. */
  frameOf(extras: readonly string[] | undefined): { frame: EventFrame; variants: Uint32Array | undefined } {
    if (extras === undefined) return { frame: this.#plain, variants: undefined }
    const different = [...new Set(extras)]
    const number = new Map(different.map((extra, variant) => [extra, variant]))
    return {
      frame: { ...this.#plain, variants: different.map((extra) => this.#variant(extra)) },
      variants:
        different.length > 1 ? Uint32Array.from(extras, (extra) => number.get(extra) ?? 0) : undefined,
    }
  }

  #variant(extra: string): Buffer {
    return Buffer.from(`${this.#afterId}${extra && `,${markup(extra)}`}}`)
  }

  /** A piece of text that is not a record, as an event of its own. */
  unparsed({ records, ids, times }: StampedBlock, row: number): Buffer {
    const time = times[row] ?? Number.NaN
    const error = JSON.stringify(faultTexts[records.fault(row)] ?? 'not a record')
    const raw = markup(unparsedRaw(records.bytes, records.start(row), records.end(row)))
    return Buffer.from(
      `${this.#beforeTime}${Number.isNaN(time) ? '' : `<time>${formatSeconds(time)}</time>`}` +
        `${this.#elements('mailtrail:unparsed')}<data>{"mailtrail":{"id":"${ids.get(row)}${this.#afterId},"error":${error}},` +
        `"raw":${raw}}${this.#end}`,
    )
  }
}

/** JSON text as XML text. */
const markup = (json: string): string => escapeText(json).replaceAll('&quot;', '"')
const jsonText = (value: string): string => markup(JSON.stringify(value))

function counted(records: RecordBlock, skip: Uint8Array | undefined): WrittenCounts {
  const counts = { events: 0, unparsed: 0, bytes: 0 }
  for (let row = 0; row < records.count; row++) {
    if (skip?.[row] === 1) continue
    counts.events++
    counts.bytes += records.end(row) - records.start(row)
    if (records.fault(row) !== 0) counts.unparsed++
  }
  return counts
}
