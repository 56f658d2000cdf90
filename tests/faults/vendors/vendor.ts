import type { StagedSettings } from '../../scenarios/harness.ts'
import type { Clock } from '../../standins/vendor/clock.ts'
import type { Fault } from '../../standins/vendor/faults.ts'
import type { Expectation, Oracle } from '../../standins/vendor/oracle.ts'
import type { VendorServer } from '../../standins/vendor/server.ts'

/** Requests of one kind, and what may go wrong with them without the collector being to blame. */
export interface Reachable {
  readonly server: VendorServer
  readonly operation: string
  readonly faults: readonly Fault[]
}

/** A vendor as the fault suite uses it: it makes records due, misbehaves, and knows what it served. */
export interface FaultVendor {
  readonly clock: Clock
  readonly oracle: Oracle
  readonly reachable: readonly Reachable[]
  /** Operations that bring records. */
  readonly dataOperations: readonly string[]
  /** The operation by which an authorisation, or the place in a chain of pages, is renewed. */
  readonly renewal: string
  /** Makes so many more records due, all of them different, and moves the clock on as far as that needs. */
  add(records: number): void
  /** What was made due since the last call, for a comparison in portions. */
  takeExpectations(): Expectation[]
  /** The text by which the oracle knows a received record. */
  asServed(text: string): string
  staged(settings: Readonly<Record<string, string>>): StagedSettings
  stop(): Promise<void>
}

/** A vendor of one kind. */
export interface VendorKind {
  readonly scheme: string
  /** Settings by which each run looks again at every unit of the last day. */
  readonly looksFarBack: Readonly<Record<string, string>>
  open(seed: number, clock: Clock): Promise<FaultVendor>
}

const soon = { retryAfterSeconds: 0 }

/** What goes wrong on the way to any API. */
export const apiFaults: readonly Fault[] = [
  { kind: 'status', status: 429, ...soon },
  { kind: 'status', status: 429, retryAtSeconds: 1 },
  { kind: 'status', status: 500, ...soon },
  { kind: 'status', status: 502, ...soon },
  { kind: 'status', status: 503, ...soon },
  { kind: 'status', status: 503, ...soon, body: '<html>busy</html>' },
  { kind: 'status', status: 504, ...soon },
  { kind: 'status', status: 503 },
  { kind: 'reset' },
  { kind: 'close' },
  { kind: 'lostAnswer' },
  { kind: 'resetInside', after: 20 },
  { kind: 'cut', after: 10 },
  { kind: 'cutChunked', after: 10 },
  { kind: 'delay', milliseconds: 40 },
  { kind: 'drip', bytes: 4_000, everyMilliseconds: 2 },
  { kind: 'body', body: 'html' },
  { kind: 'body', body: 'empty' },
  { kind: 'body', body: 'cutJson' },
]
