import { hour, hourOf, minute } from '../vendor/clock.ts'
import { mix } from '../vendor/random.ts'
import { auditSeries } from './audit.ts'
import { connectionSeries } from './connections.ts'
import type { EtdStandin } from './etd.ts'
import { forms } from './form.ts'
import { messageSeries } from './messages.ts'
import type { StoredObject } from './objects.ts'

export interface HoursOptions {
  /** Whole hours, the last of which ended when the current hour began. */
  readonly hours: number
  /** Records over all hours and types, those of the capped hour not counted. */
  readonly records: number
  readonly seed?: number
  /** Share of audit lines; 0.1 when left out. */
  readonly auditShare?: number
  /** Message objects an hour; 4 when left out. Audit has as many. */
  readonly objectsPerHour?: number
  /** Objects of the last two hours that appear only this much after now, one an hour and type. */
  readonly lateBy?: number
  /** An hour with more message objects than an answer holds, counted back from the last (1). */
  readonly cappedHoursAgo?: number
  /** How many objects the capped hour has beyond the cap; 5 when left out. */
  readonly beyondCap?: number
  /** Objects take turns in all forms, instead of plain lines. */
  readonly allForms?: boolean
  /** Adds the unknown log type `connection`, and switches it on. */
  readonly connections?: boolean
}

export interface FilledHours {
  /** Start of the first hour and end of the last, epoch milliseconds. */
  readonly from: number
  readonly to: number
  readonly records: number
  readonly objects: readonly StoredObject[]
  readonly late: readonly StoredObject[]
  /** Objects of the capped hour. */
  readonly capped: readonly StoredObject[]
  /** Start of the capped hour. */
  readonly cappedHour: number | undefined
}

/** Fills the hours before the vendor's now with records of every kind. */
export function fillHours(standin: EtdStandin, options: HoursOptions): FilledHours {
  const { hours, records, seed = 1, auditShare = 0.1, objectsPerHour = 4, lateBy, cappedHoursAgo } = options
  const to = hourOf(standin.clock.now())
  const from = to - hours * hour
  const cappedHour = cappedHoursAgo === undefined ? undefined : to - cappedHoursAgo * hour
  const formList = Object.values(forms)
  const added: StoredObject[] = []
  const late: StoredObject[] = []
  const slots = hours * objectsPerHour

  for (let slot = 0; slot < slots; slot++) {
    const start = from + Math.floor(slot / objectsPerHour) * hour
    const position = slot % objectsPerHour
    const isLate = lateBy !== undefined && position === objectsPerHour - 1 && start >= to - 2 * hour
    const usual = start + Math.ceil(((position + 1) * hour) / objectsPerHour) + 11 * minute
    const appearsAt = isLate ? standin.clock.now() + lateBy : Math.min(usual, standin.clock.now())
    const form = options.allForms ? formList[slot % formList.length]! : {}
    const audits = shareOf(Math.round(records * auditShare), slots, slot)
    const messages = shareOf(records - Math.round(records * auditShare), slots, slot)
    const place = { hour: start, appearsAt, form }
    const series = { seed: mix(seed, slot), hour: start, tenant: standin.tenant }
    const objects = [
      standin.addObject({
        ...place,
        type: 'message',
        records: messageSeries({ ...series, count: messages }),
      }),
      standin.addObject({ ...place, type: 'audit', records: auditSeries({ ...series, count: audits }) }),
    ]
    if (options.connections) {
      const connections = connectionSeries(series.seed, 6, start)
      objects.push(standin.addObject({ ...place, type: 'connection', records: connections }))
    }
    added.push(...objects)
    if (isLate) late.push(...objects)
  }
  if (options.connections && !standin.settings.enabledTypes.includes('connection')) {
    standin.settings.enabledTypes.push('connection')
  }
  const capped =
    cappedHour === undefined ? [] : fillBeyondCap(standin, cappedHour, seed, options.beyondCap ?? 5)
  return { from, to, records, objects: added, late, capped, cappedHour }
}

/** One of so many parts of a whole number, so that the parts add up. */
const shareOf = (whole: number, parts: number, part: number): number =>
  Math.floor((whole * (part + 1)) / parts) - Math.floor((whole * part) / parts)

function fillBeyondCap(standin: EtdStandin, start: number, seed: number, beyond: number): StoredObject[] {
  const objects: StoredObject[] = []
  for (let number = 0; number < standin.settings.cap + beyond; number++) {
    const records = messageSeries({
      seed: mix(seed ^ 0xca, number),
      count: 3,
      hour: start,
      tenant: standin.tenant,
    })
    objects.push(standin.addObject({ type: 'message', hour: start, records, appearsAt: start + hour }))
  }
  return objects
}
