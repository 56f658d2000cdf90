import { NotKnown, type Value } from './value.ts'

/** Time format variables that the add-on uses. Source: Splunk Search Reference, "Date and time format variables". */
const readers: Readonly<Record<string, string>> = {
  Y: '(?<Y>\\d{4})',
  m: '(?<m>\\d{2})',
  d: '(?<d>\\d{2})',
  H: '(?<H>\\d{2})',
  M: '(?<M>\\d{2})',
  S: '(?<S>\\d{2})',
  T: '(?<H>\\d{2}):(?<M>\\d{2}):(?<S>\\d{2})',
  z: '(?<z>[+-]\\d{4})',
}

/** Epoch seconds, or null where the text is not of the format. Without `%z` the time is taken as UTC. */
export function parseTime(text: string, format: string): Value {
  const pattern = format.replace(/%(.)|[\\^$.*+?()[\]{}|]/g, (character, variable: string | undefined) => {
    if (variable === undefined) return `\\${character}`
    const reader = readers[variable]
    if (!reader) throw new NotKnown(`the time format variable %${variable}`)
    return reader
  })
  const match = new RegExp(`^${pattern}`, 'u').exec(text)
  if (!match?.groups) return null
  const { Y = '1970', m = '01', d = '01', H = '00', M = '00', S = '00', z = '+0000' } = match.groups
  const offset = (z.startsWith('-') ? -1 : 1) * (Number(z.slice(1, 3)) * 60 + Number(z.slice(3)))
  const utc = Date.UTC(Number(Y), Number(m) - 1, Number(d), Number(H), Number(M), Number(S))
  return Number.isNaN(utc) ? null : utc / 1000 - offset * 60
}

/** The time in UTC. */
export function renderTime(epochSeconds: number, format: string): string {
  const iso = new Date(epochSeconds * 1000).toISOString()
  const parts: Readonly<Record<string, string>> = {
    Y: iso.slice(0, 4),
    m: iso.slice(5, 7),
    d: iso.slice(8, 10),
    H: iso.slice(11, 13),
    M: iso.slice(14, 16),
    S: iso.slice(17, 19),
    T: iso.slice(11, 19),
    z: '+0000',
  }
  return format.replace(/%(.)/g, (_, variable: string) => {
    const part = parts[variable]
    if (part === undefined) throw new NotKnown(`the time format variable %${variable}`)
    return part
  })
}
