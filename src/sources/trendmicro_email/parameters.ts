import { Misconfigured } from '../../errors.ts'
import type { ParameterValues } from '../../input/parameters.ts'
import { Secret } from '../../secret.ts'

export interface TrendMicroParameters {
  /** Without a slash at the end. */
  readonly baseUrl: string
  readonly username: string
  readonly apiKey: Secret
  readonly logTypes: readonly string[]
  readonly direction: string | undefined
  readonly domain: string | undefined
  /** Milliseconds. */
  readonly overlap: number
  /** Milliseconds. */
  readonly lag: number
}

/** Source: Trend Micro Email Security REST API, Understanding the URI. Japan's host does differ. */
const hosts: Readonly<Record<string, string>> = {
  us: 'api.tmes.trendmicro.com',
  eu: 'api.tmes.trendmicro.eu',
  anz: 'api.tmes-anz.trendmicro.com',
  jp: 'api.tmems-jp.trendmicro.com',
  sg: 'api.tmes-sg.trendmicro.com',
  in: 'api.tmes-in.trendmicro.com',
  ae: 'api.tmes-uae.trendmicro.com',
  uk: 'api.tmes-uk.trendmicro.com',
}

/** @throws {Misconfigured} when neither region nor base URL is given. */
export function trendMicroParameters(values: ParameterValues): TrendMicroParameters {
  const host = hosts[values.text('region') ?? '']
  const baseUrl = values.text('base_url') ?? (host === undefined ? undefined : `https://${host}`)
  if (baseUrl === undefined)
    throw new Misconfigured('Check the parameters: region is missing; choose yours, or give base_url.')
  const domain = values.text('domain')
  if (domain !== undefined && !/^[\p{L}\p{N}-]+(?:\.[\p{L}\p{N}-]+)+$/u.test(domain)) {
    throw new Misconfigured(
      `Check the parameters: domain must be one domain of yours, such as example.com (it is "${domain}"). Leave it empty for all.`,
    )
  }
  return {
    baseUrl: baseUrl.replace(/\/+$/, ''),
    username: values.text('username') ?? '',
    apiKey: values.secret('api_key') ?? new Secret(''),
    logTypes: [...new Set(values.list('log_types'))],
    direction: values.text('direction'),
    domain,
    overlap: values.number('overlap_minutes') * 60_000,
    lag: values.number('lag_seconds') * 1000,
  }
}
