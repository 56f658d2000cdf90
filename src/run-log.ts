import type { Totals } from './delivery/engine.ts'
import { HeldElsewhere } from './delivery/lease.ts'
import { MailtrailError, Stopped } from './errors.ts'
import type { Tally } from './input/tally.ts'
import type { Log } from './log.ts'
import type { AccountClient } from './vendor-client.ts'

/** What a run says of itself in the log, in the words that Splunk's dashboards for add-ons read. Source: UCC framework, "Dashboard". */
export class RunLog {
  readonly #log: Log
  readonly #input: string
  readonly #index: string
  readonly #tally: Tally

  constructor(log: Log, input: string, index: string | undefined, tally: Tally) {
    this.#log = log
    this.#input = input
    this.#index = index ?? 'default'
    this.#tally = tally
  }

  /** A line for each sourcetype, one without where nothing came, and what the stream is behind. */
  stream(stream: string, totals: Totals, vendorNow: number): void {
    const { events, youngest } = this.#tally.of(stream)
    const lag = youngest === undefined ? undefined : Math.max(0, Math.round((vendorNow - youngest) / 1000))
    const ingested: [string | undefined, number][] = events.size === 0 ? [[undefined, 0]] : [...events]
    for (const [sourcetype, count] of ingested) {
      this.#log.info(`Stream ${stream}: ${count} events.`, {
        action: 'events_ingested',
        sourcetype_ingested: sourcetype,
        n_events: count,
        event_input: this.#input,
        event_index: this.#index,
        stream,
        unparsed: totals.unparsed,
        bytes: totals.bytes,
        commits: totals.commits,
        lag_s: lag,
      })
    }
  }

  account({ vendor, quota }: AccountClient): void {
    const budget = quota?.budget
    if (budget === undefined || vendor.metrics.requests === 0) return
    const { used, limit } = budget
    this.#log.info(`${used} of ${limit} requests of today are used.`, {
      action: 'quota',
      used,
      limit,
      left: Math.max(0, limit - used),
    })
  }
}

/** What was asked of the vendor, for the line that ends a run. */
export function costs({ vendor }: AccountClient): Record<string, number> {
  const { requests, retries, waitedMs, receivedBytes } = vendor.metrics
  return { requests, retries, waited_ms: waitedMs, received_bytes: receivedBytes }
}

/** Says how a run ended, and with which exit code. */
export function conclude(error: unknown, log: Log, spent: Record<string, number> = {}): number {
  const ended = { action: 'ended', ...spent }
  if (error === undefined) {
    log.info('The run has ended.', ended)
    return 0
  }
  if (error instanceof HeldElsewhere) {
    log.info(error.message, { ...ended, reason: 'held_elsewhere' })
    return 0
  }
  if (error instanceof Stopped || (error instanceof Error && error.name === 'AbortError')) {
    log.info('Stopped as asked; the state is saved.', { ...ended, reason: 'stopped' })
    return 0
  }
  if (error instanceof MailtrailError) {
    const { category, name, exitCode } = error
    log.error(error.message, { ...ended, exc_l: category, error: name, exit_code: exitCode })
    return exitCode
  }
  const what = error instanceof Error ? `${error.name}: ${error.message}` : String(error)
  log.error(
    `An error that was not foreseen: ${what}. The state is safe; please report it with the log at DEBUG.`,
    { ...ended, exc_l: 'Other', exit_code: 2 },
  )
  log.debug(error instanceof Error ? (error.stack ?? what) : what)
  return 2
}
