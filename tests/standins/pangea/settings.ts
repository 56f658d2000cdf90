import { day } from '../vendor/clock.ts'
import { plainServing, type ServingSettings } from './serving.ts'

/** An answer's HTTP status with Pangea's own. */
export interface Refusal {
  readonly http: number
  readonly status: string
}

export interface AsyncSettings {
  /** Operations that are answered with 202: `search`, `results`, `root`. */
  readonly operations: readonly string[]
  /** How long the poll address answers 404, in requests to it. */
  readonly missingPolls: number
  /** How many polls answer 202 after that. */
  readonly openPolls: number
  /** Another host in `location`; the stand-in's own when left out. */
  readonly host?: string
}

/** What the vendor's documents leave open or a test wants otherwise. All of it can be changed while it runs. */
export interface PangeaSettings {
  /** The vendor page writes `success`, its SDKs expect `Success`. */
  statusCase: 'Success' | 'success'
  /** A record received at the very end of the range belongs to it. */
  endInclusive: boolean
  /** Results of a search are kept so long, milliseconds (`query_result_retention`). */
  resultLifetime: number
  /** What `/v1/results` answers for a result set that is gone. */
  goneResult: Refusal
  /** The most rows of one page, whatever `limit` says. */
  largestPage: number
  /** What a page holds when `limit` is left out. */
  usualPage: number
  /** The most results of one search (10,000 by the specification). */
  cap: number
  /** Time that is searched without `start`. */
  usualReach: number
  /** `/v1/root` as in the specification, or inside `data` as the SDKs read it. */
  rootForm: 'plain' | 'data'
  async: AsyncSettings | undefined
  /** Every call is refused in this way, although the token is right. */
  refusal: Refusal | undefined
  /** Configurations of the project; the first is used when there is no other. */
  configs: string[]
  /** Fields of a custom schema that `order_by` accepts. */
  customFields: string[]
  /** Rows over several lines. */
  pretty: boolean
  serving: ServingSettings
}

export const defaultSettings = (): PangeaSettings => ({
  statusCase: 'Success',
  endInclusive: false,
  resultLifetime: 2 * day,
  goneResult: { http: 400, status: 'NotFound' },
  largestPage: 10_000,
  usualPage: 20,
  cap: 10_000,
  usualReach: 14 * day,
  rootForm: 'plain',
  async: undefined,
  refusal: undefined,
  configs: ['pci_standinstandinstandinstandinstan'],
  customFields: [],
  pretty: false,
  serving: plainServing,
})
