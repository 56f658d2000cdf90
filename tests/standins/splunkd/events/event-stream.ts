import { isUtf8 } from 'node:buffer'
import { Incomplete, isSpace, Violation, XmlCursor } from './xml-cursor.ts'

/** An event as the input sent it: what it left out is `undefined`. */
export interface StreamEvent {
  readonly stanza: string | undefined
  /** Epoch seconds, the text as sent. */
  readonly time: string | undefined
  readonly source: string | undefined
  readonly sourcetype: string | undefined
  readonly index: string | undefined
  readonly host: string | undefined
  readonly unbroken: boolean
  readonly done: boolean
  /** UTF-8; a view that is valid only while the callback runs. */
  readonly data: Buffer
}

type Place = 'before' | 'inside' | 'after' | 'broken'

const EVENT_END = Buffer.from('</event>')
/** No event is longer; a stream without any `</event>` is not read for ever. */
const MAX_EVENT_BYTES = 256 * 1024 * 1024
const TEXT_ELEMENTS: ReadonlySet<string> = new Set(['time', 'source', 'sourcetype', 'index', 'host', 'data'])

/**
 * Reads the XML event stream of one process as it comes, strictly: what is not well-formed XML 1.0 in UTF-8, or not
 * an event, is a violation, and everything after it is dropped, as splunkd does. A stream that just ends is fine:
 * the whole events count, the partial one does not.
 */
export class EventStream {
  /** What broke the stream, if anything did. */
  violation: string | undefined
  /** Whole events so far. */
  events = 0
  readonly #onEvent: (event: StreamEvent) => void
  readonly #cursor = new XmlCursor()
  #place: Place = 'before'
  #declared = false
  #bytes: Buffer = Buffer.alloc(0)
  #owned = false
  #start = 0
  #end = 0
  /** Where the search for the next `</event>` goes on. */
  #searchFrom = 0

  constructor(onEvent: (event: StreamEvent) => void) {
    this.#onEvent = onEvent
  }

  /** Whether `</stream>` was read. */
  get closed(): boolean {
    return this.#place === 'after'
  }

  /** Bytes of a partial event that wait for their end; what is left once the process is gone was never an event. */
  get pending(): number {
    return this.#end - this.#start
  }

  push(chunk: Buffer): void {
    if (this.#place === 'broken') return
    this.#append(chunk)
    try {
      while (this.#step());
    } catch (error) {
      if (error instanceof Incomplete) return
      if (!(error instanceof Violation)) throw error
      this.violation = `${error.message} (after ${this.events} whole events)`
      this.#place = 'broken'
      this.#start = this.#end
    }
  }

  #append(chunk: Buffer): void {
    const left = this.#end - this.#start
    if (left === 0) {
      this.#bytes = chunk
      this.#owned = false
      this.#start = 0
      this.#end = chunk.length
      this.#searchFrom = 0
      return
    }
    const searched = this.#searchFrom - this.#start
    if (!this.#owned || this.#end + chunk.length > this.#bytes.length) {
      const larger = Buffer.allocUnsafe((left + chunk.length) * 2)
      this.#bytes.copy(larger, 0, this.#start, this.#end)
      this.#bytes = larger
      this.#owned = true
      this.#start = 0
      this.#end = left
      this.#searchFrom = searched
    }
    chunk.copy(this.#bytes, this.#end)
    this.#end += chunk.length
  }

  /** Reads one construct; false when the bytes are used up. */
  #step(): boolean {
    while (this.#start < this.#end && isSpace(this.#bytes[this.#start])) this.#start += 1
    if (this.#start >= this.#end) return false
    if (this.#place === 'before') return this.#prolog()
    if (this.#place === 'after') throw new Violation('Output after </stream>')
    if (this.#begins('<event')) return this.#event()
    if (this.#begins('</stream>')) {
      this.#start += '</stream>'.length
      this.#place = 'after'
      return true
    }
    throw new Violation(`Neither an event nor the end of the stream: ${this.#excerpt()}`)
  }

  #prolog(): boolean {
    if (!this.#declared && this.#begins('<?xml ')) {
      const end = this.#bytes.indexOf('?>', this.#start)
      if (end < 0 || end >= this.#end) return false
      this.#declared = true
      this.#start = end + 2
      return true
    }
    if (!this.#begins('<stream'))
      throw new Violation(`The output does not begin with <stream>: ${this.#excerpt()}`)
    this.#cursor.reset(this.#bytes, this.#start, this.#end)
    const tag = this.#cursor.open()
    if (tag.name !== 'stream') throw new Violation(`<${tag.name}> instead of <stream>`)
    this.#start = this.#cursor.at
    this.#place = tag.empty ? 'after' : 'inside'
    return true
  }

  #event(): boolean {
    const from = Math.max(this.#searchFrom, this.#start)
    const found = this.#bytes.indexOf(EVENT_END, from)
    if (found < 0 || found + EVENT_END.length > this.#end) {
      this.#searchFrom = Math.max(this.#start, this.#end - EVENT_END.length + 1)
      if (this.pending > MAX_EVENT_BYTES) throw new Violation('An event without end')
      return false
    }
    this.#searchFrom = found + EVENT_END.length
    this.#cursor.reset(this.#bytes, this.#start, this.#end)
    this.#readEvent()
    return true
  }

  #readEvent(): void {
    const cursor = this.#cursor
    const { name, attributes, empty } = cursor.open()
    if (name !== 'event' || empty) throw new Violation(`<${name}> where an event was expected`)
    for (const attribute of attributes.keys()) {
      if (attribute !== 'stanza' && attribute !== 'unbroken')
        throw new Violation(`Unknown attribute ${attribute} of <event>`)
    }
    const texts = new Map<string, string>()
    let data: Buffer | undefined
    let done = false
    for (cursor.skipSpace(); !cursor.closes(); cursor.skipSpace()) {
      const child = cursor.open()
      if (child.name === 'done') {
        if (!child.empty) cursor.close('done')
        done = true
        continue
      }
      if (!TEXT_ELEMENTS.has(child.name)) throw new Violation(`Unknown element <${child.name}> in an event`)
      if (texts.has(child.name) || (child.name === 'data' && data))
        throw new Violation(`<${child.name}> twice in an event`)
      if (child.empty) throw new Violation(`<${child.name}/> is empty`)
      const text = cursor.text()
      cursor.close(child.name)
      if (child.name === 'data') data = this.#kept(text)
      else texts.set(child.name, text.toString('utf8'))
    }
    cursor.close('event')
    if (!isUtf8(this.#bytes.subarray(this.#start, cursor.at))) throw new Violation('Bytes that are not UTF-8')
    if (data === undefined) throw new Violation('An event without <data>')
    const time = texts.get('time')
    if (time !== undefined && !/^\d+(\.\d{1,3})?$/.test(time))
      throw new Violation(`<time>${time}</time> is not epoch seconds`)
    this.#start = cursor.at
    this.events += 1
    this.#onEvent({
      stanza: attributes.get('stanza'),
      time,
      source: texts.get('source'),
      sourcetype: texts.get('sourcetype'),
      index: texts.get('index'),
      host: texts.get('host'),
      unbroken: attributes.get('unbroken') === '1',
      done,
      data,
    })
  }

  /** Data that the cursor put together in its scratch area must outlive the elements after it. */
  #kept(text: Buffer): Buffer {
    return text.buffer === this.#bytes.buffer ? text : Buffer.from(text)
  }

  #begins(token: string): boolean {
    const available = Math.min(token.length, this.#end - this.#start)
    if (this.#bytes.toString('latin1', this.#start, this.#start + available) !== token.slice(0, available))
      return false
    if (available < token.length) throw new Incomplete()
    return true
  }

  #excerpt(): string {
    return JSON.stringify(this.#bytes.toString('utf8', this.#start, Math.min(this.#start + 80, this.#end)))
  }
}
