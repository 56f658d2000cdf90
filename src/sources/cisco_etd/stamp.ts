import type { StampedBlock } from '../../delivery/batch.ts'
import type { MemberPath, RecordBlock } from '../../records/block.ts'
import { recordIdWithin } from '../../records/identity.ts'
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
  const ids = records.identities()
  // A message event carries its own identity; lines of other logs, and what is no record, may be equal and yet be two.
  const alone = logType === 'message'
  const times = timesOf(records, alone ? received : plain, object.hour)
  for (let row = 0; row < records.count; row++) {
    if (!alone || records.fault(row) !== 0)
      ids.set(row, recordIdWithin(object.path, ordinal + row, ids.get(row)))
  }
  return { records, times, ids, source: `etd:${object.path}`, sourcetype }
}

/** Epoch milliseconds by row: what its own member says, else its last change, when it was filed, or the object's hour. */
function timesOf(records: RecordBlock, slot: number, objectHour: number): Float64Array {
  const times = records.instants(slot)
  let changes: readonly [Float64Array, Float64Array] | undefined
  for (let row = 0; row < records.count; row++) {
    if (records.fault(row) !== 0) times[row] = objectHour
    if (!Number.isNaN(times[row])) continue
    changes ??= [records.instants(verdict), records.instants(action)]
    const changed = later(changes[0][row] ?? Number.NaN, changes[1][row] ?? Number.NaN)
    times[row] = Number.isNaN(changed) ? (filedAt(records, row) ?? objectHour) : changed
  }
  return times
}

/** The later of two instants, of which either may be NaN. */
const later = (one: number, other: number): number => (Number.isNaN(one) || one < other ? other : one)

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
