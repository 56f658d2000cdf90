/** A record as a vendor serves it, with what a collector must make of it. */
export interface VendorRecord {
  /** The JSON text, exactly as served; for a record that cannot be parsed, the text that must be kept. */
  readonly text: string
  /** The expected event time in epoch milliseconds, fractions cut; NaN where nothing is promised. */
  readonly time: number
  /** True where the text is not a JSON object and must arrive as `mailtrail:unparsed`. */
  readonly unparsed?: boolean
  /** The served bytes where they are not the UTF-8 of `text` (invalid UTF-8, for instance). */
  readonly bytes?: Uint8Array
}

/** Records that can be had by index, kept in memory or made when asked for. */
export interface RecordSeries {
  readonly count: number
  at(index: number): VendorRecord
}

/** Kept records as a series. */
export function seriesOf(records: readonly VendorRecord[] | RecordSeries): RecordSeries {
  if (!('length' in records)) return records
  return {
    count: records.length,
    at(index) {
      const record = records[index]
      if (record === undefined) throw new RangeError(`no record ${index} among ${records.length}`)
      return record
    },
  }
}

/** All records of a series in order. */
export function* recordsIn(series: RecordSeries): Generator<VendorRecord> {
  for (let index = 0; index < series.count; index++) yield series.at(index)
}
