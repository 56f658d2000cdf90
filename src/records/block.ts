/**
 * Records as they were found in a vendor's bytes: a table of spans. Nothing is decoded or copied; a block is
 * valid until the reader that made it is asked for the next one or given further bytes.
 */

import type { EventFrame, Progress, RowStamps } from './frame.ts'
import type { Identities } from './identities.ts'

/** Names of nested members, outermost first: `['message', 'timestamp']`. */
export type MemberPath = readonly string[]

/** Why a span is not a record; 0 means that it is one. The codes index {@link faultTexts}. */
export type Fault = number

export const faultTexts: readonly string[] = [
  '',
  'not valid JSON',
  'not a JSON object',
  'not valid UTF-8',
  'longer than the limit for one record',
  'nested too deep',
]

export interface RecordBlock {
  /** The bytes that all offsets of this block index. */
  readonly bytes: Uint8Array
  /** Number of records, faulty ones included. */
  readonly count: number
  /** Where `bytes[0]` stands in the whole (decoded) stream. */
  readonly base: number
  /** First byte of a record. */
  start(row: number): number
  /** One past the last byte of a record. */
  end(row: number): number
  fault(row: number): Fault
  /** Whether a record has line breaks between its members, as pretty-printed ones have. */
  spansLines(row: number): boolean
  /** First byte of the value of the wanted member number `slot`, or -1 when the record has none. Strings include their quotes. */
  memberStart(row: number, slot: number): number
  /** One past the last byte of that value, or -1. */
  memberEnd(row: number, slot: number): number
  /**
   * Gives `take` the wanted member, or the whole record without a slot, in canonical form (RFC 8785, but numbers as sent),
   * by row, as far as the fast core has it: none of faulty rows, without the member, or with one that is long or has
   * anything unusual in it, such as two members of one name. The text lasts for the call, in which no other text may be
   * given to the core.
   */
  canonical(slot: number | undefined, take: (row: number, text: Uint8Array) => void): void
  /**
   * The instants that the wanted member says, by row, epoch milliseconds; NaN where a record has none. They last as long
   * as the block, or until the same member is asked for again.
   */
  instants(slot: number): Float64Array
  /** The `recordId` of each row, faulty ones included; they last as long as the block, or until it is asked again. */
  identities(): Identities
  /**
   * Writes rows as events to `out`, from `progress` on, which it moves on. Stops after the last row, before one that is
   * no record, and before one that may not fit.
   */
  writeEvents(frame: EventFrame, stamps: RowStamps, out: Uint8Array, progress: Progress): void
  /**
   * Writes the record as one line of XML-escaped text, from its byte `from` on, to `out` at `at`; returns the
   * position after it. White space outside strings goes away where the record spans several lines (`from` must
   * then be outside a string); U+FFFE and U+FFFF become JSON escapes. `out` must have room for
   * {@link maxEscapedLength} bytes.
   */
  copyEscaped(row: number, from: number, out: Uint8Array, at: number): number
}

/** The most that `bytes` of a record can become when escaped (`&` → `&amp;`). */
export const maxEscapedLength = (bytes: number): number => bytes * 5
