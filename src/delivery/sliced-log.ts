import type { RecordBlock } from '../records/block.ts'
import type { Identities } from '../records/identities.ts'
import type { StampedBlock, StateChange, Unit } from './batch.ts'

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
  readonly ids: Identities
  readonly extras?: readonly string[]
  /** Rows with a 1 are left out, whether they are known or not. */
  readonly skip?: Uint8Array
  /** Told which rows are delivered, unit by unit; gives what goes with them. */
  readonly accompany?: (rows: readonly number[]) => Company
}

/** What is written and kept, together with records of a page or by itself. */
export interface Company {
  /** Events of the add-on's own about them. */
  readonly notices?: StampedBlock
  /** By itself only: a unit that is whole now. */
  readonly unit?: Unit
  readonly becomes?: 'complete'
  readonly state?: readonly StateChange[]
}

/** Part of a window that the vendor cut off, or that it does not give any more. */
export interface CutOff {
  readonly unit: Unit
  readonly reason: string
  readonly becomes?: 'truncated' | 'gap'
}

/** Everything in the window before this time (epoch milliseconds) was given: what is remembered of it can go. */
export interface Reached {
  readonly reached: number
}

/** What a log gives step by step. */
export type Part = StampedPage | CutOff | Reached | Company

/** A log that is asked for by time. */
export interface SlicedLog {
  /** Everything in a window, page by page, in any order; records may come twice. */
  fetch(window: Window): AsyncIterable<Part>
  /** What is due once everything before this time (epoch milliseconds) was delivered, but for what comes later than the overlap. */
  settled?(time: number): AsyncIterable<Part>
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
  /** Said of what is out of reach: "The vendor gives the logs of the last 72 hours". */
  readonly reachReason: string
}
