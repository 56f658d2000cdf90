import { TmesStandin } from '../../tests/standins/tmes/tmes.ts'
import { acceptedTraffic, blockedTraffic } from '../../tests/standins/tmes/traffic.ts'
import { hour, minute } from '../../tests/standins/vendor/clock.ts'
import type { Exhibit } from './exhibit.ts'

/** Trend Micro Email Security with two days of traffic. */
export async function openTrendMicro(records: number): Promise<Exhibit> {
  const tmes = new TmesStandin({ seed: 21 })
  await tmes.start()
  // What is younger than the input's lag is left for a later run.
  const to = tmes.clock.now() - 2 * minute
  const from = to - 48 * hour
  const blocked = Math.round(records / 5)
  const accepted = acceptedTraffic({ seed: 21, count: records - blocked, from, to })
  tmes.addRecords({ type: 'accepted_traffic', records: accepted })
  tmes.addRecords({
    type: 'blocked_traffic',
    records: blockedTraffic({ seed: 22, count: blocked, from, to }),
  })
  const { username, apiKey } = tmes.credentials
  return {
    title: 'Trend Micro Email Security',
    scheme: 'trendmicro_email',
    name: 'demo',
    form: { base_url: tmes.url, username, api_key: apiKey, start_time: '-50h' },
    mistake: { api_key: 'mistyped' },
    records,
    oracle: tmes.oracle,
    stop: () => tmes.stop(),
  }
}
