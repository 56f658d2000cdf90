import type { StampedPage } from '../../delivery/sliced-log.ts'
import type { MemberPath, RecordBlock } from '../../records/block.ts'
import { parseInstant } from '../../records/instant.ts'

/** What is read of a record, by slot. Source: Get Mail Tracking Logs, response parameters. */
export const members: readonly MemberPath[] = [['genTime'], ['timestamp']]

/**
 * Time: when the log was generated, else when the message was received. A record is known by all of its text:
 * recipient, action and time tell the records of one message apart.
 */
export function stamp(records: RecordBlock): StampedPage {
  const times = records.instants(0)
  for (let row = 0; row < records.count; row++) {
    if (records.fault(row) !== 0) times[row] = Number.NaN
    else if (Number.isNaN(times[row])) times[row] = received(records, row)
  }
  return { records, times, ids: records.identities() }
}

function received(records: RecordBlock, row: number): number {
  const start = records.memberStart(row, 1)
  return start < 0 ? Number.NaN : parseInstant(records.bytes, start, records.memberEnd(row, 1))
}
