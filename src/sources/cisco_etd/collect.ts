import * as z from 'zod'
import type { Batch, Unit, UnitState } from '../../delivery/batch.ts'
import { readValue } from '../../delivery/documents.ts'
import { isDue, leavesEnough } from '../../delivery/healing.ts'
import type { LedgerRow } from '../../delivery/ledger.ts'
import type { StreamRun } from '../../delivery/source.ts'
import { TryLater, UnitUnavailable } from '../../errors.ts'
import { RecordReader } from '../../records/reader.ts'
import { collectObject, type Linked, unitOf } from './collect-object.ts'
import { LinkExpired, RangeRefused } from './errors.ts'
import { expiryOf, hour, hourOf, hoursPerRequest, hourText, oldestHour } from './hours.ts'
import { type LinkService, type Listing, mostLinks } from './links.ts'
import type { LogObject } from './object.ts'
import type { EtdParameters } from './parameters.ts'
import { members } from './stamp.ts'

/** Everything before this hour was listed again until its look-back had passed. */
const cursorDocument = z.object({ closedBefore: z.number().int() })

/** Objects that may fail one after the other before the vendor is held to be down. */
const mostFailedObjects = 3
/** How much later than by the `Date` of its answers the vendor may take an hour for over, milliseconds. */
const clocksDiffer = 60_000
/** What older units are fetched again for. */
const unfinished: readonly UnitState[] = ['open', 'failed', 'truncated', 'replay']
/** How much less than 30 days the vendor may keep, milliseconds, before its refusals need an explanation. */
const keptLess = 24 * hour

/**
 * One pass over one log type. Live hours first: those whose look-back has not passed, newest state to the cursor.
 * Then older units that the ledger does not show complete, the soonest to expire first.
 */
export class EtdPass {
  readonly #run: StreamRun<EtdParameters>
  readonly #links: LinkService
  /** One for all objects, made for the first: each with memory of its own would leave it behind for long. */
  #reader: RecordReader | undefined
  /** Hours of which some answer held everything. */
  readonly #covered = new Set<number>()
  /** Whether an answer ever held objects of the end hour of its range: the vendor's page does not say. */
  #endInclusive = false
  /** The start of a first run, until it is saved. */
  #unsettled: number | undefined
  #failedInRow = 0
  #leftOver: TryLater | undefined

  constructor(run: StreamRun<EtdParameters>, links: LinkService) {
    this.#run = run
    this.#links = links
  }

  async *batches(): AsyncGenerator<Batch, void, void> {
    await this.#links.authenticate()
    const cursor = this.#cursor()
    const oldest = oldestHour(this.#now())
    let begin = cursor ?? hourOf(this.#run.startTime())
    if (begin < oldest) {
      const { stream } = this.#run
      const name = `${hourText(begin)}/${hourText(oldest)}`
      yield this.#outOfReach({ stream, name, from: begin, to: oldest })
      begin = oldest
    }
    if (begin !== cursor) this.#unsettled = begin
    yield* this.#liveHours(begin)
    yield* this.#unfinishedBefore(begin)
    if (this.#leftOver) throw this.#leftOver
  }

  #now(): number {
    return this.#run.vendor.clock.now()
  }

  #cursor(): number | undefined {
    const stored = this.#run.state('cursor')
    return stored === undefined
      ? undefined
      : readValue(cursorDocument, stored, `cursor of stream ${this.#run.stream}`).closedBefore
  }

  #outOfReach(unit: Unit): Batch {
    const [from, to] = [hourText(unit.from), hourText(unit.to)]
    const reason = `Cisco ETD keeps log files for 30 days: ${from} to ${to} UTC cannot be had any more.`
    this.#run.log.warn(reason, { action: 'gap', stream: unit.stream, from, to })
    return { unit, becomes: 'gap', reason }
  }

  async *#liveHours(begin: number): AsyncGenerator<Batch, void, void> {
    let closedBefore = begin
    for (let start = begin; start < hourOf(this.#now()); ) {
      const end = Math.min(start + hoursPerRequest * hour, hourOf(this.#now()))
      yield* this.#hours(start, end)
      const closable = Math.min(end, hourOf(this.#now() - this.#run.params.lookbackHours * hour))
      if (closable > closedBefore) {
        yield* this.#close(closedBefore, closable)
        closedBefore = closable
      }
      start = end
    }
  }

  async *#close(from: number, to: number): AsyncGenerator<Batch, void, void> {
    const rows = await this.#run.ledger({ from, to })
    for (let start = from; start < to; start += hour) {
      const unit = this.#hourUnit(start)
      const row = rows.find((candidate) => candidate.unit.name === unit.name)
      const stillCutOff = row?.state === 'truncated' && !this.#covered.has(start)
      if (row?.state !== 'complete' && row?.state !== 'gap' && !stillCutOff)
        yield { unit, becomes: 'complete' }
    }
    yield { state: [{ key: 'cursor', value: { closedBefore: to } }] }
  }

  /** Older hours with something missing, cut off, or asked for again by the administrator. */
  async *#unfinishedBefore(begin: number): AsyncGenerator<Batch, void, void> {
    const rows = await this.#run.ledger({ to: begin, states: unfinished })
    const now = this.#now()
    const hostNow = now - this.#run.vendor.clock.offset
    const hours = new Map<number, LedgerRow[]>()
    for (const row of rows) {
      const left = (row.unit.expires ?? 0) - now
      if (left <= 0 || row.unit.from < oldestHour(now))
        yield { unit: row.unit, becomes: 'gap', reason: `The vendor has deleted it. ${row.reason}`.trim() }
      else if (isDue(row, hostNow, left)) hours.set(row.unit.from, [...(hours.get(row.unit.from) ?? []), row])
    }
    for (const start of [...hours.keys()].sort((a, b) => a - b)) {
      if (!leavesEnough(this.#run.budget(), this.#now())) {
        this.#run.log.info(
          `Older hours of ${this.#run.stream} that are not complete wait: what is left of the day's requests is kept for live data.`,
          { action: 'healing_waits', stream: this.#run.stream },
        )
        return
      }
      yield* this.#again(start, hours.get(start) ?? [])
    }
  }

  async *#again(start: number, due: readonly LedgerRow[]): AsyncGenerator<Batch, void, void> {
    yield* this.#hours(start, start + hour)
    if (this.#covered.has(start))
      yield* due
        .filter(({ unit }) => unit.name === hourText(start))
        .map(({ unit }): Batch => ({ unit, becomes: 'complete' }))
    const names = new Set(due.map(({ unit }) => unit.name))
    const still = await this.#run.ledger({ from: start, to: start + hour, states: unfinished })
    for (const { unit, lastFetch } of still.filter((row) => names.has(row.unit.name))) {
      const before = due.find((row) => row.unit.name === unit.name)
      if (lastFetch !== before?.lastFetch) continue
      yield { unit, becomes: 'failed', reason: `Cisco ETD does not list ${unit.name} any more.` }
    }
  }

  #hourUnit(start: number): Unit {
    return {
      stream: this.#run.stream,
      name: hourText(start),
      from: start,
      to: start + hour,
      expires: expiryOf(start),
    }
  }

  async *#hours(start: number, end: number): AsyncGenerator<Batch, void, void> {
    const listing = await this.#list(start, end)
    if (listing === 'not over') return
    if (this.#unsettled !== undefined) {
      // A relative start is settled once: a first run that is cut off must not make the next one begin later.
      yield { state: [{ key: 'cursor', value: { closedBefore: this.#unsettled } }] }
      this.#unsettled = undefined
    }
    if (end - start > hour && (listing === 'gone' || listing.full)) {
      for (let single = start; single < end; single += hour) yield* this.#hours(single, single + hour)
    } else if (listing === 'gone') {
      yield this.#outOfReach(this.#hourUnit(start))
    } else {
      yield* this.#objects(listing)
      if (listing.full && !(await this.#isWhole(start, listing))) yield this.#cutOff(start)
    }
  }

  /** The vendor may no longer keep the hours, or not take them for over yet. */
  async #list(start: number, end: number): Promise<Listing | 'gone' | 'not over'> {
    try {
      const listing = await this.#links.list(this.#run.stream, start, end)
      if (!listing.known) {
        this.#run.log.debug(
          `Cisco ETD's answer does not name the log type ${this.#run.stream}; it has nothing, or its export is off.`,
        )
      }
      if (listing.objects.some(({ hour: filed }) => filed >= end)) this.#endInclusive = true
      if (!listing.full) {
        for (let single = start; single < end; single += hour) this.#covered.add(single)
        if (this.#endInclusive) this.#covered.add(end)
      }
      return listing
    } catch (error) {
      if (!(error instanceof RangeRefused)) throw error
      // Clocks agree to the second at best: right after an hour's end the vendor may not take it for over.
      if (error.why === 'future' && end === hourOf(this.#now()) && this.#now() - end < clocksDiffer)
        return end - start > hour ? this.#list(start, end - hour) : 'not over'
      if (error.why === 'past' && start < oldestHour(this.#now()) + keptLess) return 'gone'
      throw new TryLater(
        `${error.message} The range was ${hourText(start)} to ${hourText(end)} UTC. Check the clock of this host, and that ` +
          `${this.#run.stream} logs are switched on under Administration > Business > Export Log Preferences.`,
        { cause: error },
      )
    }
  }

  /** A full answer may hold objects of the next hour too; the hour itself may be whole all the same. */
  async #isWhole(start: number, listing: Listing): Promise<boolean> {
    const reachesOn = listing.objects.some(({ hour: filed }) => filed > start)
    if (!this.#covered.has(start) && reachesOn && start - hour >= oldestHour(this.#now()))
      await this.#list(start - hour, start)
    return this.#covered.has(start)
  }

  #cutOff(start: number): Batch {
    const reason =
      `Cisco ETD lists at most ${mostLinks} files, and ${hourText(start)} UTC alone has as many: there may be more that cannot be had. ` +
      'Cisco support can tell.'
    this.#run.log.warn(reason, { action: 'truncated', stream: this.#run.stream, unit: hourText(start) })
    return { unit: this.#hourUnit(start), becomes: 'truncated', reason }
  }

  async *#objects(listing: Listing): AsyncGenerator<Batch, void, void> {
    const { objects } = listing
    if (objects.length === 0) return
    const filed = objects.map((object) => object.hour)
    const range = { from: Math.min(...filed), to: Math.max(...filed) + hour }
    let rows = await this.#run.ledger(range)
    const replays = this.#replayOfHours(objects, rows)
    if (replays.length > 0) {
      yield* replays
      rows = await this.#run.ledger(range)
    }
    const byName = new Map(rows.map((row) => [row.unit.name, row]))
    const inOrder = [...objects].sort((a, b) => a.hour - b.hour || (a.path < b.path ? -1 : 1))
    for (const object of inOrder) {
      const row = byName.get(object.path)
      if (row?.state !== 'complete') yield* this.#object({ object, at: listing.at }, row)
    }
  }

  /** An hour that is to be sent again: from now on each of its objects is, so that a kill repeats none twice. */
  #replayOfHours(objects: readonly LogObject[], rows: readonly LedgerRow[]): Batch[] {
    const asked = rows.filter(({ unit, state }) => state === 'replay' && unit.name === hourText(unit.from))
    return asked.flatMap(({ unit }) => [
      ...objects
        .filter((object) => object.hour === unit.from)
        .map((object): Batch => ({ unit: unitOf(this.#run.stream, object), becomes: 'replay' })),
      { unit, becomes: 'complete' },
    ])
  }

  async *#object(linked: Linked, row: LedgerRow | undefined): AsyncGenerator<Batch, void, void> {
    this.#reader ??= new RecordReader({ members })
    try {
      yield* collectObject(this.#run, this.#links, this.#reader, linked, row)
      this.#failedInRow = 0
    } catch (error) {
      if (error instanceof UnitUnavailable) {
        this.#run.log.warn(error.message, {
          action: 'unit_failed',
          stream: this.#run.stream,
          unit: linked.object.path,
        })
        yield { unit: unitOf(this.#run.stream, linked.object), becomes: 'failed', reason: error.message }
        if (!(error instanceof LinkExpired)) return
        // One link may be refused for a reason of its own; one after the other, nothing can be had at the moment.
        if (++this.#failedInRow >= mostFailedObjects) throw new TryLater(error.message, { cause: error })
        return
      }
      if (!(error instanceof TryLater) || ++this.#failedInRow >= mostFailedObjects) throw error
      this.#leftOver = error
    }
  }
}
