import { EtdStandin } from '../../standins/etd/etd.ts'
import type { EtdSettings } from '../../standins/etd/settings.ts'
import { Clock } from '../../standins/vendor/clock.ts'
import type { StagedSettings } from '../harness.ts'

/** The vendor's now when a scenario begins. */
export const scenarioNow = Date.parse('2026-03-10T12:34:56Z')

/** Rate and quota that keep no test waiting. */
export const generous = { perSecond: 1e6, burst: 1e6, perDay: 1e6 }

/** A Cisco ETD tenant with a clock of its own, which runs from `scenarioNow` on. */
export async function startTenant(
  settings: Partial<EtdSettings> = {},
  now: number = scenarioNow,
): Promise<EtdStandin> {
  const clock = new Clock(now)
  const etd = new EtdStandin({ clock, seed: 11, settings: { limits: generous, ...settings } })
  await etd.start()
  return etd
}

/** The stanza for a tenant, with further settings. */
export const etdInput = (
  etd: EtdStandin,
  settings: Readonly<Record<string, string>> = {},
): StagedSettings => ({
  scheme: 'cisco_etd',
  settings: {
    base_url: etd.url,
    client_id: etd.credentials.clientId,
    requests_per_second: '1000',
    requests_per_day: '1000000',
    ...settings,
  },
  secrets: { client_secret: etd.credentials.clientSecret, api_key: etd.credentials.apiKey },
})
