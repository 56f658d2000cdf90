/** Time as the rest of the program sees it; tests hand in their own. Milliseconds since the epoch. */
export interface Clock {
  now(): number
  /** Rejects with the signal's reason when it is aborted. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>
}

/** Differences below this are the resolution of the `Date` header and the way of the answer. */
const worthCorrecting = 5_000

/**
 * The vendor's time: the host's clock, corrected by the `Date` header of the vendor's answers. A host clock that is
 * wrong must neither ask for the future nor leave a hole.
 */
export class VendorClock {
  readonly #host: Clock
  readonly #onSkew: (offsetMs: number) => void
  #offset = 0
  #confirmed = false

  /** @param onSkew told the difference (vendor minus host) whenever it is found to be another. */
  constructor(host: Clock, onSkew: (offsetMs: number) => void) {
    this.#host = host
    this.#onSkew = onSkew
  }

  /** Vendor minus host, in milliseconds; 0 when they agree. */
  get offset(): number {
    return this.#offset
  }

  /** Whether an answer has told the vendor's time; without one, the host's clock is all there is. */
  get confirmed(): boolean {
    return this.#confirmed
  }

  now(): number {
    return this.#host.now() + this.#offset
  }

  /** Takes the `Date` header of an answer into account; what is not a date is ignored. */
  observe(date: string | undefined): void {
    const vendor = date === undefined ? Number.NaN : Date.parse(date)
    if (Number.isNaN(vendor)) return
    this.#confirmed = true
    const found = vendor - this.#host.now()
    const offset = Math.abs(found) < worthCorrecting ? 0 : found
    const moved = Math.abs(offset - this.#offset) >= worthCorrecting
    this.#offset = moved || offset === 0 ? offset : this.#offset
    if (moved) this.#onSkew(this.#offset)
  }
}
