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
  { seen, stateOf, replayed }: PageDelivery,
): Generator<Batch, void, void> {
  const { records, times } = page
  const words = wordsOf(page.ids, records.count)
  const timeOf = (row: number, otherwise: number): number => {
    const time = times[row] ?? Number.NaN
    return Number.isNaN(time) ? otherwise : time
  }
  const hours = new Map<number, number[]>()
  const onThisPage = new IdSet(records.count)
  for (let row = 0; row < records.count; row++) {
    if (page.skip?.[row] === 1) continue
    const stands = timeOf(row, window.from)
    if (replayed !== undefined && (stands < replayed.unit.from || stands >= replayed.unit.to)) continue
    if (seen.has(words, row * idWords) || !onThisPage.add(words, row * idWords)) continue
    const filed = hourOf(stands)
    const rows = hours.get(filed) ?? []
    rows.push(row)
    hours.set(filed, rows)
  }
  for (const [filed, rows] of hours) {
    const skip = new Uint8Array(records.count).fill(1)
    for (const row of rows) {
      skip[row] = 0
      const time = timeOf(row, window.to)
      seen.add(words, row * idWords, time)
      if (replayed !== undefined && time >= replayed.liveFrom) replayed.live.add(words, row * idWords, time)
    }
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
