import type { StampedPage } from '../../delivery/sliced-log.ts'
import type { RecordBlock } from '../../records/block.ts'
import { Identities } from '../../records/identities.ts'
import { recordId } from '../../records/identity.ts'
import { type AuditPage, slots } from './api.ts'
import { envelopeHash, MalformedJson, sha256 } from './integrity/index.ts'

/** Hexadecimal digits. */
const envelopeHashLength = 64

const unverified = integrityText('none', 'none', 'none', 'none')

/** The `integrity` member of `mailtrail`. */
export function integrityText(
  hash: string,
  signature: string,
  membership: string,
  consistency: string,
): string {
  return `"integrity":{"hash":"${hash}","signature":"${signature}","membership":"${membership}","consistency":"${consistency}"}`
}

/** A page whose records are not verified. */
export function stamp({ records }: AuditPage): StampedPage {
  const ids = new Identities(records.count, envelopeHashLength)
  records.canonical(slots.envelope, (row, envelope) => ids.set(row, sha256(envelope)))
  for (let row = 0; row < records.count; row++) if (!ids.has(row)) ids.set(row, identity(records, row))
  return { records, times: receivedTimes(records), ids, extras: Array(records.count).fill(unverified) }
}

/** `envelope.received_at`, which a client cannot set, epoch milliseconds. */
export function receivedTimes(records: RecordBlock): Float64Array {
  const times = records.instants(slots.receivedAt)
  for (let row = 0; row < records.count; row++) if (records.fault(row) !== 0) times[row] = Number.NaN
  return times
}

/** A record is known by its envelope, which stays when its root is published; without one, by all of its text. */
function identity(records: RecordBlock, row: number): string {
  const { bytes } = records
  const start = records.fault(row) === 0 ? records.memberStart(row, slots.envelope) : -1
  if (start >= 0) {
    try {
      return envelopeHash(bytes, start, records.memberEnd(row, slots.envelope))
    } catch (error) {
      if (!(error instanceof MalformedJson)) throw error
    }
  }
  return recordId(bytes, records.start(row), records.end(row), records.spansLines(row))
}
