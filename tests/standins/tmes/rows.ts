import { hour } from '../vendor/clock.ts'
import type { RecordSeries, VendorRecord } from '../vendor/record.ts'
import type { LogQuery, TrafficType } from './query.ts'
import type { TmesSettings } from './settings.ts'

/** A tracking log; its `time` is genTime, or timestamp where it has no genTime. */
export interface TrackingRecord extends VendorRecord {
  /** When the message was received, epoch milliseconds. */
  readonly timestamp: number
  readonly direction: 'in' | 'out'
  /** The customer's domain that the log belongs to. */
  readonly domain: string
}

/** Tracking logs by index. */
export interface TrackingSeries extends RecordSeries {
  at(index: number): TrackingRecord
}

export interface NewRecords {
  readonly type: TrafficType
  readonly records: readonly TrackingRecord[] | TrackingSeries
  /** When a record can first be had, epoch milliseconds; at its own time when left out. */
  readonly visibleAt?: (record: TrackingRecord, index: number) => number
}

/** A record's place, without its text. */
interface Row {
  readonly genTime: number
  readonly timestamp: number
  readonly visibleAt: number
  readonly direction: 'in' | 'out'
  readonly domain: string
  readonly index: number
  readonly text: (index: number) => TrackingRecord
}

/** The API reaches back 72 hours from the moment of the request (mail tracking page). */
export const reach = 72 * hour

/** All tracking logs of one stand-in, in the order of their times. */
export class RowStore {
  readonly #rows: Record<TrafficType, Row[]> = { accepted_traffic: [], blocked_traffic: [] }
  readonly #sorted = new Map<string, readonly Row[]>()

  add({ type, records, visibleAt }: NewRecords): void {
    const text =
      'length' in records ? (index: number) => records[index]! : (index: number) => records.at(index)
    const count = 'length' in records ? records.length : records.count
    for (let index = 0; index < count; index++) {
      const record = text(index)
      this.#rows[type].push({
        genTime: record.time,
        timestamp: record.timestamp,
        visibleAt: visibleAt?.(record, index) ?? record.time,
        direction: record.direction,
        domain: record.domain,
        index,
        text,
      })
    }
    this.#sorted.clear()
  }

  /** Rows that answer a query at this moment, oldest first. */
  select(query: LogQuery, now: number, settings: TmesSettings): readonly Row[] {
    const { filter, startInclusive, endInclusive } = settings
    const rows = this.#inOrder(query.type, filter)
    // Times are whole milliseconds, so that "after" is one more.
    const from = firstFrom(rows, filter, Math.max(query.start + (startInclusive ? 0 : 1), now - reach))
    const to = firstFrom(rows, filter, query.end + (endInclusive ? 1 : 0))
    return rows
      .slice(from, to)
      .filter(
        (row) =>
          row.visibleAt <= now &&
          (query.direction === undefined || row.direction === query.direction) &&
          (query.domain === undefined || row.domain === query.domain),
      )
  }

  /** Everything visible by now, with whether the API could ever give it since `since`. */
  *visible(
    type: TrafficType,
    now: number,
    since: number,
  ): Generator<{ record: TrackingRecord; inReach: boolean }> {
    for (const row of this.#rows[type]) {
      if (row.visibleAt > now) continue
      const earliest = Math.min(row.genTime, row.timestamp)
      yield { record: row.text(row.index), inReach: Math.max(row.visibleAt, since) < earliest + reach }
    }
  }

  #inOrder(type: TrafficType, filter: TmesSettings['filter']): readonly Row[] {
    const key = `${type} ${filter}`
    const known = this.#sorted.get(key)
    if (known) return known
    const sorted = [...this.#rows[type]].sort((a, b) => a[filter] - b[filter])
    this.#sorted.set(key, sorted)
    return sorted
  }
}

export type { Row }

/** Position of the first row at or after the time. */
function firstFrom(rows: readonly Row[], filter: TmesSettings['filter'], time: number): number {
  let low = 0
  let high = rows.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (rows[middle]![filter] < time) low = middle + 1
    else high = middle
  }
  return low
}
