import { TokenBucket } from 'limiter'
import { TryLater } from '../errors.ts'
import type { Clock } from './clock.ts'

/** Lets requests through no faster than a vendor allows. */
export interface Quota {
  /** Waits until one more request may be sent. @throws {TryLater} when the day's budget is used up. */
  take(signal: AbortSignal): Promise<void>
}

/** Requests that were sent today (UTC), kept across runs. */
export interface DailyBudget {
  /** Counts one more request. Returns false when the budget is used up. */
  spend(): Promise<boolean>
  readonly limit: number
}

export interface RateLimit {
  readonly perSecond: number
  /** How many requests may follow each other at once. */
  readonly burst: number
}

/** A token bucket before the vendor's rate limit, and a daily budget behind it. */
export function createQuota(
  rate: RateLimit,
  budget: DailyBudget | undefined,
  clock: Clock,
  onWait: (ms: number) => void,
): Quota {
  const bucket = new TokenBucket({
    bucketSize: rate.burst,
    tokensPerInterval: rate.perSecond,
    interval: 'second',
  })
  bucket.content = rate.burst
  return {
    async take(signal) {
      while (!bucket.tryRemoveTokens(1)) {
        const wait = Math.ceil(bucket.getWaitTime(1))
        onWait(wait)
        await clock.sleep(wait, signal)
      }
      if (budget && !(await budget.spend())) {
        throw new TryLater(
          `The daily budget of ${budget.limit} requests is used up; it begins anew at 00:00 UTC. If the vendor grants more, raise ` +
            'requests_per_day.',
        )
      }
    },
  }
}
