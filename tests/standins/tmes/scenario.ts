import { hour, minute, second } from '../vendor/clock.ts'
import type { NewRecords } from './rows.ts'
import type { TmesStandin } from './tmes.ts'
import { acceptedTraffic, blockedTraffic, type TrafficOptions } from './traffic.ts'

export interface TrafficScenario {
  /** The hours before now that are filled; the API reaches back 72. */
  readonly hours: number
  /** Records over all hours and both types, those of the burst not counted. */
  readonly records: number
  readonly seed?: number
  /** Share of blocked traffic; 0.2 when left out. */
  readonly blockedShare?: number
  /** Accepted records in one single second, in the middle of the time. */
  readonly burst?: number
  /** One record in 40 becomes visible only so many milliseconds after its own time. */
  readonly lateBy?: number
  /** Accepted records of the hour before the 72 that the API reaches back, which nobody can have. */
  readonly outOfReach?: number
}

/** Fills the hours before the vendor's now with traffic of both types. Returns the time that it covers. */
export function fillTraffic(standin: TmesStandin, options: TrafficScenario): { from: number; to: number } {
  const { hours, records, seed = 1, blockedShare = 0.2, burst = 0, lateBy, outOfReach = 0 } = options
  const to = Math.floor(standin.clock.now() / second) * second
  const from = to - hours * hour
  const blockedCount = Math.round(records * blockedShare)
  const late: Pick<NewRecords, 'visibleAt'> =
    lateBy === undefined ? {} : { visibleAt: ({ time }, index) => (index % 40 === 17 ? time + lateBy : time) }
  const range = (count: number, more: Partial<TrafficOptions> = {}) => ({ seed, from, to, count, ...more })

  const main = acceptedTraffic(range(records - blockedCount))
  standin.addRecords({ type: 'accepted_traffic', records: main, ...late })
  const refused = blockedTraffic(range(blockedCount, { seed: seed ^ 0xb10c }))
  standin.addRecords({ type: 'blocked_traffic', records: refused, ...late })

  const middle = Math.floor((from + to) / 2 / second) * second
  const crowd = range(burst, { seed: seed ^ 0xb5, from: middle, to: middle + second })
  standin.addRecords({ type: 'accepted_traffic', records: acceptedTraffic(crowd) })
  const past = to - 73 * hour
  const gone = range(outOfReach, { seed: seed ^ 0x01d, from: past, to: past + 50 * minute })
  standin.addRecords({ type: 'accepted_traffic', records: acceptedTraffic(gone) })
  return { from, to }
}
