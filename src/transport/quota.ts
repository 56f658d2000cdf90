import { TokenBucket } from 'limiter'
import type { Clock } from './clock.ts'

/** Lets requests through no faster than a vendor allows. */
export interface Quota {
  /** Waits until one more request may be sent. @throws {TryLater} when the day's budget is used up. */
  take(signal: AbortSignal): Promise<void>
}

export interface RateLimit {
  readonly perSecond: number
  /** How many requests may follow each other at once. */
  readonly burst: number
}

/** The rate limit of a single process, for the few requests of a check. */
export function createQuota(rate: RateLimit, clock: Clock): Quota {
  const bucket = new TokenBucket({
    bucketSize: rate.burst,
    tokensPerInterval: rate.perSecond,
    interval: 'second',
  })
  bucket.content = rate.burst
  return {
    async take(signal) {
      while (!bucket.tryRemoveTokens(1)) await clock.sleep(Math.ceil(bucket.getWaitTime(1)), signal)
    },
  }
}
