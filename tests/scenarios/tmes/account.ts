import type { TmesSettings } from '../../standins/tmes/settings.ts'
import { TmesStandin } from '../../standins/tmes/tmes.ts'
import { Clock } from '../../standins/vendor/clock.ts'
import type { StagedSettings } from '../harness.ts'

/** The vendor's now when a scenario begins. */
export const scenarioNow = Date.parse('2026-03-10T12:34:56Z')

/**
 * A Trend Micro Email Security account with a clock of its own, which begins at `scenarioNow` and moves only when told
 * to: what is due does not depend on how busy the machine is.
 */
export async function startAccount(settings: Partial<TmesSettings> = {}): Promise<TmesStandin> {
  const tmes = new TmesStandin({ clock: Clock.frozen(scenarioNow), seed: 7, settings })
  await tmes.start()
  return tmes
}

/** The stanza for an account, with further settings. */
export const tmesInput = (
  tmes: TmesStandin,
  settings: Readonly<Record<string, string>> = {},
): StagedSettings => ({
  scheme: 'trendmicro_email',
  settings: { base_url: tmes.url, username: tmes.credentials.username, ...settings },
  secrets: { api_key: tmes.credentials.apiKey },
})

/** What no request may do: leave out an end of its range or ask for pages of another size. */
export function offencesAgainst(tmes: TmesStandin): string[] {
  return tmes.api.requests.entries.flatMap(({ query }) => {
    const asked = new URLSearchParams(query)
    const [start, end] = [Date.parse(asked.get('start') ?? ''), Date.parse(asked.get('end') ?? '')]
    const found = [
      ...(Number.isNaN(start) ? ['no start'] : []),
      ...(Number.isNaN(end) ? ['no end'] : []),
      ...(asked.get('limit') === '500' ? [] : ['another limit']),
    ]
    return found.map((what) => `${what}: ${query}`)
  })
}
