import { type MailtrailError, Stopped } from '../errors.ts'
import type { Batch, StampedBlock, Unit, UnitState } from './batch.ts'
import type { Fence } from './collection.ts'
import type { Ledger, LedgerQuery, LedgerRow } from './ledger.ts'
import type { StreamState } from './state.ts'

/** Where events go. It applies its reader's back-pressure: a resolved promise means that the bytes were accepted. */
export interface EventSink {
  write(block: StampedBlock, stream: string): Promise<WrittenCounts>
  /** Resolves when everything written so far was accepted. */
  flush(): Promise<void>
}

export interface WrittenCounts {
  readonly events: number
  readonly unparsed: number
  /** The records as the vendor sent them. */
  readonly bytes: number
}

/** The most events between two commits, and so the most that one kill can repeat. */
export const eventsPerBatch = 5_000
/** Rows of the ledger that may wait for a commit: many small units must not pile up. */
const rowsPerCommit = 200
/** A slow unit commits at least so often, milliseconds. */
const commitEvery = 15_000

export interface Totals {
  events: number
  unparsed: number
  bytes: number
  commits: number
}

/** Writes the batches of one stream, and commits their progress only after their events were accepted. */
export class StreamDelivery {
  readonly totals: Totals = { events: 0, unparsed: 0, bytes: 0, commits: 0 }
  readonly #stream: string
  readonly #sink: EventSink
  readonly #ledger: Ledger
  readonly #state: StreamState
  readonly #fence: Fence
  readonly #now: () => number
  /** Rows of units at work. */
  readonly #rows = new Map<string, LedgerRow>()
  /** The rows that the source last asked for, and the range in which they are all there are. */
  #asked: { readonly from: number; readonly to: number; readonly rows: Map<string, LedgerRow> } | undefined
  readonly #touched = new Set<LedgerRow>()
  #changes: NonNullable<Batch['state']>[number][] = []
  #pending = 0
  #lastCommit: number

  constructor(options: {
    stream: string
    sink: EventSink
    ledger: Ledger
    state: StreamState
    fence: Fence
    now: () => number
  }) {
    this.#stream = options.stream
    this.#sink = options.sink
    this.#ledger = options.ledger
    this.#state = options.state
    this.#fence = options.fence
    this.#now = options.now
    this.#lastCommit = options.now()
  }

  /** Delivers everything that the source yields. What was written before it failed or was stopped is committed all the same. */
  async deliver(batches: AsyncIterable<Batch>): Promise<void> {
    try {
      for await (const batch of batches) await this.#take(batch)
    } catch (error) {
      if (!isOurs(error)) throw error
      await this.commit()
      throw error
    }
    await this.commit()
  }

  async #take(batch: Batch): Promise<void> {
    if (batch.events) {
      if (this.#pending + rowsToWrite(batch.events) > eventsPerBatch) await this.commit()
      await this.#write(batch.events, batch.unit)
    }
    if (batch.notices) {
      if (this.#pending + rowsToWrite(batch.notices) > eventsPerBatch) await this.commit()
      this.#pending += rowsToWrite(batch.notices)
      await this.#sink.write(batch.notices, this.#stream)
    }
    if (batch.unit) await this.#mark(batch, batch.unit)
    if (batch.state) this.#changes.push(...batch.state)
    const due = this.#pending >= eventsPerBatch || this.#touched.size >= rowsPerCommit
    if (due || this.#now() - this.#lastCommit >= commitEvery) await this.commit()
  }

  async #write(events: StampedBlock, unit: Unit | undefined): Promise<void> {
    const row = unit && (await this.#row(unit))
    this.#pending += rowsToWrite(events)
    const counts = await this.#sink.write(events, this.#stream)
    for (const tally of row ? [row, this.totals] : [this.totals]) {
      tally.events += counts.events
      tally.unparsed += counts.unparsed
      tally.bytes += counts.bytes
    }
  }

  async #mark(batch: Batch, unit: Unit): Promise<void> {
    const row = await this.#row(unit)
    const now = this.#now()
    row.firstFetch ??= now
    row.lastFetch = now
    row.state = batch.becomes ?? 'open'
    row.progress = unfinished.has(row.state) ? (batch.progress ?? row.progress) : undefined
    row.reason = batch.reason ?? ''
    this.#touched.add(row)
  }

  /** Ledger rows as of now: what was written is committed first, so that nobody decides by what is no longer so. */
  async rows(query: LedgerQuery): Promise<readonly LedgerRow[]> {
    if (this.#touched.size > 0 || this.#changes.length > 0) await this.commit()
    const found = await this.#ledger.find(query)
    if (query.from !== undefined && query.to !== undefined && !query.states && !query.units) {
      this.#asked = {
        from: query.from,
        to: query.to,
        rows: new Map(found.map((row) => [row.unit.name, row])),
      }
    }
    return found
  }

  /** The row of a unit: as it was last committed, or a new one. A unit that is sent again is counted anew. */
  async #row(unit: Unit): Promise<LedgerRow> {
    const known = this.#rows.get(unit.name)
    if (known) return known
    const row = { ...((await this.#stored(unit)) ?? emptyRow(unit)) }
    if (row.state === 'replay' && row.progress === undefined)
      Object.assign(row, emptyRow(row.unit), { firstFetch: row.firstFetch })
    this.#rows.set(unit.name, row)
    return row
  }

  async #stored(unit: Unit): Promise<LedgerRow | undefined> {
    const { from, to, rows } = this.#asked ?? { from: 0, to: 0 }
    if (rows && unit.from >= from && unit.from < to) return rows.get(unit.name)
    const stored = await this.#ledger.find({ stream: unit.stream, units: [unit.name] })
    return stored[0]
  }

  /** Makes durable what was written: ledger rows first, then the state documents that move on past them. */
  async commit(): Promise<void> {
    await this.#sink.flush()
    if (this.#touched.size > 0 || this.#changes.length > 0) {
      await this.#ledger.save(this.#touched)
      await this.#state.apply(this.#changes, this.#fence.number)
      this.totals.commits++
    }
    for (const row of this.#touched) {
      this.#asked?.rows.set(row.unit.name, { ...row })
      if (row.state !== 'open') this.#rows.delete(row.unit.name)
    }
    this.#touched.clear()
    this.#changes = []
    this.#pending = 0
    this.#lastCommit = this.#now()
  }
}

/** States in which the place inside a unit still matters. */
const unfinished: ReadonlySet<UnitState> = new Set(['open', 'failed', 'replay'])

const rowsToWrite = ({ records, skip }: StampedBlock): number =>
  skip === undefined ? records.count : records.count - skip.reduce((sum, left) => sum + left, 0)

const emptyRow = (unit: Unit): LedgerRow => ({
  unit,
  state: 'open',
  events: 0,
  unparsed: 0,
  bytes: 0,
  firstFetch: undefined,
  lastFetch: undefined,
  reason: '',
  progress: undefined,
})

const isOurs = (error: unknown): error is MailtrailError =>
  error instanceof Stopped || (error instanceof Error && 'exitCode' in error)
