/**
 * The vendor's own "now". It runs with real time, moved by an offset, unless it is frozen; a stand-in uses it
 * for everything that depends on time and sends it in the `Date` header.
 */
export class Clock {
  #offset: number
  #frozenAt: number | undefined

  /** @param start epoch milliseconds at this moment; real time when left out. */
  constructor(start: number = Date.now()) {
    this.#offset = start - Date.now()
  }

  /** A clock that moves only when told to. */
  static frozen(at: number): Clock {
    const clock = new Clock(at)
    clock.#frozenAt = at
    return clock
  }

  /** Epoch milliseconds. */
  now(): number {
    return this.#frozenAt ?? Date.now() + this.#offset
  }

  /** Moves the clock on (or back, when negative) by milliseconds. */
  advance(milliseconds: number): void {
    this.set(this.now() + milliseconds)
  }

  /** Sets the clock to epoch milliseconds; it goes on running from there unless it is frozen. */
  set(at: number): void {
    this.#offset = at - Date.now()
    if (this.#frozenAt !== undefined) this.#frozenAt = at
  }
}

export const second = 1_000
export const minute = 60 * second
export const hour = 60 * minute
export const day = 24 * hour

/** Start of the UTC hour that holds the instant. */
export const hourOf = (at: number): number => Math.floor(at / hour) * hour
