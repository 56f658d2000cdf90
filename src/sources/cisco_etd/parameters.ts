import { Misconfigured } from '../../errors.ts'
import type { ParameterValues } from '../../input/parameters.ts'
import { Secret } from '../../secret.ts'

export interface EtdParameters {
  /** Scheme and host of the API, perhaps with port and path prefix, without a slash at the end. */
  readonly baseUrl: string
  readonly clientId: string
  readonly clientSecret: Secret
  readonly apiKey: Secret
  readonly logTypes: readonly string[]
  readonly lookbackHours: number
  readonly requestsPerSecond: number
  readonly requestsPerDay: number
}

/** @throws {Misconfigured} when neither region nor base URL is given. */
export function etdParameters(values: ParameterValues): EtdParameters {
  const region = values.text('region')
  const baseUrl =
    values.text('base_url') ?? (region === undefined ? undefined : `https://api.${region}.etd.cisco.com`)
  if (baseUrl === undefined)
    throw new Misconfigured('Check the parameters: region is missing; choose yours, or give base_url.')
  return {
    baseUrl: baseUrl.replace(/\/+$/, ''),
    clientId: values.text('client_id') ?? '',
    clientSecret: values.secret('client_secret') ?? new Secret(''),
    apiKey: values.secret('api_key') ?? new Secret(''),
    logTypes: [...new Set(values.list('log_types'))],
    lookbackHours: values.number('lookback_hours'),
    requestsPerSecond: values.number('requests_per_second'),
    requestsPerDay: values.number('requests_per_day'),
  }
}
