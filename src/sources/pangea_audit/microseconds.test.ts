import { describe, expect, it } from 'vitest'
import { microseconds, microsecondText } from './microseconds.ts'

const read = (text: string): number => {
  const bytes = Buffer.from(JSON.stringify(text))
  return microseconds(bytes, 0, bytes.length)
}

describe('microseconds', () => {
  it.each([
    ['2026-03-10T12:34:56.123456Z', 456],
    ['2026-03-10T12:34:56.123Z', 0],
    ['2026-03-10T12:34:56.1234Z', 400],
    ['2026-03-10T12:34:56.123456789Z', 456],
    ['2026-03-10T13:34:56.123456+01:00', 456],
  ])('reads %s', (text, rest) => {
    expect(read(text)).toBe(Date.parse('2026-03-10T12:34:56.123Z') * 1000 + rest)
  })

  it('reads nothing from what is no time', () => {
    expect(read('yesterday')).toBeNaN()
    expect(microseconds(Buffer.from('x'), -1, -1)).toBeNaN()
  })

  it.each(['1969-12-31T23:59:59.999999Z', '2026-03-10T12:34:56.000001Z', '2026-03-10T12:34:56.123456Z'])(
    'writes what it reads: %s',
    (text) => {
      expect(microsecondText(read(text))).toBe(text)
    },
  )
})
