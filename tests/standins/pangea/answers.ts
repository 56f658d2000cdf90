import type { Answer } from '../vendor/request.ts'
import type { PangeaSettings, Refusal } from './settings.ts'

/** A finding of the request's validation (`pangea-validation-errors` of the specification). */
export interface ValidationError {
  readonly code: string
  readonly detail: string
  /** JSON pointer into the request. */
  readonly source: string
}

let requestNumber = 0

/** `prq_` and 32 characters of base32. */
export const newId = (prefix: string): string => {
  const digits = (requestNumber++).toString(32).padStart(32, '0')
  return `${prefix}_${digits.replace(/[0189]/g, (digit) => ({ '0': 'w', '1': 'x', '8': 'y', '9': 'z' })[digit] ?? digit)}`
}

interface Frame {
  readonly at: number
  readonly status: string
  readonly summary: string
  readonly requestId?: string
}

/** Pangea's standard answer around a result that is JSON text already. */
export function framed(http: number, { at, status, summary, requestId }: Frame, result: string): Answer {
  const time = new Date(at).toISOString()
  const id = requestId ?? newId('prq')
  const head = JSON.stringify({ request_id: id, request_time: time, response_time: time, status, summary })
  return {
    status: http,
    headers: { 'Content-Type': 'application/json', 'x-request-id': id },
    body: `${head.slice(0, -1)},"result":${result}}`,
  }
}

export const success = (at: number, settings: PangeaSettings, summary: string, result: string): Answer =>
  framed(200, { at, status: settings.statusCase, summary }, result)

export const refused = (at: number, { http, status }: Refusal, summary = status): Answer =>
  framed(http, { at, status, summary }, 'null')

export const invalid = (at: number, errors: readonly ValidationError[]): Answer =>
  framed(
    400,
    { at, status: 'ValidationError', summary: 'There was 1 or more validation errors' },
    JSON.stringify({ errors }),
  )

const usual: Readonly<Record<number, string>> = {
  400: 'InvalidPayloadReceived',
  401: 'Unauthorized',
  403: 'ServiceNotEnabled',
  404: 'NotFound',
  429: 'TooManyRequests',
  500: 'InternalError',
  503: 'ServiceNotAvailable',
}

/** Pangea's answer for an HTTP status that a fault rule asks for. */
export const errorAnswer = (http: number, at: number): Answer =>
  refused(at, { http, status: usual[http] ?? 'InternalError' })

/** The body of an answer with one of Pangea's own statuses, for fault rules: also with HTTP 200. */
export const statusBody = (status: string, summary = status): string =>
  String(framed(200, { at: 0, status, summary }, 'null').body)
