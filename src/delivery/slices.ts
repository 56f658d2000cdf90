import { z } from 'zod'
import type { RecordBlock } from '../records/block.ts'
import type { Batch, StampedBlock, StateChange, Unit, UnitState } from './batch.ts'
import { readValue } from './documents.ts'
import { Seen } from './seen.ts'
import type { StreamRun } from './source.ts'

/** A stretch of the log's time axis, epoch milliseconds, end exclusive. */
export interface Window {
  readonly from: number
  readonly to: number
}

/** Records of a window as the vendor gave them, with what is stamped on them. */
export interface StampedPage {
  readonly records: RecordBlock
  /** Event time by row, epoch milliseconds; NaN where a record has none. */
  readonly times: Float64Array
  readonly ids: readonly string[]
  readonly extras?: readonly string[]
  /** Told which rows are delivered, in order; gives what goes with them. */
  readonly accompany?: (rows: readonly number[]) => Company
}

/** What is written and kept together with records of a page. */
export interface Company {
  /** Events of the add-on's own about them. */
  readonly notices?: StampedBlock
  readonly state?: readonly StateChange[]
}

/** Part of a window that the vendor cut off. */
export interface CutOff {
  readonly unit: Unit
  readonly reason: string
}

/** Everything in the window before this time (epoch milliseconds) was given: what is remembered of it can go. */
export interface Reached {
  readonly reached: number
}

/** A log that is asked for by time. */
export interface SlicedLog {
  /** Everything in a window, page by page, in any order; records may come twice. */
  fetch(window: Window): AsyncIterable<StampedPage | CutOff | Reached>
  /** The `source` of a unit's events. */
  sourceOf(unitName: string): string
  readonly sourcetype: string
  /** How far back of the last read the next one begins again, for records that are written late; milliseconds. */
  readonly overlap: number
  /** What is younger is left for the next run, because it is still being written; milliseconds. */
  readonly lag: number
  /** How far back the vendor can be asked, milliseconds; undefined without a limit. */
  readonly reach: number | undefined
  /** The longest window, milliseconds. */
  readonly longestWindow: number
  /** Said of what is out of reach: "Trend Micro gives logs of the last 72 hours". */
  readonly reachReason: string
}

const cursorDocument = z.object({ until: z.number(), completeBefore: z.number() })
type Cursor = z.infer<typeof cursorDocument>

const hour = 3_600_000
const hourOf = (time: number): number => Math.floor(time / hour) * hour
const shortestWindow = 60_000
/** Windows grow while they hold fewer records than this, and shrink when they hold ten times as many. */
const fewRecords = 5_000
const manyRecords = 50_000
/** Neighbouring windows of a pass share this much, because no vendor says whether bounds are inclusive; milliseconds. */
const seam = 1_000
/** Kept away from the vendor's limit: its clock goes on while a chain of pages is read; milliseconds. */
const reachMargin = 60_000

/**
 * Collects a log that is asked for by time. The unit of the ledger is the hour of a record's own time. Every read
 * begins an overlap before the last one ended and leaves a lag out; what was delivered before is known by identity
 * and left out.
 */
export class SlicedPass {
  readonly #run: StreamRun<unknown>
  readonly #log: SlicedLog
  readonly #seen: Seen
  #cursor: Cursor | undefined
  #length: number

  constructor(run: StreamRun<unknown>, log: SlicedLog) {
    this.#run = run
    this.#log = log
    this.#seen = new Seen('seen/', run.stateKeys(), (key) => run.state(key))
    const stored = run.state('cursor')
    this.#cursor =
      stored === undefined ? undefined : readValue(cursorDocument, stored, `cursor of stream ${run.stream}`)
    this.#length = Math.min(log.longestWindow, 10 * 60_000)
  }

  async *batches(): AsyncGenerator<Batch, void, void> {
    yield* this.#live()
    yield* this.#replays()
  }

  #now(): number {
    return this.#run.vendor.clock.now()
  }

  #oldest(): number {
    return this.#log.reach === undefined
      ? Number.NEGATIVE_INFINITY
      : this.#now() - this.#log.reach + reachMargin
  }

  async *#live(): AsyncGenerator<Batch, void, void> {
    const start = this.#cursor?.until ?? this.#run.startTime()
    if (start < this.#oldest()) yield this.#outOfReach(start, this.#oldest())
    const cursor: Cursor = {
      until: Math.max(start, this.#oldest()),
      completeBefore: this.#cursor?.completeBefore ?? hourOf(start),
    }
    let from = this.#cursor === undefined ? cursor.until : cursor.until - this.#log.overlap
    // The pass ends where it could reach when it began; what is written meanwhile is the next run's.
    const end = this.#now() - this.#log.lag
    while (cursor.until < end) {
      from = Math.max(from, this.#oldest())
      const window = { from, to: Math.min(Math.max(from, cursor.until) + this.#length, end) }
      const before = cursor.until
      const count = yield* this.#window(window, cursor)
      this.#fit(count)
      yield* this.#reach(window.to, cursor)
      if (cursor.until === before) return
      from = cursor.until - seam
    }
  }

  async *#reach(time: number, cursor: Cursor): AsyncGenerator<Batch, void, void> {
    // By now the vendor's clock is known better: what it finds still to be written stays for the next run.
    cursor.until = Math.max(cursor.until, Math.min(time, this.#now() - this.#log.lag))
    yield* this.#close(cursor)
  }

  #fit(count: number): void {
    if (count < fewRecords) this.#length = Math.min(this.#length * 2, this.#log.longestWindow)
    if (count > manyRecords) this.#length = Math.max(Math.floor(this.#length / 4), shortestWindow)
  }

  #outOfReach(from: number, to: number): Batch {
    const name = `${new Date(from).toISOString()}/${new Date(to).toISOString()}`
    const reason = `${this.#log.reachReason}: ${name} cannot be had any more.`
    this.#run.log.warn(reason, { action: 'gap', stream: this.#run.stream, unit: name })
    return { unit: { stream: this.#run.stream, name, from, to }, becomes: 'gap', reason }
  }

  async *#window(window: Window, cursor: Cursor): AsyncGenerator<Batch, number, void> {
    let count = 0
    for await (const part of this.#log.fetch(window)) {
      if ('reason' in part) {
        yield this.#cutOff(part)
        continue
      }
      if ('reached' in part) {
        if (part.reached > cursor.until) yield* this.#reach(part.reached, cursor)
        continue
      }
      count += part.records.count
      const stateOf = (unit: Unit): UnitState => (unit.from < cursor.completeBefore ? 'complete' : 'open')
      yield* this.#page(part, window, this.#seen, stateOf)
    }
    return count
  }

  #cutOff({ unit, reason }: CutOff): Batch {
    this.#run.log.warn(reason, { action: 'truncated', stream: unit.stream, unit: unit.name })
    return { unit, becomes: 'truncated', reason }
  }

  /** The new records of a page, unit by unit, each with what makes them known; the last also with what belongs to all. */
  *#page(
    page: StampedPage,
    window: Window,
    seen: Seen,
    stateOf: (unit: Unit) => UnitState,
    only?: Unit,
  ): Generator<Batch, void, void> {
    const { records, times, ids } = page
    const hours = new Map<number, number[]>()
    const delivered: number[] = []
    const onThisPage = new Set<string>()
    for (let row = 0; row < records.count; row++) {
      const time = times[row] ?? Number.NaN
      const stands = Number.isNaN(time) ? window.from : time
      const filed = hourOf(stands)
      if (only !== undefined && (stands < only.from || stands >= only.to)) continue
      const id = ids[row] ?? ''
      if (seen.has(id) || onThisPage.has(id)) continue
      onThisPage.add(id)
      delivered.push(row)
      const rows = hours.get(filed) ?? []
      rows.push(row)
      hours.set(filed, rows)
    }
    if (delivered.length === 0) return
    const { notices, state = [] } = page.accompany?.(delivered) ?? {}
    let left = hours.size
    for (const [filed, rows] of hours) {
      const skip = new Uint8Array(records.count).fill(1)
      for (const row of rows) {
        skip[row] = 0
        const time = times[row] ?? Number.NaN
        seen.add(ids[row] ?? '', Number.isNaN(time) ? window.to : time)
      }
      const hourly = this.#unit(filed)
      const unit = only ?? hourly
      const events = {
        ...page,
        skip,
        source: this.#log.sourceOf(hourly.name),
        sourcetype: this.#log.sourcetype,
      }
      left--
      yield {
        unit,
        events,
        becomes: stateOf(unit),
        progress: {},
        ...(left === 0 && notices ? { notices } : {}),
        state: [...(left === 0 ? state : []), ...seen.changes()],
      }
    }
  }

  #unit(from: number): Unit {
    const expires = this.#log.reach === undefined ? undefined : from + this.#log.reach
    return {
      stream: this.#run.stream,
      name: new Date(from).toISOString().slice(0, 13),
      from,
      to: from + hour,
      expires,
    }
  }

  /** Hours that no window will reach again are complete, those without a record too. */
  *#close(cursor: Cursor): Generator<Batch, void, void> {
    const settled = cursor.until - this.#log.overlap
    while (cursor.completeBefore + hour <= settled) {
      yield { unit: this.#unit(cursor.completeBefore), becomes: 'complete' }
      cursor.completeBefore += hour
    }
    this.#cursor = { ...cursor }
    yield { state: [{ key: 'cursor', value: this.#cursor }, ...this.#seen.forget(settled - seam)] }
  }

  /** Units that the administrator wants again. */
  async *#replays(): AsyncGenerator<Batch, void, void> {
    for (const { unit } of await this.#run.ledger({ states: ['replay'] })) {
      if (unit.to <= this.#oldest()) {
        yield { unit, becomes: 'gap', reason: `${this.#log.reachReason}: it cannot be sent again.` }
        continue
      }
      yield* this.#replay(unit)
    }
  }

  async *#replay(unit: Unit): AsyncGenerator<Batch, void, void> {
    const prefix = `replay/${unit.name}/`
    const sent = new Seen(prefix, this.#run.stateKeys(), (key) => this.#run.state(key))
    this.#run.log.info(`Sending ${unit.name} again, as the ledger asks.`, {
      action: 'replay',
      stream: unit.stream,
      unit: unit.name,
    })
    const end = Math.min(unit.to + this.#log.overlap, this.#now() - this.#log.lag)
    let from = Math.max(unit.from - this.#log.overlap, this.#oldest())
    while (from < end) {
      const window = { from, to: Math.min(from + this.#length, end) }
      for await (const part of this.#log.fetch(window)) {
        if ('reason' in part) yield this.#cutOff(part)
        else if (!('reached' in part)) yield* this.#page(part, window, sent, () => 'replay', unit)
      }
      from = window.to === end ? end : window.to - seam
    }
    const settled = unit.from < (this.#cursor?.completeBefore ?? 0)
    yield { unit, becomes: settled ? 'complete' : 'open', state: sent.forget(Number.POSITIVE_INFINITY) }
  }
}
