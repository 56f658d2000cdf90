import type { StampedBlock } from '../../delivery/batch.ts'
import type { MemberPath, RecordBlock } from '../../records/block.ts'
import { recordId, recordIdWithin } from '../../records/identity.ts'
import { parseInstant } from '../../records/instant.ts'
import { hour } from './hours.ts'
import type { LogObject } from './object.ts'

/** What to read of a record, by slot. An update event has no message timestamp; an audit line has only `timestamp`. */
export const members: readonly MemberPath[] = [
  ['message', 'timestamp'],
  ['message', 'verdict', 'timestamp'],
  ['message', 'action', 'timestamp'],
  ['logDate'],
  ['logHour'],
  ['timestamp'],
]
const [received, verdict, action, logDate, logHour, plain] = [0, 1, 2, 3, 4, 5] as const

/**
 * Stamps time and identity on records of an object.
 * @param ordinal how many records of the object come before this block.
 */
export function stamp(
  records: RecordBlock,
  object: LogObject,
  logType: string,
  sourcetype: string,
  ordinal: number,
): StampedBlock {
  const ids: string[] = []
  // A message event carries its own identity; lines of other logs may be equal and yet be two.
  const alone = logType === 'message'
  const times = records.instants(alone ? received : plain)
  for (let row = 0; row < records.count; row++) {
    if (records.fault(row) !== 0) times[row] = object.hour
    else if (Number.isNaN(times[row])) times[row] = otherTime(records, row, object.hour)
    const start = records.start(row)
    const end = records.end(row)
    const spansLines = records.spansLines(row)
    ids.push(
      alone && records.fault(row) === 0
        ? recordId(records.bytes, start, end, spansLines)
        : recordIdWithin(object.path, ordinal + row, records.bytes, start, end, spansLines),
    )
  }
  return { records, times, ids, source: `etd:${object.path}`, sourcetype }
}

/** Where the record's own member tells nothing: of its last change, when it was filed, or the object's hour. */
function otherTime(records: RecordBlock, row: number, objectHour: number): number {
  const changed = [verdict, action]
    .map((slot) => instant(records, row, slot))
    .filter((time) => !Number.isNaN(time))
  return changed.length > 0 ? Math.max(...changed) : (filedAt(records, row) ?? objectHour)
}

function instant(records: RecordBlock, row: number, slot: number): number {
  const start = records.memberStart(row, slot)
  return start < 0 ? Number.NaN : parseInstant(records.bytes, start, records.memberEnd(row, slot))
}

/** The start of `logDate` and `logHour`. */
function filedAt(records: RecordBlock, row: number): number | undefined {
  const text = (slot: number): string => {
    const start = records.memberStart(row, slot)
    return start < 0
      ? ''
      : Buffer.from(records.bytes.subarray(start, records.memberEnd(row, slot)))
          .toString('latin1')
          .replaceAll('"', '')
  }
  const date = text(logDate)
  const hours = text(logHour)
  if (!/^\d{4}-\d{2}-\d{2}$/.test(date) || !/^\d{1,2}$/.test(hours)) return undefined
  const time = Date.parse(`${date}T00:00:00Z`) + Number(hours) * hour
  return Number.isNaN(time) ? undefined : time
}
