import * as z from 'zod'
import type { Batch, StateChange, Unit } from './batch.ts'
import { readValue } from './documents.ts'
import { hour, hourlyBatches, hourOf, hourUnit, type PageDelivery, stretchUnit } from './hourly.ts'
import type { LedgerRow } from './ledger.ts'
import { Seen } from './seen.ts'
import type { CutOff, Part, Reached, SlicedLog, StampedPage, Window } from './sliced-log.ts'
import type { StreamRun } from './source.ts'

const cursorDocument = z.object({
  until: z.number(),
  completeBefore: z.number(),
  /** Where collecting began: no overlap reaches further back. */
  since: z.number().optional(),
})
type Cursor = z.infer<typeof cursorDocument>

const shortestWindow = 60_000
const longWindow = 2 * hour
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
  readonly #cursor: Cursor | undefined
  /** The latest time known to be over at the vendor, where its answers do not tell the time. */
  #newest = Number.NEGATIVE_INFINITY
  #length: number

  constructor(run: StreamRun<unknown>, log: SlicedLog) {
    this.#run = run
    this.#log = log
    this.#seen = new Seen('seen/', run.stateKeys(), (key) => run.state(key))
    const value = run.state('cursor')
    this.#cursor =
      value === undefined ? undefined : readValue(cursorDocument, value, `cursor of stream ${run.stream}`)
    this.#length = Math.min(log.longestWindow, 10 * 60_000)
  }

  async *batches(): AsyncGenerator<Batch, void, void> {
    await this.#askTime()
    const cursor = this.#cursor ?? this.#first()
    this.#newest = Math.max(this.#newest, cursor.until)
    // A relative start is settled once: a run that is cut off must not make the next one begin later.
    if (this.#cursor === undefined)
      yield { unit: this.#unit(cursor.completeBefore), becomes: 'open', ...stored(cursor) }
    const asked = await this.#run.ledger({ states: ['replay'] })
    const { completeBefore } = cursor
    // An hour that goes on is sent again before live data is added to it; hours that are over wait for live data.
    yield* this.#replays(
      cursor,
      asked.filter(({ unit }) => unit.from >= completeBefore),
    )
    yield* this.#live(cursor)
    yield* this.#replays(
      cursor,
      asked.filter(({ unit }) => unit.from < completeBefore),
    )
  }

  #first(): Cursor {
    const since = this.#run.startTime()
    return { until: since, completeBefore: hourOf(Math.max(since, this.#oldest())), since }
  }

  /**
   * Asks for a moment of the log where a wrong clock of this host would decide what is due: at the first run, when
   * something seems to be out of reach, and when nothing seems to be due. The answer's date corrects the clock.
   */
  async #askTime(): Promise<void> {
    const { clock, metrics } = this.#run.vendor
    const [until, now, offset] = [this.#cursor?.until, this.#now(), clock.offset]
    const isDue = until !== undefined && until > this.#oldest() && until < now - this.#log.lag
    if (isDue || metrics.requests > 0) return
    try {
      for await (const _ of this.#log.fetch({ from: now - 1, to: now })) break
    } catch (error) {
      // A refusal may well be due to the time that was asked for; what else is wrong shows again.
      if (clock.offset === offset) throw error
    }
  }

  #now(): number {
    return this.#run.vendor.clock.now()
  }

  #oldest(): number {
    return this.#log.reach === undefined
      ? Number.NEGATIVE_INFINITY
      : this.#now() - this.#log.reach + reachMargin
  }

  async *#live(cursor: Cursor): AsyncGenerator<Batch, void, void> {
    const { clock } = this.#run.vendor
    const began = clock.now() - clock.offset
    // The pass ends where it could reach when it began; what is written meanwhile is the next run's.
    const end = (): number => began + clock.offset - this.#log.lag
    let from = Math.max(cursor.until - this.#log.overlap, cursor.since ?? Number.NEGATIVE_INFINITY)
    while (cursor.until < end()) {
      const oldest = this.#oldest()
      if (cursor.until < oldest) yield* this.#skip(cursor, oldest)
      from = Math.max(from, oldest)
      const window = { from, to: Math.min(Math.max(from, cursor.until) + this.#length, end()) }
      const before = cursor.until
      // One question for all hours of a window, not one for each.
      if (window.to - window.from > longWindow)
        await this.#run.ledger({ from: hourOf(window.from), to: window.to })
      const count = yield* this.#window(window, cursor)
      this.#fit(count)
      yield* this.#reach(window.to, cursor)
      if (cursor.until === before) return
      from = cursor.until - seam
    }
  }

  /** Moves on to what the vendor still gives. Hours that lie wholly in between have the gap's row alone. */
  async *#skip(cursor: Cursor, oldest: number): AsyncGenerator<Batch, void, void> {
    yield this.#outOfReach(cursor.until, oldest)
    yield* this.#complete(cursor, cursor.until)
    cursor.completeBefore = Math.max(cursor.completeBefore, hourOf(oldest))
    cursor.until = oldest
  }

  async *#reach(time: number, cursor: Cursor): AsyncGenerator<Batch, void, void> {
    // By now the vendor's clock is known better: what it finds still to be written stays for the next run.
    cursor.until = Math.max(cursor.until, Math.min(time, this.#now() - this.#log.lag))
    yield* this.#close(cursor)
    const settled = this.#proven(cursor) - this.#log.overlap
    for await (const part of this.#log.settled?.(settled) ?? []) {
      if (!('reached' in part))
        yield* this.#part(part, { from: settled, to: settled }, this.#liveDelivery(cursor))
    }
  }

  /**
   * How far reading went for certain. A clock of this host that is ahead, with a vendor that does not tell the time,
   * must not move the cursor past what is still to be written: then the records' own times count.
   */
  #proven({ until }: Cursor): number {
    return this.#run.vendor.clock.confirmed ? until : Math.min(until, this.#newest)
  }

  #fit(count: number): void {
    if (count < fewRecords) this.#length = Math.min(this.#length * 2, this.#log.longestWindow)
    if (count > manyRecords) this.#length = Math.max(Math.floor(this.#length / 4), shortestWindow)
  }

  #outOfReach(from: number, to: number): Batch {
    const unit = stretchUnit(this.#run.stream, { from, to })
    const reason = `${this.#log.reachReason}: ${unit.name} cannot be had any more.`
    return this.#cutOff({ unit, reason, becomes: 'gap' })
  }

  async *#window(window: Window, cursor: Cursor): AsyncGenerator<Batch, number, void> {
    let count = 0
    for await (const part of this.#log.fetch(window)) {
      if ('records' in part) {
        count += part.records.count
        for (const time of part.times) if (time > this.#newest) this.#newest = time
      }
      if (!('reached' in part)) yield* this.#part(part, window, this.#liveDelivery(cursor))
      else if (part.reached > cursor.until) yield* this.#reach(part.reached, cursor)
    }
    return count
  }

  #liveDelivery({ completeBefore }: Cursor): PageDelivery {
    return { seen: this.#seen, stateOf: (unit) => (unit.from < completeBefore ? 'complete' : 'open') }
  }

  *#part(part: Exclude<Part, Reached>, window: Window, delivery: PageDelivery): Generator<Batch, void, void> {
    if ('records' in part) yield* this.#page(part, window, delivery)
    else yield 'reason' in part ? this.#cutOff(part) : part
  }

  #cutOff({ unit, reason, becomes = 'truncated' }: CutOff): Batch {
    this.#run.log.warn(reason, { action: becomes, stream: unit.stream, unit: unit.name })
    return { unit, becomes, reason }
  }

  #page(page: StampedPage, window: Window, delivery: PageDelivery): Iterable<Batch> {
    return hourlyBatches(page, window, this.#log, this.#run.stream, delivery)
  }

  #unit(from: number): Unit {
    return hourUnit(this.#run.stream, from, this.#log)
  }

  *#close(cursor: Cursor): Generator<Batch, void, void> {
    const until = this.#proven(cursor)
    const settled = until - this.#log.overlap
    yield* this.#complete(cursor, hourOf(settled))
    yield { state: [...stored({ ...cursor, until }).state, ...this.#seen.forget(settled - seam)] }
  }

  /** Hours that no window will reach again, those without a record too. */
  *#complete(cursor: Cursor, before: number): Generator<Batch, void, void> {
    for (; cursor.completeBefore < before; cursor.completeBefore += hour)
      yield { unit: this.#unit(cursor.completeBefore), becomes: 'complete' }
  }

  /** Units that the administrator wants again. */
  async *#replays(cursor: Cursor, asked: readonly LedgerRow[]): AsyncGenerator<Batch, void, void> {
    for (const { unit, progress } of asked) {
      const oldest = this.#oldest()
      if (unit.to <= oldest) {
        yield this.#cutOff({
          unit,
          becomes: 'gap',
          reason: `${this.#log.reachReason}: ${unit.name} cannot be sent again.`,
        })
        continue
      }
      this.#run.log.info(`Sending ${unit.name} again, as the ledger asks.`, {
        action: 'replay',
        stream: unit.stream,
        unit: unit.name,
      })
      yield* this.#replay(unit, cursor, progress !== undefined)
      if (unit.from < oldest) {
        const reason = `${this.#log.reachReason}: ${unit.name} could be sent again only from ${new Date(oldest).toISOString()} on.`
        yield this.#cutOff({ unit, reason })
      }
    }
  }

  /** @param resumes after a run that was cut off; otherwise what an earlier replay left behind does not count. */
  async *#replay(unit: Unit, cursor: Cursor, resumes: boolean): AsyncGenerator<Batch, void, void> {
    const prefix = `replay/${unit.name}/`
    const keys = this.#run.stateKeys().filter((key) => key.startsWith(prefix))
    const sent = new Seen(prefix, resumes ? keys : [], (key) => this.#run.state(key))
    if (!resumes) yield { state: keys.map((key) => ({ key, value: undefined })) }
    const liveFrom = cursor.until - this.#log.overlap - seam
    const delivery: PageDelivery = {
      seen: sent,
      stateOf: () => 'replay',
      replayed: { unit, liveFrom, live: this.#seen },
    }
    const end = Math.min(unit.to + this.#log.overlap, this.#now() - this.#log.lag)
    let from = Math.max(unit.from - this.#log.overlap, this.#oldest())
    while (from < end) {
      const window = { from, to: Math.min(from + this.#length, end) }
      for await (const part of this.#log.fetch(window)) {
        if (!('reached' in part)) yield* this.#part(part, window, delivery)
      }
      from = window.to === end ? end : window.to - seam
    }
    yield { unit, becomes: 'complete', state: sent.forget(Number.POSITIVE_INFINITY) }
    // Being complete first ends the replay's progress: a later one counts the unit anew.
    if (unit.from >= cursor.completeBefore) yield { unit, becomes: 'open' }
  }
}

const stored = (cursor: Cursor): { readonly state: readonly StateChange[] } => ({
  state: [{ key: 'cursor', value: { ...cursor } }],
})
