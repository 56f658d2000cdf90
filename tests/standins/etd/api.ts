import { hour, hourOf } from '../vendor/clock.ts'
import { hourText } from '../vendor/instants.ts'
import type { Random } from '../vendor/random.ts'
import { type Answer, basicCredentials, jsonAnswer, type VendorRequest } from '../vendor/request.ts'
import { type ObjectStore, retention, type StoredObject } from './objects.ts'
import type { Quota } from './quota.ts'
import type { EtdSettings } from './settings.ts'
import type { TokenIssuer } from './token.ts'

export interface Credentials {
  readonly clientId: string
  readonly clientSecret: string
  readonly apiKey: string
}

export interface EtdApiParts {
  readonly credentials: Credentials
  readonly settings: EtdSettings
  readonly store: ObjectStore
  readonly tokens: TokenIssuer
  readonly quota: Quota
  readonly random: Random
  /** A link to the object that is good from now on. */
  linkTo(object: StoredObject, now: number): string
}

/** The longest range of one request, and the longest link (Log Export page). */
const longestRange = 3 * hour
const longestLink = 2048

const tokenPath = '/v1/oauth/token'
const linksPath = '/v1/logs/downloadLinks'

const operations: Readonly<Record<string, string>> = {
  [`POST ${tokenPath}`]: 'token',
  [`POST ${linksPath}`]: 'links',
}

/** The errors of the Log Export page; every body is `{"message": …}`. */
const messages: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  401: 'Token expired, generate new token to proceed',
  403: 'Forbidden',
  404: 'Not Found',
  429: 'Limit exceeded',
  500: 'Internal Server Error',
  503: 'Service temporarily unavailable',
}

export const apiOperationOf = (method: string, path: string): string =>
  operations[`${method} ${path}`] ?? 'unknown'

export const apiError = (status: number, message = messages[status] ?? 'Error'): Answer =>
  jsonAnswer(status, { message })

/** `POST /v1/oauth/token` and `POST /v1/logs/downloadLinks`. */
export function answerApi(request: VendorRequest, parts: EtdApiParts): Answer {
  if (request.operation === 'unknown') return apiError(404)
  if (request.headers['x-api-key'] !== parts.credentials.apiKey) return apiError(403)
  if (!parts.quota.take(request.at)) return limitExceeded(parts.settings)
  return request.operation === 'token' ? answerToken(request, parts) : answerLinks(request, parts)
}

function limitExceeded({ retryAfterSeconds }: EtdSettings): Answer {
  const refusal = apiError(429)
  if (retryAfterSeconds === undefined) return refusal
  return { ...refusal, headers: { ...refusal.headers, 'Retry-After': String(retryAfterSeconds) } }
}

function answerToken(request: VendorRequest, { credentials, settings, tokens }: EtdApiParts): Answer {
  const given = basicCredentials(request.headers.authorization)
  if (given?.user !== credentials.clientId || given.password !== credentials.clientSecret) {
    return apiError(settings.wrongCredentials, 'Unauthorized')
  }
  const token = tokens.issue(credentials.clientId, request.at, settings.tokenLifetime, settings.opaqueToken)
  switch (settings.tokenForm) {
    case 'accessToken':
      return jsonAnswer(200, { accessToken: token })
    case 'accessToken and expiresIn':
      return jsonAnswer(200, { accessToken: token, expiresIn: Math.floor(settings.tokenLifetime / 1000) })
    case 'data.accessToken':
      return jsonAnswer(200, { data: { accessToken: token } })
    default:
      return jsonAnswer(200, { [settings.tokenForm]: token })
  }
}

function answerLinks(request: VendorRequest, parts: EtdApiParts): Answer {
  const token = /^Bearer (\S+)$/.exec(request.headers.authorization ?? '')?.[1]
  const verdict = token === undefined ? 'invalid' : parts.tokens.check(token, request.at)
  if (verdict === 'invalid') return apiError(400)
  if (verdict === 'expired') return apiError(401)
  const wanted = readRequest(request)
  if (wanted === undefined) return apiError(400, 'Unable to deserialize request body')
  return rangeError(wanted, request.at) ?? listLinks(wanted, request.at, parts)
}

interface LinksRequest {
  readonly start: number
  readonly end: number
  readonly types: readonly string[]
}

function readRequest(request: VendorRequest): LinksRequest | undefined {
  if (!/^application\/json\b/i.test(request.headers['content-type'] ?? '')) return undefined
  let body: unknown
  try {
    body = JSON.parse(request.body)
  } catch {
    return undefined
  }
  if (typeof body !== 'object' || body === null) return undefined
  const { timeRange, logTypes, ...more } = body as Record<string, unknown>
  if (Object.keys(more).length > 0 || !isTextList(timeRange) || !isTextList(logTypes)) return undefined
  const [start, end, ...further] = timeRange.map(hourInstant)
  if (start === undefined || end === undefined || further.length > 0 || logTypes.length === 0)
    return undefined
  return { start, end, types: logTypes }
}

const isTextList = (value: unknown): value is string[] =>
  Array.isArray(value) && value.every((item) => typeof item === 'string')

function hourInstant(text: string): number | undefined {
  if (!/^\d{4}-\d\d-\d\dT\d\d$/.test(text)) return undefined
  const at = Date.parse(`${text}:00:00Z`)
  return Number.isNaN(at) ? undefined : at
}

function rangeError({ start, end }: LinksRequest, now: number): Answer | undefined {
  if (end <= start || end - start > longestRange || start < now - retention) {
    return apiError(400, 'Invalid daterange')
  }
  if (end > hourOf(now)) {
    return apiError(400, `Bad Request: the time range must not extend beyond ${hourText(now)}`)
  }
  return undefined
}

function listLinks({ start, end, types }: LinksRequest, now: number, parts: EtdApiParts): Answer {
  const { settings, store, random } = parts
  const lastHour = settings.endInclusive ? end : end - hour
  const data: Record<string, string[]> = {}
  let room = settings.cap
  for (const type of new Set(types)) {
    if (!settings.enabledTypes.includes(type)) {
      if (settings.disabledType === 'error') return apiError(400)
      if (settings.disabledType === 'empty') data[type] = []
      continue
    }
    const found: StoredObject[] = []
    for (let at = start; at <= lastHour; at += hour) found.push(...store.inHour(type, at, now))
    const kept = keepSome(found, settings.capCounts === 'type' ? settings.cap : room, settings, random)
    room -= kept.length
    const links = kept.map((object) => {
      object.listed++
      return parts.linkTo(object, now)
    })
    if (links.length > 0 || settings.noObjects === 'empty') {
      data[type] = links.filter((link) => link.length <= longestLink)
    }
  }
  return jsonAnswer(200, { data })
}

function keepSome(
  found: readonly StoredObject[],
  room: number,
  { capKeeps, order }: EtdSettings,
  random: Random,
): readonly StoredObject[] {
  const queue = capKeeps === 'any' && found.length > room ? random.shuffled(found) : found
  const kept = capKeeps === 'last' ? queue.slice(Math.max(0, queue.length - room)) : queue.slice(0, room)
  return order === 'any' ? random.shuffled(kept) : kept
}
