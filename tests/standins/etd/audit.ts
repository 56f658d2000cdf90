import { hourOf, second } from '../vendor/clock.ts'
import { instantText } from '../vendor/instants.ts'
import { oddText } from '../vendor/odd-text.ts'
import { mix, uuidAt } from '../vendor/random.ts'
import type { RecordSeries, VendorRecord } from '../vendor/record.ts'

export interface AuditSeriesOptions {
  readonly seed: number
  readonly count: number
  /** Any instant of the hour of the object that holds them. */
  readonly hour: number
}

const actions = [
  ['user', 'login', ''],
  ['user', 'get_securex_ribbon_access_token', ''],
  ['tenant', 'create_public_api_client', '"clientId":"d7bb7495-f486-48f3-9276-c74ea39e7236"'],
  ['email', 'reclassify', '"verdict":"neutral","action":"","description":"Changing verdict to neutral"'],
  ['policy', 'update', '"before":{"depth":[1,[2,[3]]]},"after":{"timestamp":"1999-01-01 00:00:00"}'],
] as const

const agent = 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/137.0.0.0'

/**
 * Audit lines as on the page: times of whole seconds without a zone, no identifier. One line in 25 equals the
 * line before it, and both are genuine.
 */
export const auditSeries = (options: AuditSeriesOptions): RecordSeries => ({
  count: options.count,
  at: (index) => auditAt(options, index % 25 === 24 ? index - 1 : index),
})

function auditAt({ seed, hour }: AuditSeriesOptions, index: number): VendorRecord {
  const draw = mix(seed ^ 0x0a0d17, index)
  const at = hourOf(hour) + (draw % 3600) * second
  const [category, action, members] = actions[(draw >>> 4) % actions.length]!
  const status = (draw & 7) === 0 ? 'failure' : 'success'
  const comments = (draw >>> 3) % 12 === 0 ? `"${oddText[(draw >>> 8) % oddText.length]}"` : 'null'
  const metadata = members === '' ? 'null' : `{${members},"requestId":"${uuidAt(seed, index)}"}`
  const time = instantText(at).replace('T', ' ').replace('Z', '')
  const text =
    `{"category":"${category}","timestamp":"${time}","action":"${action}","status":"${status}",` +
    `"comments":${comments},"user":{"ip":"203.0.113.${draw & 255}","userAgent":"${agent}",` +
    `"id":"${uuidAt(seed ^ 0x77, index)}"},"metadata":${metadata}}`
  return { text, time: at }
}
