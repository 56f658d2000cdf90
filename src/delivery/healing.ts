import type { LedgerRow } from './ledger.ts'

/** Requests of a day by all inputs of a vendor account. */
export interface Budget {
  readonly used: number
  readonly limit: number
}

/** For so long a unit that fails is fetched again by every run, milliseconds: most troubles pass. */
const everyRunFor = 15 * 60_000
const longestPause = 24 * 3_600_000
const day = 86_400_000

/**
 * Whether a unit that is not complete is to be fetched again by this run. One that was begun is, and one that the
 * administrator asks for. One that keeps failing, or is cut off, rests as long as it has been so: it is tried once
 * a day in the end, and more often before the vendor deletes it, but not by each of thousands of runs.
 * @param now by the clock of this host, as the row's times are, epoch milliseconds
 * @param left until the vendor deletes it, milliseconds
 */
export function isDue(
  { state, firstFetch, lastFetch }: Pick<LedgerRow, 'state' | 'firstFetch' | 'lastFetch'>,
  now: number,
  left: number,
): boolean {
  const isBegun = state === 'open' || state === 'replay'
  if (isBegun || firstFetch === undefined || lastFetch === undefined) return true
  // A clock that was set back must not put a unit off for ever.
  const tried = Math.abs(lastFetch - firstFetch)
  const rests = tried < everyRunFor ? 0 : Math.min(tried, longestPause, left / 2)
  return Math.abs(now - lastFetch) >= rests
}

/**
 * Whether older units may take requests: half of the day's budget, for what is left of the day, is kept for live
 * data.
 * @param now by the vendor's clock, whose day counts, epoch milliseconds
 */
export function leavesEnough(budget: Budget | undefined, now: number): boolean {
  if (budget === undefined) return true
  const restOfDay = 1 - (now % day) / day
  return budget.limit - budget.used > (budget.limit / 2) * restOfDay
}
