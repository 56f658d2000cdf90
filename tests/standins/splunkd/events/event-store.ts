import { createHash, type Hash } from 'node:crypto'
import { appendFileSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { StreamEvent } from './event-stream.ts'

/** An event as it is kept: the fields that the input sent, `data` as text. */
export type StoredEvent = Omit<StreamEvent, 'data'> & { readonly data: string }

export interface EventStoreOptions {
  /** Keep the events in `events`; default true. With false they are only counted, and memory stays flat. */
  readonly keep?: boolean
  /** Maintain `digest()` over the data of all events in order. */
  readonly hash?: boolean
  /** Called for every event; `data` is a view that is valid only during the call. */
  readonly onEvent?: (event: StreamEvent) => void
  /** Append each event's data as a line to `<directory>/<sourcetype>.log`, with `:` as `_`. */
  readonly directory?: string
}

/** An event that was longer than `TRUNCATE` of its sourcetype allows. */
export interface Truncation {
  readonly sourcetype: string
  readonly bytes: number
  readonly limit: number
}

const FLUSH_BYTES = 1024 * 1024

/** props.conf's default. */
const TRUNCATE = 10_000

/** What splunkd indexed. */
export class EventStore {
  /** The events in order of arrival, unless `keep` is false. */
  readonly events: StoredEvent[] = []
  /** Events by sourcetype; of events without one, by `(unset)`. */
  readonly counts = new Map<string, number>()
  /** Streams that were broken, each with what broke it: a test wants none. */
  readonly violations: string[] = []
  /** Events that were cut short by `TRUNCATE`. */
  readonly truncations: Truncation[] = []
  total = 0
  /** Bytes of data, entities resolved. */
  bytes = 0
  readonly #options: EventStoreOptions
  readonly #limits: () => ReadonlyMap<string, number>
  readonly #hash: Hash | undefined
  readonly #unwritten = new Map<string, { lines: Buffer[]; bytes: number }>()

  /** `limits` gives `TRUNCATE` by sourcetype (0: no limit). */
  constructor(options: EventStoreOptions, limits: () => ReadonlyMap<string, number>) {
    this.#options = options
    this.#limits = limits
    this.#hash = options.hash ? createHash('sha256') : undefined
    if (options.directory) mkdirSync(options.directory, { recursive: true })
  }

  /** SHA-256, hex, of the data of all events so far, each followed by a newline; needs `hash`. */
  digest(): string {
    if (this.#hash === undefined) throw new Error('The event store was made without `hash: true`.')
    return this.#hash.copy().digest('hex')
  }

  add(event: StreamEvent, limits: ReadonlyMap<string, number> = this.#limits()): void {
    const sourcetype = event.sourcetype ?? '(unset)'
    const limit = limits.get(sourcetype) ?? TRUNCATE
    let { data } = event
    if (limit > 0 && data.length > limit) {
      this.truncations.push({ sourcetype, bytes: data.length, limit })
      data = data.subarray(0, limit)
    }
    this.total += 1
    this.bytes += data.length
    this.counts.set(sourcetype, (this.counts.get(sourcetype) ?? 0) + 1)
    this.#hash?.update(data).update('\n')
    this.#options.onEvent?.(event)
    if (this.#options.keep !== false) this.events.push({ ...event, data: data.toString('utf8') })
    if (this.#options.directory) this.#write(sourcetype, data)
  }

  /** What a process may write to: `TRUNCATE` is looked up once for all of its events. */
  sink(): (event: StreamEvent) => void {
    const limits = this.#limits()
    return (event) => this.add(event, limits)
  }

  /** Writes what waits for `directory`. */
  flush(): void {
    for (const [sourcetype, { lines }] of this.#unwritten) {
      const file = `${sourcetype.replace(/[^\w.-]/g, '_')}.log`
      appendFileSync(join(this.#options.directory ?? '.', file), Buffer.concat(lines))
    }
    this.#unwritten.clear()
  }

  /** Forgets all events and counts, not the files. */
  clear(): void {
    this.events.length = 0
    this.violations.length = 0
    this.truncations.length = 0
    this.counts.clear()
    this.total = 0
    this.bytes = 0
  }

  #write(sourcetype: string, data: Buffer): void {
    const waiting = this.#unwritten.get(sourcetype) ?? { lines: [], bytes: 0 }
    this.#unwritten.set(sourcetype, waiting)
    waiting.lines.push(Buffer.from(data), Buffer.from('\n'))
    waiting.bytes += data.length + 1
    if (waiting.bytes >= FLUSH_BYTES) this.flush()
  }
}
