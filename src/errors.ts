/**
 * What can go wrong, by what the run must do about it. Every message is written for an
 * administrator: what failed, at which step, and what to do.
 */
export abstract class MailtrailError extends Error {
  /** Exit code of a run that ends with this error. */
  abstract readonly exitCode: 0 | 1 | 2
  /** What the log says in `exc_l`. */
  readonly category: ErrorCategory

  constructor(message: string, category: ErrorCategory, options: ErrorOptions = {}) {
    super(message, options)
    this.category = category
  }
}

/** The kinds of errors that Splunk's monitoring dashboards for add-ons tell apart. Source: UCC framework, "Dashboard". */
export type ErrorCategory =
  | 'Connection Error'
  | 'Configuration Error'
  | 'Permission Error'
  | 'Authentication Error'
  | 'Server Error'
  | 'Other'

interface MailtrailErrorOptions extends ErrorOptions {
  readonly category?: ErrorCategory
}

/** Parameters, credentials or permissions are wrong: no retry helps. */
export class Misconfigured extends MailtrailError {
  override readonly name: string = 'Misconfigured'
  readonly exitCode = 1

  constructor(message: string, options: MailtrailErrorOptions = {}) {
    super(message, options.category ?? 'Configuration Error', options)
  }
}

/** The vendor, the network or splunkd fails for now; the state is safe and the next run goes on. */
export class TryLater extends MailtrailError {
  override readonly name: string = 'TryLater'
  readonly exitCode = 2
  /** How long the other side asked to wait, in milliseconds. */
  readonly retryAfterMs: number | undefined

  constructor(message: string, options: MailtrailErrorOptions & { retryAfterMs?: number | undefined } = {}) {
    super(message, options.category ?? 'Server Error', options)
    this.retryAfterMs = options.retryAfterMs
  }
}

/**
 * The state cannot be read, saved or understood. Nothing is collected without it, and what needs it is not tried
 * again: the store was waited for already.
 */
export class StateUnavailable extends MailtrailError {
  override readonly name: string = 'StateUnavailable'
  readonly exitCode = 2

  constructor(message: string, options: MailtrailErrorOptions = {}) {
    super(message, options.category ?? 'Server Error', options)
  }
}

/** One unit (a file, a time slice) cannot be had; the ledger says so and the run goes on with the next. */
export class UnitUnavailable extends MailtrailError {
  override readonly name: string = 'UnitUnavailable'
  readonly exitCode = 2

  constructor(message: string, options: ErrorOptions = {}) {
    super(message, 'Server Error', options)
  }
}

/** The run was asked to stop (SIGTERM and its like). */
export class Stopped extends MailtrailError {
  override readonly name: string = 'Stopped'
  readonly exitCode = 0

  constructor() {
    super('The run was asked to stop.', 'Other')
  }
}
