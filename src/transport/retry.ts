import pRetry from 'p-retry'
import { TryLater } from '../errors.ts'
import type { Clock } from './clock.ts'

export interface RetryPolicy {
  /** How often a failed request is tried again. */
  readonly retries: number
  /** First pause; it doubles each time, with jitter. Milliseconds. */
  readonly firstPause: number
  readonly longestPause: number
  /** All pauses together, those that the vendor asked for included. Milliseconds. */
  readonly patience: number
}

export const vendorRetries: RetryPolicy = {
  retries: 6,
  firstPause: 500,
  longestPause: 30_000,
  patience: 300_000,
}

/** For a check that somebody waits for. */
export const impatientRetries: RetryPolicy = {
  retries: 1,
  firstPause: 250,
  longestPause: 1_000,
  patience: 3_000,
}

/** After so many pauses of the vendor's choosing, the program's own apply as well: a Retry-After of 0 must not spin. */
const mostPausesAsTold = 20

export interface RetryObserver {
  onRetry(error: TryLater, attempt: number, pauseMs: number | undefined): void
}

/**
 * Repeats a task that throws {@link TryLater}, nothing else. The vendor's Retry-After is authoritative where it gives
 * one; without it the pause grows exponentially, with jitter so that several inputs do not come back together.
 * @throws the last error, when the attempts or the patience are used up.
 */
export async function withRetry<T>(
  task: () => Promise<T>,
  policy: RetryPolicy,
  clock: Clock,
  signal: AbortSignal,
  observer?: RetryObserver,
): Promise<T> {
  const giveUpAt = clock.now() + policy.patience
  let pausesAsTold = 0
  return pRetry(task, {
    retries: policy.retries,
    minTimeout: policy.firstPause,
    maxTimeout: policy.longestPause,
    factor: 2,
    randomize: true,
    signal,
    shouldRetry: ({ error }) => {
      if (!(error instanceof TryLater)) return false
      return clock.now() + (error.retryAfterMs ?? 0) < giveUpAt
    },
    shouldConsumeRetry: ({ error }) => {
      const told = error instanceof TryLater && error.retryAfterMs !== undefined
      return !(told && ++pausesAsTold <= mostPausesAsTold)
    },
    onFailedAttempt: async ({ error, attemptNumber, retriesLeft }) => {
      if (!(error instanceof TryLater) || retriesLeft === 0) return
      const pause = error.retryAfterMs
      if (clock.now() + (pause ?? 0) >= giveUpAt) return
      observer?.onRetry(error, attemptNumber, pause)
      if (pause !== undefined) await clock.sleep(pause, signal)
    },
  })
}

/** Milliseconds of a Retry-After header in either form (seconds or HTTP date); undefined without a usable one. Source: RFC 9110, 10.2.3. */
export function retryAfter(header: string | undefined, now: number): number | undefined {
  if (header === undefined) return undefined
  if (/^\s*\d+(?:\.\d+)?\s*$/.test(header)) return Math.ceil(Number(header) * 1000)
  // Date.parse takes much more for a date than HTTP does, "-5" for instance.
  const date = /\d{2}:\d{2}:\d{2}/.test(header) ? Date.parse(header) : Number.NaN
  return Number.isNaN(date) ? undefined : Math.max(0, date - now)
}
