import { expect, test } from 'vitest'
import { nextCronTime } from './cron.ts'
import { nextRun } from './schedule.ts'

const local = (text: string): number => new Date(text).getTime()

test('an interval counts from the begin of a run, and a late run is not started twice', () => {
  expect(nextRun('60', undefined, 5000)).toBe(5000)
  expect(nextRun('60', 5000, 6000)).toBe(65_000)
  expect(nextRun('0.5', 5000, 9000)).toBe(9000)
})

test('-1 runs once, 0 again and again', () => {
  expect(nextRun('-1', undefined, 5000)).toBe(5000)
  expect(nextRun('-1', 5000, 6000)).toBeUndefined()
  expect(nextRun('0', 5000, 6000)).toBeLessThan(7000)
})

test.each([
  ['*/15 * * * *', '2026-03-04T10:07:30', '2026-03-04T10:15:00'],
  ['0 2 * * *', '2026-03-04T10:07:30', '2026-03-05T02:00:00'],
  ['30 8-10/2 1,15 * *', '2026-03-04T10:07:30', '2026-03-15T08:30:00'],
  ['0 0 * * 7', '2026-03-04T10:07:30', '2026-03-08T00:00:00'],
  ['0 0 13 * 5', '2026-03-04T10:07:30', '2026-03-06T00:00:00'],
])('cron %s is next due after %s at %s', (expression, after, due) => {
  expect(nextRun(expression, undefined, local(after))).toBe(local(due))
})

test.each(['* * * *', '60 * * * *', '* * * JAN *', '*/0 * * * *', 'daily'])(
  'refuses the cron expression %s',
  (expression) => {
    expect(() => nextCronTime(expression, 0)).toThrow(/cron/)
  },
)
