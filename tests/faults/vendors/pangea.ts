import { fillLog } from '../../standins/pangea/fill.ts'
import { PangeaStandin } from '../../standins/pangea/pangea.ts'
import { type Clock, hour, minute } from '../../standins/vendor/clock.ts'
import { mix } from '../../standins/vendor/random.ts'
import { apiFaults, type FaultVendor, type VendorKind } from './vendor.ts'

/** Pangea Secure Audit Log: each call is five minutes of a log with genuine trees. */
export const pangea: VendorKind = {
  scheme: 'pangea_audit',
  looksFarBack: { overlap_minutes: '1440' },
  async open(seed: number, clock: Clock): Promise<FaultVendor> {
    const standin = new PangeaStandin({ clock, seed })
    await standin.start()
    let number = 0
    let filledTo = clock.now() - hour
    let settledTo = filledTo
    return {
      clock,
      oracle: standin.oracle,
      reachable: [
        { server: standin.server, operation: 'search', faults: apiFaults },
        { server: standin.server, operation: 'results', faults: apiFaults },
        { server: standin.server, operation: 'root', faults: apiFaults },
      ],
      dataOperations: ['search', 'results'],
      renewal: 'search',
      add(records) {
        clock.advance(5 * minute)
        const from = filledTo
        filledTo = clock.now() - 2 * minute
        fillLog(standin.log, { seed: mix(seed, number++), from, to: filledTo, records })
      },
      takeExpectations() {
        const [from, to] = [settledTo, filledTo]
        settledTo = filledTo
        return [...standin.oracle.expectations()].map((expectation) => ({
          ...expectation,
          *records() {
            for (const record of expectation.records())
              if (record.time >= from && record.time < to) yield record
          },
        }))
      },
      asServed: (text) => standin.received(text),
      staged: (settings) => ({
        scheme: 'pangea_audit',
        settings: { base_url: standin.url, start_time: '-6h', ...settings },
        secrets: { token: standin.token },
      }),
      stop: () => standin.stop(),
    }
  },
}
