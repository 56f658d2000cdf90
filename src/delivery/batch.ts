import type { RecordBlock } from '../records/block.ts'
import type { Identities } from '../records/identities.ts'

/** What a unit (an ETD object, an hour of a log) is, for the ledger and for the `source` of its events. */
export interface Unit {
  readonly stream: string
  /** Unique within input and stream; what `source` carries after its prefix. */
  readonly name: string
  /** The time that the unit covers, epoch milliseconds, end exclusive. */
  readonly from: number
  readonly to: number
  /** When the vendor will have deleted it, epoch milliseconds. */
  readonly expires?: number | undefined
}

export type UnitState = 'open' | 'complete' | 'truncated' | 'failed' | 'gap' | 'replay'

/** Records of one unit with what is stamped on each of them. */
export interface StampedBlock {
  readonly records: RecordBlock
  /** Event time by row, epoch milliseconds; NaN leaves it out. */
  readonly times: Float64Array
  /** `mailtrail.id` by row, lower-case hex. */
  readonly ids: Identities
  /** Further members of `mailtrail` by row as JSON text, such as `"integrity":{…}`. */
  readonly extras?: readonly string[]
  /** Rows with a 1 are left out: repeats, or another unit's. */
  readonly skip?: Uint8Array
  readonly source: string
  readonly sourcetype: string
}

/** A document of the input's state, by key; `undefined` deletes it, a function is called when it is committed. */
export interface StateChange {
  readonly key: string
  readonly value: unknown
}

/**
 * One step of a pass, in order. The engine writes the events, and some time later commits the progress, the
 * unit's state and the state documents of everything that it has written.
 */
export interface Batch {
  readonly unit?: Unit
  readonly events?: StampedBlock
  /** Events of the add-on's own, written after `events`; they are no records, and counted in no unit. */
  readonly notices?: StampedBlock
  /** Where to go on inside the unit, once these events are written. */
  readonly progress?: unknown
  /** The unit's new state, once these events are written. */
  readonly becomes?: UnitState
  readonly reason?: string
  readonly state?: readonly StateChange[]
}
