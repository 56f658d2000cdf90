import type { QuotaLimits } from './quota.ts'

/**
 * What the page leaves open or a test wants otherwise. All of it can be changed while the stand-in runs.
 */
export interface EtdSettings {
  /** The end hour of a range belongs to it. */
  endInclusive: boolean
  /** Links in one answer; more are cut off silently. */
  cap: number
  /** Whether the cap counts each log type for itself or the whole answer. */
  capCounts: 'type' | 'answer'
  /** Which links a full answer keeps. */
  capKeeps: 'first' | 'last' | 'any'
  /** Links by path, or in any order. */
  order: 'path' | 'any'
  /** Log types that the administrator has switched on. */
  enabledTypes: string[]
  /** What the answer has for a type that is not switched on. */
  disabledType: 'missing' | 'empty' | 'error'
  /** What the answer has for a type without objects. */
  noObjects: 'empty' | 'missing'
  /** Life of a token in milliseconds. */
  tokenLifetime: number
  tokenForm: 'accessToken' | 'accessToken and expiresIn' | 'access_token' | 'token' | 'data.accessToken'
  /** The token is no JWT: nothing in it tells when it ends. */
  opaqueToken: boolean
  /** Status for a wrong client id or secret. */
  wrongCredentials: 400 | 401 | 403
  /** Life of a link in milliseconds. */
  linkLifetime: number
  /** Large plain objects are written to a temporary file once, instead of being made anew at each request. */
  keepLargeObjects: boolean
  /** Whether the object storage knows `Range`. */
  ranges: boolean
  /** The most bytes of an object that an answer to `Range` has: less than was asked for is allowed. */
  longestPart: number
  /** Retry-After, in seconds, of a 429 for the rate; none in the page. */
  retryAfterSeconds: number | undefined
  limits: QuotaLimits
}

export const defaultSettings = (): EtdSettings => ({
  endInclusive: false,
  cap: 200,
  capCounts: 'type',
  capKeeps: 'first',
  order: 'path',
  enabledTypes: ['message', 'audit'],
  disabledType: 'missing',
  noObjects: 'empty',
  tokenLifetime: 3_600_000,
  tokenForm: 'accessToken',
  opaqueToken: false,
  wrongCredentials: 401,
  linkLifetime: 3_600_000,
  keepLargeObjects: false,
  ranges: true,
  longestPart: Number.POSITIVE_INFINITY,
  retryAfterSeconds: undefined,
  limits: { perSecond: 2, burst: 4, perDay: 10_000 },
})
