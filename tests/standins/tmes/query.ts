import { minute } from '../vendor/clock.ts'
import { type Answer, jsonAnswer } from '../vendor/request.ts'
import { reach } from './rows.ts'
import type { TmesSettings } from './settings.ts'

export const trafficTypes = ['accepted_traffic', 'blocked_traffic'] as const
export type TrafficType = (typeof trafficTypes)[number]

export interface LogQuery {
  readonly type: TrafficType
  /** Epoch milliseconds; whether they belong to the range is a setting. */
  readonly start: number
  readonly end: number
  readonly limit: number
  readonly direction?: string | undefined
  readonly domain?: string | undefined
  readonly token?: string | undefined
  /** Everything but the token as sent: must be the same for each page of a chain. */
  readonly sameForAllPages: string
}

/** Codes and texts of the page API Response Codes. */
const errors: Readonly<Record<number, readonly [code: string, message: string]>> = {
  400: ['InvalidFormat', 'The request format is invalid.'],
  401: ['AuthenticationMissingOrInvalid', 'The authentication information is missing or invalid.'],
  403: ['AuthorizationRequestDenied', 'The account has insufficient privileges to perform the request.'],
  404: ['ResourceNotAvailable', 'The requested resource is not available.'],
  500: ['InternalServerError', 'The server encountered an internal error.'],
}

export function errorAnswer(status: number, code?: string, message?: string): Answer {
  const [usualCode, usualMessage] = errors[status] ?? ['ServiceUnavailable', 'Try again later.']
  return jsonAnswer(status, { code: code ?? usualCode, message: message ?? usualMessage })
}

const invalid = (parameter: string): Answer =>
  errorAnswer(400, 'InvalidFormat', `The format of ${parameter} is invalid.`)

const known = ['type', 'domain', 'direction', 'start', 'end', 'limit', 'token']

/** A query, or the error that it leads to. */
export function readQuery(text: string, now: number, settings: TmesSettings): LogQuery | Answer {
  const parameters = readParameters(text)
  if (!(parameters instanceof Map)) return parameters
  const type = trafficTypes.find((one) => one === parameters.get('type'))
  if (type === undefined) return invalid('type')
  const direction = parameters.get('direction')
  if (direction !== undefined && direction !== 'in' && direction !== 'out') return invalid('direction')
  const domain = parameters.get('domain')
  if (domain !== undefined && !/^[A-Za-z0-9.-]+$/.test(domain)) {
    return errorAnswer(400, 'IllegalCharacter', 'Illegal characters found in domain.')
  }
  const limit = readLimit(parameters.get('limit') ?? '500', settings)
  if (limit === undefined) return invalid('limit')
  const range = readRange(parameters.get('start'), parameters.get('end'), now)
  if (typeof range === 'string') return invalid(range)
  if (range.start < now - reach && settings.tooOld === 'refused') return invalid('start')
  const token = parameters.get('token')
  parameters.delete('token')
  const sameForAllPages = JSON.stringify([...parameters].sort())
  return { type, direction, domain, limit, ...range, token, sameForAllPages }
}

/** Decoded as a form is: a plus sign that was not encoded is a space. */
function readParameters(text: string): Map<string, string> | Answer {
  const parameters = new Map<string, string>()
  for (const pair of text.split('&').filter((one) => one !== '')) {
    const [name = '', ...value] = pair.split('=')
    if (!known.includes(name) || parameters.has(name)) return invalid(name)
    try {
      parameters.set(name, decodeURIComponent(value.join('=').replaceAll('+', ' ')))
    } catch {
      return errorAnswer(400, 'IllegalCharacter', `Illegal characters found in ${name}.`)
    }
  }
  return parameters
}

function readLimit(text: string, { mostRows, largerLimit }: TmesSettings): number | undefined {
  if (!/^[1-9]\d{0,8}$/.test(text)) return undefined
  const limit = Number(text)
  if (limit <= mostRows) return limit
  return largerLimit === 'lowered' ? mostRows : undefined
}

/** The defaults of the page; otherwise the name of the parameter that is wrong. */
function readRange(
  startText: string | undefined,
  endText: string | undefined,
  now: number,
): { start: number; end: number } | 'start' | 'end' {
  const start = startText === undefined ? undefined : readInstant(startText)
  const end = endText === undefined ? undefined : readInstant(endText)
  if (Number.isNaN(start)) return 'start'
  if (Number.isNaN(end)) return 'end'
  if (start !== undefined && end !== undefined) return end < start ? 'end' : { start, end }
  if (start !== undefined) return { start, end: start + 5 * minute }
  const last = end ?? now
  return { start: last - 5 * minute, end: last }
}

const readInstant = (text: string): number =>
  /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{3})?Z$/.test(text) ? Date.parse(text) : Number.NaN
