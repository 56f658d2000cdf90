import { mix } from '../vendor/random.ts'
import type { AuditLog } from './log.ts'
import { type EntryKind, entryAt } from './records.ts'

export interface FillOptions extends EntryKind {
  /** First and last instant, epoch milliseconds; the end is exclusive. */
  readonly from: number
  readonly to: number
  readonly records: number
  /** Groups of records received in one microsecond: one in so many records begins one of three; none when left out. */
  readonly sameMicrosecondEvery?: number
  /** One in so many records is found by searches only after this much, milliseconds. */
  readonly late?: { readonly every: number; readonly by: number }
}

/** Fills a log with records that are received at irregular intervals over a time. */
export function fillLog(log: AuditLog, options: FillOptions): void {
  const { from, to, records, seed, sameMicrosecondEvery, late } = options
  const step = ((to - from) * 1000) / records
  let receivedAt = 0
  for (let index = 0; index < records; index++) {
    const isRepeat =
      sameMicrosecondEvery !== undefined &&
      index % sameMicrosecondEvery > 0 &&
      index % sameMicrosecondEvery < 3
    if (!isRepeat)
      receivedAt = Math.floor(from * 1000 + step * (index + mix(seed ^ 0x715e, index) / 0x1_0000_0000))
    const entry = entryAt(options, index, receivedAt)
    const visibleAt = Math.floor(receivedAt / 1000)
    log.add(
      entry,
      late !== undefined && index % late.every === late.every - 1 ? visibleAt + late.by : visibleAt,
    )
  }
}
