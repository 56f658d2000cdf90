import type { InputDefinition } from '../input/definition.ts'
import type { ParameterValues } from '../input/parameters.ts'
import type { Log } from '../log.ts'
import type { VendorClient } from '../transport/client.ts'
import type { RateLimit } from '../transport/quota.ts'
import type { Batch } from './batch.ts'
import type { Budget } from './healing.ts'
import type { LedgerQuery, LedgerRow } from './ledger.ts'

/** What a source may see of the run that it collects for. */
export interface StreamRun<Params> {
  readonly params: Params
  readonly stream: string
  readonly vendor: VendorClient
  readonly log: Log
  readonly signal: AbortSignal
  /** Where the first run begins, by the vendor's clock, epoch milliseconds. */
  startTime(): number
  /** A document of this stream's state, as it was last committed. */
  state(key: string): unknown
  stateKeys(): readonly string[]
  /** Ledger rows of this input as of now: everything that was yielded is in them. */
  ledger(query: Omit<LedgerQuery, 'stream'>): Promise<readonly LedgerRow[]>
  /** What is used of the day's requests; undefined where the vendor does not count them. */
  budget(): Budget | undefined
  /** The sourcetype to stamp: the stanza's own where the user set one. */
  sourcetype(own: string): string
}

/** What a probe may use. */
export interface Probe<Params> {
  readonly params: Params
  readonly vendor: VendorClient
  readonly log: Log
  /** To be told of every step that went well: what was proven, and how. */
  done(step: string, detail: string): void
}

/** What all inputs of one vendor account share. */
export interface Tenant {
  /** Names the account without naming a secret. */
  readonly id: string
  /** Where its API is: scheme, host, and whatever else the base URL has. */
  readonly url: string
  readonly rate: RateLimit
  /** Requests a day, if the vendor counts them. */
  readonly perDay?: number
}

/**
 * A vendor's API. It decides what is due and in which order; the engine decides when it is safe to move on.
 */
export interface Source<Params = unknown> {
  readonly definition: InputDefinition
  /** @throws {Misconfigured} for what only this source can tell to be wrong. */
  resolve(values: ParameterValues): Params
  streams(params: Params): readonly string[]
  tenant(params: Params): Tenant
  /** One live, read-only call that proves the parameters. @throws what is wrong, for the administrator. */
  probe(probe: Probe<Params>): Promise<void>
  /** Yields what is due, in order; the engine writes each batch, and commits its progress later. */
  collect(run: StreamRun<Params>): AsyncIterable<Batch>
}
