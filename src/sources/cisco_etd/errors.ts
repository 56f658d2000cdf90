import { UnitUnavailable } from '../../errors.ts'

/** A download link is no longer accepted; a fresh one may be. */
export class LinkExpired extends UnitUnavailable {}

/** The rest of an object cannot be had by itself; the whole of it may be. */
export class PartRefused extends UnitUnavailable {}

/** The vendor does not take the time range: too old, or not yet begun by its clock. */
export class RangeRefused extends UnitUnavailable {
  readonly why: 'past' | 'future'

  constructor(message: string, why: 'past' | 'future') {
    super(message)
    this.why = why
  }
}
