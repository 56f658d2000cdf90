/** Lowest and highest value of minute, hour, day of month, month, day of week (7 is Sunday, too). */
const RANGES = [
  [0, 59],
  [0, 23],
  [1, 31],
  [1, 12],
  [0, 7],
] as const

function values(field: string, [low, high]: readonly [number, number]): Set<number> {
  const chosen = new Set<number>()
  for (const part of field.split(',')) {
    const [, all, first, last, step] = /^(?:(\*)|(\d+)(?:-(\d+))?)(?:\/(\d+))?$/.exec(part) ?? []
    const from = all ? low : Number(first)
    const to = all ? high : last !== undefined ? Number(last) : step !== undefined ? high : from
    if (Number.isNaN(from) || from < low || to > high || from > to || step === '0') {
      throw new Error(`Invalid cron field "${field}".`)
    }
    for (let value = from; value <= to; value += Number(step ?? 1)) chosen.add(value)
  }
  return chosen
}

/**
 * The next time, epoch milliseconds, after `after` at which a five-field cron expression holds, in local time. Takes
 * `*`, lists, ranges and steps; no names. Throws for anything else.
 */
export function nextCronTime(expression: string, after: number): number {
  const fields = expression.trim().split(/\s+/)
  if (fields.length !== RANGES.length) throw new Error(`A cron expression has five fields: "${expression}".`)
  const [minutes, hours, days, months, weekdays] = RANGES.map((range, index) =>
    values(fields[index] ?? '', range),
  )
  const eitherDay = fields[2] !== '*' && fields[4] !== '*'
  const time = new Date(after)
  time.setSeconds(0, 0)
  for (let minute = 0; minute < 366 * 24 * 60 * 4; minute += 1) {
    time.setMinutes(time.getMinutes() + 1)
    const day = days?.has(time.getDate()) ?? false
    const weekday = (weekdays?.has(time.getDay()) || (time.getDay() === 0 && weekdays?.has(7))) ?? false
    if (!minutes?.has(time.getMinutes()) || !hours?.has(time.getHours()) || !months?.has(time.getMonth() + 1))
      continue
    if (eitherDay ? day || weekday : day && weekday) return time.getTime()
  }
  throw new Error(`The cron expression "${expression}" never holds.`)
}
