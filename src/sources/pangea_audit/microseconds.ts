import { parseInstant } from '../../records/instant.ts'

/** A stretch of the log by `received_at`, epoch microseconds. Whether the end belongs to it the vendor does not say. */
export interface Range {
  readonly from: number
  readonly to: number
}

/** RFC 3339 with the six digits that a search takes at most. */
export function microsecondText(micros: number): string {
  const milliseconds = Math.floor(micros / 1000)
  const rest = String(micros - milliseconds * 1000).padStart(3, '0')
  return new Date(milliseconds).toISOString().replace('Z', `${rest}Z`)
}

/** The microsecond that a JSON string names; NaN where it names none. */
export function microseconds(bytes: Uint8Array, start: number, end: number): number {
  if (start < 0) return Number.NaN
  const milliseconds = parseInstant(bytes, start, end)
  const fraction =
    /\.\d{3}(\d{1,3})/.exec(Buffer.from(bytes.subarray(start, end)).toString('latin1'))?.[1] ?? ''
  return milliseconds * 1000 + Number(fraction.padEnd(3, '0'))
}
