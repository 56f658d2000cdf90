import { hourOf } from './clock.ts'

const two = Array.from({ length: 100 }, (_, value) => String(value).padStart(2, '0'))

let cachedHour = Number.NaN
let cachedText = ''

/** `2025-07-21T06` of an instant, UTC. */
export function hourText(at: number): string {
  const start = hourOf(at)
  if (start !== cachedHour) {
    cachedHour = start
    cachedText = new Date(start).toISOString().slice(0, 13)
  }
  return cachedText
}

/** `36:01` of an instant: minutes and seconds within its hour. */
export function minuteText(at: number): string {
  const seconds = Math.floor((at - hourOf(at)) / 1000)
  return `${two[Math.floor(seconds / 60)]}:${two[seconds % 60]}`
}

/**
 * An instant in ISO 8601, UTC, with as many digits of a second as asked for (0 to 9).
 * @param below what follows the milliseconds, 0 to 999999 nanoseconds
 */
export function instantText(at: number, digits = 0, below = 0): string {
  const whole = `${hourText(at)}:${minuteText(at)}`
  if (digits === 0) return `${whole}Z`
  const milliseconds = ((at % 1000) + 1000) % 1000
  const fraction = String(milliseconds * 1_000_000 + below).padStart(9, '0')
  return `${whole}.${fraction.slice(0, digits)}Z`
}

/** Epoch milliseconds of an ISO 8601 instant; digits after the third are cut, not rounded. */
export function epochOf(instant: string): number {
  const parts = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d+))?(Z|[+-]\d\d:?\d\d)$/.exec(instant)
  if (!parts) throw new RangeError(`not an ISO 8601 instant: ${instant}`)
  const milliseconds = Number((parts[2] ?? '').slice(0, 3).padEnd(3, '0'))
  return Date.parse(`${parts[1]}${parts[3]}`) + milliseconds
}
