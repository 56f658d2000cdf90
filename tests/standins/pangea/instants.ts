/** Times of a search: absolute with up to six digits of a second, or relative to now (`DateTimeRel`). */

const absolute =
  /^(\d{4})-(\d{1,2})-(\d{1,2})T(\d{1,2}):(\d{1,2}):(\d{1,2})(?:\.(\d{1,6}))?(?:(Z)|([+-])(\d{1,2})(?::?(\d{1,2}))?)?$/
const relative =
  /^(\d+)(d|da|day|days|h|hour|hr|hrs|hours|mi|min|mins|minute|minutes|mo|mon|month|months|s|sec|secs|second|seconds|w|week|weeks|y|year|years)$/

const secondsOf = (unit: string): number => {
  if (unit.startsWith('s')) return 1
  if (unit.startsWith('mo')) return 30 * 86_400
  if (unit.startsWith('m')) return 60
  if (unit.startsWith('h')) return 3_600
  if (unit.startsWith('d')) return 86_400
  return unit.startsWith('w') ? 7 * 86_400 : 365 * 86_400
}

/** Epoch microseconds; `undefined` where the text is no such time. @param now epoch milliseconds */
export function microsOf(text: string, now: number): number | undefined {
  if (text.length > 128) return undefined
  const distance = relative.exec(text)
  if (distance !== null) return (now - Number(distance[1]) * secondsOf(distance[2] ?? '') * 1000) * 1000
  const parts = absolute.exec(text)
  if (parts === null) return undefined
  const [year, month, day, hour, minute, second] = parts.slice(1, 7).map(Number) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ]
  const at = new Date(Date.UTC(year, month - 1, day, hour, minute, second))
  const isReal =
    at.getUTCMonth() === month - 1 && at.getUTCDate() === day && hour < 24 && minute < 60 && second < 60
  if (!isReal) return undefined
  const offset =
    parts[9] === undefined ? 0 : Number(`${parts[9]}1`) * (Number(parts[10]) * 60 + Number(parts[11] ?? 0))
  return (at.getTime() - offset * 60_000) * 1000 + Number((parts[7] ?? '').padEnd(6, '0'))
}
