import { day } from '../vendor/clock.ts'

export interface QuotaLimits {
  perSecond: number
  burst: number
  perDay: number
}

/** A client's timer may fire a little early; the vendor's network would hide that. */
const slack = 0.15

/** Request rate and daily quota of one tenant (rate-limiting page: 2 a second, burst 4, 10,000 a day). */
export class Quota {
  readonly #settings: { readonly limits: QuotaLimits }
  #tokens: number
  #filledAt = performance.now()
  #day = Number.NaN
  #today = 0
  /** Requests refused for the rate, and for the daily quota. */
  refused = { rate: 0, quota: 0 }

  /** @param settings read at each request, so that a test can change the limits */
  constructor(settings: { readonly limits: QuotaLimits }) {
    this.#settings = settings
    this.#tokens = settings.limits.burst
  }

  /** Requests that counted today, by the vendor's clock. */
  get today(): number {
    return this.#today
  }

  /** Whether one more request is allowed. The rate goes by real time, the quota by the vendor's UTC day. */
  take(now: number): boolean {
    const today = Math.floor(now / day)
    if (today !== this.#day) {
      this.#day = today
      this.#today = 0
    }
    const { perSecond, burst, perDay } = this.#settings.limits
    const at = performance.now()
    const filled = this.#tokens + ((at - this.#filledAt) / 1000) * perSecond
    this.#tokens = Math.min(burst + slack, filled)
    this.#filledAt = at
    if (this.#tokens < 1 - slack) {
      this.refused.rate++
      return false
    }
    if (this.#today >= perDay) {
      this.refused.quota++
      return false
    }
    this.#tokens--
    this.#today++
    return true
  }
}
