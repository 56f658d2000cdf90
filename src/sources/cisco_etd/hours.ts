import { milliseconds } from 'date-fns'

/** Log Export works in whole hours, UTC. An hour is named by the epoch milliseconds of its start. */
export const hour = 3_600_000

/** How far back the vendor keeps log files. Source: Log Export API, "Links are valid for 1 hour and the log retention period is 30 days". */
const retention = milliseconds({ days: 30 })

/** The longest time range of one request, in hours. Source: Log Export API. */
export const hoursPerRequest = 3

export const hourOf = (time: number): number => Math.floor(time / hour) * hour

/** The oldest hour that may be asked for: the first that begins inside the retention. */
export const oldestHour = (now: number): number => hourOf(now - retention) + hour

/** When the vendor will have deleted the files of an hour. */
export const expiryOf = (start: number): number => start + retention + hour

/** `YYYY-MM-DDTHH`, the form of `timeRange`. */
export const hourText = (start: number): string => new Date(start).toISOString().slice(0, 13)
