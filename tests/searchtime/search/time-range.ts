import { NotKnown } from '../eval/value.ts'

/** What a search covers, epoch seconds: from the earliest on, up to but without the latest. */
export interface TimeRange {
  readonly earliest: number
  readonly latest: number
}

export const allTime: TimeRange = { earliest: 0, latest: Number.POSITIVE_INFINITY }

const seconds: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400, w: 604_800 }

/** The length of a span such as `1h` in seconds. */
export function spanSeconds(text: string): number {
  const [, amount, unit] = /^(\d+)([smhdw])$/.exec(text) ?? []
  if (amount === undefined || unit === undefined) throw new NotKnown(`the span ${text}`)
  return Number(amount) * (seconds[unit] ?? 0)
}

/**
 * Epoch seconds of a time modifier: `now`, `0`, epoch seconds, or relative as in `-24h@h`; snapping is to UTC.
 * Source: Splunk Search Reference, "Time modifiers".
 */
export function instantOf(modifier: string, now: number): number {
  if (modifier === 'now') return now
  if (/^\d+(?:\.\d+)?$/.test(modifier)) return Number(modifier)
  const [, offset = '', snap] = /^((?:[+-]\d+[smhdw])?)(?:@([smhd]))?$/.exec(modifier) ?? []
  if (offset === '' && snap === undefined) throw new NotKnown(`the time modifier ${modifier}`)
  const moved = offset === '' ? now : now + (offset.startsWith('-') ? -1 : 1) * spanSeconds(offset.slice(1))
  return snap === undefined ? moved : Math.floor(moved / (seconds[snap] ?? 1)) * (seconds[snap] ?? 1)
}
