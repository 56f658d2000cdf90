import { hourOf } from '../vendor/clock.ts'
import { instantText } from '../vendor/instants.ts'
import { mix, uuidAt } from '../vendor/random.ts'
import type { RecordSeries } from '../vendor/record.ts'

/**
 * Blocked connections: a log type that the page does not know, seen by others. Two records in three share a
 * `connection_id`. Which time such a record must have is nowhere promised.
 */
export const connectionSeries = (seed: number, count: number, hour: number): RecordSeries => ({
  count,
  at(index) {
    const at = hourOf(hour) + (mix(seed, index) % 3_600_000)
    const shared = uuidAt(seed, Math.floor(index / 3))
    const text =
      `{"connection_id":"${shared}","timestamp":"${instantText(at, 3)}",` +
      `"reason":"Sender IP <198.51.100.${index & 255}> is blocked & listed","sequence":${index}}`
    return { text, time: Number.NaN }
  },
})
