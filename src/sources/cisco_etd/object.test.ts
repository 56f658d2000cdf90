import { afterAll, describe, expect, it } from 'vitest'
import { expiryOf, hourOf, hourText, oldestHour } from './hours.ts'
import { logObject } from './object.ts'

const asked = Date.parse('2026-03-10T11:00:00Z')
const folder = 'tenant_id=07fa4225/log_date=2024-09-09/hour=07/log_type=audit'

describe('logObject', () => {
  it('knows an object by its path, decoded, whatever its signature', () => {
    const url = (signature: string) =>
      `https://bucket.s3.amazonaws.com/${encodeURIComponent(folder)}/0000_part_00.1.json?X-Amz-Signature=${signature}`
    const object = logObject(url('one'), asked)
    expect(object?.path).toBe(`${folder}/0000_part_00.1.json`)
    expect(logObject(url('two'), asked)?.path).toBe(object?.path)
    expect(hourText(object?.hour ?? 0)).toBe('2024-09-09T07')
  })

  it.each([
    ['no hour', 'https://host/some/file.json', 'some/file.json'],
    ['an hour that is none', 'https://host/log_date=2024-13-41/hour=7/f', 'log_date=2024-13-41/hour=7/f'],
    ['broken escapes', 'https://host/a%ZZb', 'a%ZZb'],
  ])('files an object under the hour asked for when its path has %s', (_, url, path) => {
    expect(logObject(url, asked + 5)).toMatchObject({ path, hour: asked })
  })

  it('takes nothing for an object that is no URL', () => {
    expect(logObject('not a URL', asked)).toBeUndefined()
  })
})

describe('The oldest hour', () => {
  const { TZ } = process.env
  afterAll(() => {
    process.env.TZ = TZ
  })
  // Local hours of India begin at half past, and Europe's clocks change within these thirty days.
  it.each(['UTC', 'Asia/Kolkata', 'Europe/Berlin'])(
    'is a whole hour inside thirty days on a host in %s',
    (zone) => {
      process.env.TZ = zone
      for (const now of [
        '2026-03-31T12:00:00.000Z',
        '2026-03-31T12:59:59.999Z',
        '2026-01-01T00:00:00.000Z',
      ]) {
        const at = Date.parse(now)
        const margin = oldestHour(at) - (at - 30 * 86_400_000)
        expect(margin).toBeGreaterThan(0)
        expect(margin).toBeLessThanOrEqual(3_600_000)
        expect(hourOf(oldestHour(at))).toBe(oldestHour(at))
        expect(expiryOf(oldestHour(at))).toBeGreaterThan(at)
      }
    },
  )
})
