/** What a page should weigh: large enough to be worth a request, small enough to be held in memory. */
const wantedBytes = 4 * 1024 * 1024
/** Also for a page of the largest records that the vendor takes (100 kB and more, some times that with escapes). */
const firstSize = 40
const largestSize = 1_000
/** Pages grow by no more than this at once: the next records may be larger than the last. */
const mostGrowth = 4

/** How many records to ask for at once, by the size of those that came last. */
export class PageSize {
  #size = firstSize

  get current(): number {
    return this.#size
  }

  /** Takes a page into account. */
  observe(records: number, bytes: number): void {
    if (records === 0) return
    const fitting = Math.floor((wantedBytes * records) / bytes)
    this.#size = Math.max(1, Math.min(fitting, this.#size * mostGrowth, largestSize))
  }

  /** After an answer that was too large. False when there is nothing smaller to ask for. */
  shrink(): boolean {
    if (this.#size === 1) return false
    this.#size = Math.max(1, Math.floor(this.#size / 8))
    return true
  }
}
