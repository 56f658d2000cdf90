import { auditSeries } from '../../standins/etd/audit.ts'
import { EtdStandin } from '../../standins/etd/etd.ts'
import { messageSeries } from '../../standins/etd/messages.ts'
import { expectationOf, type StoredObject } from '../../standins/etd/objects.ts'
import { type Clock, hour, hourOf } from '../../standins/vendor/clock.ts'
import type { Fault } from '../../standins/vendor/faults.ts'
import { mix } from '../../standins/vendor/random.ts'
import { apiFaults, type FaultVendor, type VendorKind } from './vendor.ts'

/** Objects of one hour and type before the clock moves on: far below what an answer holds. */
const objectsPerHour = 10

const storageFaults: readonly Fault[] = [
  { kind: 'cut', after: 3_000 },
  { kind: 'cut', after: 70_000 },
  { kind: 'cutChunked', after: 9_000 },
  { kind: 'resetInside', after: 5_000 },
  { kind: 'resetInside', after: 90_000 },
  { kind: 'status', status: 500, retryAfterSeconds: 0 },
  { kind: 'status', status: 503, retryAfterSeconds: 0 },
  { kind: 'status', status: 403 },
  { kind: 'reset' },
  { kind: 'close' },
  { kind: 'lostAnswer' },
  { kind: 'delay', milliseconds: 40 },
  { kind: 'drip', bytes: 20_000, everyMilliseconds: 2 },
]

/** Cisco Secure Email Threat Defense: each call adds an object of messages and one of audit logs to the last whole hour. */
export const etd: VendorKind = {
  scheme: 'cisco_etd',
  looksFarBack: { lookback_hours: '24' },
  async open(seed: number, clock: Clock): Promise<FaultVendor> {
    const limits = { perSecond: 1e6, burst: 1e6, perDay: 1e9 }
    const standin = new EtdStandin({ clock, seed, settings: { limits } })
    await standin.start()
    let number = 0
    let added: StoredObject[] = []
    return {
      clock,
      oracle: standin.oracle,
      reachable: [
        { server: standin.api, operation: 'token', faults: apiFaults },
        { server: standin.api, operation: 'links', faults: apiFaults },
        { server: standin.storage, operation: 'object', faults: storageFaults },
      ],
      dataOperations: ['object'],
      renewal: 'token',
      add(records) {
        if (number % objectsPerHour === objectsPerHour - 1) clock.advance(hour)
        const start = hourOf(clock.now()) - hour
        const series = { seed: mix(seed, number++), hour: start, tenant: standin.tenant }
        const audits = Math.floor(records / 5)
        const place = { hour: start, appearsAt: clock.now() }
        const messages = messageSeries({ ...series, count: records - audits })
        added.push(standin.addObject({ ...place, type: 'message', records: messages }))
        added.push(
          standin.addObject({ ...place, type: 'audit', records: auditSeries({ ...series, count: audits }) }),
        )
      },
      takeExpectations() {
        const taken = added.map((object) => expectationOf(object, false))
        added = []
        return taken
      },
      asServed: (text) => text,
      staged: (settings) => ({
        scheme: 'cisco_etd',
        settings: {
          base_url: standin.url,
          client_id: standin.credentials.clientId,
          requests_per_second: '1000',
          requests_per_day: '10000000',
          start_time: '-2d',
          lookback_hours: '1',
          ...settings,
        },
        secrets: { client_secret: standin.credentials.clientSecret, api_key: standin.credentials.apiKey },
      }),
      stop: () => standin.stop(),
    }
  },
}
