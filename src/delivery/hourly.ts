import type { Batch, Unit, UnitState } from './batch.ts'
import { IdSet, idWords, wordsOf } from './id-set.ts'
import type { Seen } from './seen.ts'
import type { SlicedLog, StampedPage, Window } from './sliced-log.ts'

/** Milliseconds. */
export const hour = 3_600_000
export const hourOf = (time: number): number => Math.floor(time / hour) * hour

/** The ledger's unit of a log that is asked for by time. @param from the hour's beginning, epoch milliseconds. */
export const hourUnit = (stream: string, from: number, { reach }: Pick<SlicedLog, 'reach'>): Unit => ({
  stream,
  name: new Date(from).toISOString().slice(0, 13),
  from,
  to: from + hour,
  expires: reach === undefined ? undefined : from + reach,
})

/** A stretch of any length, named by its two ends: what was out of reach. */
export const stretchUnit = (stream: string, { from, to }: Window): Unit => ({
  stream,
  name: `${new Date(from).toISOString()}/${new Date(to).toISOString()}`,
  from,
  to,
})

/** How the records of a page are delivered. */
export interface PageDelivery {
  /** What was delivered, and is not delivered again. */
  readonly seen: Seen
  stateOf(unit: Unit): UnitState
  /** Set where a unit is sent again: only its records count. */
  readonly replayed?: {
    readonly unit: Unit
    /** Records from here on, epoch milliseconds, are read again by live windows, which must know them too. */
    readonly liveFrom: number
    readonly live: Seen
  }
}

/**
 * The new records of a page, unit by unit, each with what makes them known. A record without a time is filed under
 * the hour in which the window begins.
 */
export function* hourlyBatches(
  page: StampedPage,
  window: Window,
  log: SlicedLog,
  stream: string,
  delivery: PageDelivery,
): Generator<Batch, void, void> {
  const { seen, stateOf, replayed } = delivery
  const words = wordsOf(page.ids, page.records.count)
  for (const [filed, rows] of newRows(page, words, window, delivery)) {
    const skip = remember(rows, page, words, window, delivery)
    const hourly = hourUnit(stream, filed, log)
    const unit = replayed?.unit ?? hourly
    const { notices, state = [] } = page.accompany?.(rows) ?? {}
    yield {
      unit,
      events: { ...page, skip, source: log.sourceOf(hourly.name), sourcetype: log.sourcetype },
      becomes: stateOf(unit),
      ...(replayed === undefined ? {} : { progress: {} }),
      ...(notices && { notices }),
      state: [...state, ...seen.changes(), ...(replayed?.live.changes() ?? [])],
    }
  }
}

/** The rows that were not delivered before, by the hour that they are filed under. */
function newRows(
  { records: { count }, times, skip }: StampedPage,
  words: Int32Array,
  window: Window,
  { seen, replayed }: PageDelivery,
): Map<number, number[]> {
  const hours = new Map<number, number[]>()
  const onThisPage = new IdSet(count)
  const from = replayed?.unit.from ?? Number.NEGATIVE_INFINITY
  const to = replayed?.unit.to ?? Number.POSITIVE_INFINITY
  let filed = Number.NaN
  let rows: number[] = []
  for (let row = 0; row < count; row++) {
    if (skip?.[row] === 1) continue
    const stands = timeOf(times, row, window.from)
    if (stands < from || stands >= to) continue
    if (seen.has(words, row * idWords) || !onThisPage.add(words, row * idWords)) continue
    if (hourOf(stands) !== filed) {
      filed = hourOf(stands)
      rows = hours.get(filed) ?? []
      hours.set(filed, rows)
    }
    rows.push(row)
  }
  return hours
}

/** Makes rows known; returns what leaves out all others. */
function remember(
  rows: readonly number[],
  { records: { count }, times }: StampedPage,
  words: Int32Array,
  window: Window,
  { seen, replayed }: PageDelivery,
): Uint8Array {
  const skip = new Uint8Array(count).fill(1)
  for (const row of rows) {
    skip[row] = 0
    const time = timeOf(times, row, window.to)
    seen.add(words, row * idWords, time)
    if (replayed !== undefined && time >= replayed.liveFrom) replayed.live.add(words, row * idWords, time)
  }
  return skip
}

function timeOf(times: Float64Array, row: number, otherwise: number): number {
  const time = times[row] ?? Number.NaN
  return Number.isNaN(time) ? otherwise : time
}
