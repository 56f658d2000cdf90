import { TmesStandin } from '../../standins/tmes/tmes.ts'
import { acceptedTraffic, blockedTraffic } from '../../standins/tmes/traffic.ts'
import { type Clock, hour, minute, second } from '../../standins/vendor/clock.ts'
import type { Expectation } from '../../standins/vendor/oracle.ts'
import { mix } from '../../standins/vendor/random.ts'
import { recordsIn } from '../../standins/vendor/record.ts'
import { apiFaults, type FaultVendor, type VendorKind } from './vendor.ts'

/** What is younger is left for the next run, by the input's default. */
const lag = minute

/** An empty answer is no fault here: it is one of the ways to say that there are no logs. */
const faults = apiFaults.filter((fault) => fault.kind !== 'body' || fault.body !== 'empty')

/** Trend Micro Email Security: each call is five minutes of traffic of both types. */
export const tmes: VendorKind = {
  scheme: 'trendmicro_email',
  looksFarBack: { overlap_minutes: '1440' },
  async open(seed: number, clock: Clock): Promise<FaultVendor> {
    const standin = new TmesStandin({ clock, seed })
    await standin.start()
    let number = 0
    let filledTo = Math.floor(clock.now() / second) * second - hour
    let added: Expectation[] = []
    return {
      clock,
      oracle: standin.oracle,
      reachable: [{ server: standin.api, operation: 'page', faults }],
      dataOperations: ['page'],
      renewal: 'page',
      add(records) {
        // What comes later than the input's overlap reaches back would be lost by its definition.
        const from = Math.max(filledTo, Math.floor((clock.now() - lag) / second) * second)
        clock.advance(5 * minute)
        filledTo = Math.floor((clock.now() - lag) / second) * second - second
        const blocked = Math.floor(records / 5)
        const range = { seed: mix(seed, number++), from, to: filledTo }
        const series = [
          { type: 'accepted_traffic', records: acceptedTraffic({ ...range, count: records - blocked }) },
          {
            type: 'blocked_traffic',
            records: blockedTraffic({ ...range, count: blocked, seed: range.seed ^ 0xb10c }),
          },
        ] as const
        for (const one of series) {
          standin.addRecords(one)
          added.push({
            stream: one.type,
            sourcetype: 'trendmicro:email:tracking',
            source: new RegExp(`^tmes:${one.type}/.`),
            identity: 'content',
            records: () => recordsIn(one.records),
          })
        }
      },
      takeExpectations() {
        const taken = added
        added = []
        return taken
      },
      asServed: (text) => text,
      staged: (settings) => ({
        scheme: 'trendmicro_email',
        settings: {
          base_url: standin.url,
          username: standin.credentials.username,
          start_time: '-6h',
          ...settings,
        },
        secrets: { api_key: standin.credentials.apiKey },
      }),
      stop: () => standin.stop(),
    }
  },
}
