import { XMLParser } from 'fast-xml-parser'
import { Misconfigured, StateUnavailable, TryLater } from '../errors.ts'
import type { Secret } from '../secret.ts'
import { createSplunkdHttp } from './http.ts'
import sdk, { type HttpResponse } from './splunk-sdk.cjs'
import type { SplunkdTrust } from './trust.ts'

export const appId = 'TA-mailtrail'

/** An answer of splunkd: JSON where it is JSON, else the text. */
export interface SplunkdReply {
  readonly status: number
  readonly data: unknown
}

/** A refusal, with splunkd's own words. */
export class SplunkdRefusal extends TryLater {
  readonly status: number
  /** What splunkd said, from its XML or JSON error body. */
  readonly said: string

  constructor(step: string, status: number, said: string) {
    super(`While ${step}: splunkd answers ${status}${said === '' ? '' : `: ${said}`}.`)
    this.status = status
    this.said = said
  }
}

export interface SplunkdOptions {
  readonly uri: string
  readonly sessionKey: Secret
  readonly trust: SplunkdTrust
}

/** The local splunkd over REST, as `nobody` in this app's context. Source: Splunk REST API reference. */
export class Splunkd {
  readonly #service: InstanceType<typeof sdk.Service>
  readonly #close: () => void

  constructor(options: SplunkdOptions) {
    if (!URL.canParse(options.uri))
      throw new Misconfigured(`The server_uri on stdin is not a URL: "${options.uri}".`)
    const uri = new URL(options.uri)
    const { http, close } = createSplunkdHttp(options.trust)
    this.#close = close
    this.#service = new sdk.Service(http, {
      scheme: uri.protocol.replace(':', ''),
      host: uri.hostname,
      port: Number(uri.port || '8089'),
      owner: 'nobody',
      app: appId,
      sessionKey: options.sessionKey.reveal(),
      version: 'none',
    })
  }

  /**
   * One request. @param path below the app's namespace, already encoded, such as `storage/passwords`.
   * @param options what goes into the query, and the body: a form, or JSON text.
   * @throws {SplunkdRefusal} for a status that is not 2xx; {StateUnavailable} for a session that is no longer valid.
   */
  async request(
    step: string,
    method: 'GET' | 'POST' | 'DELETE',
    path: string,
    options: { query?: Record<string, string | number>; form?: Record<string, string>; json?: string } = {},
  ): Promise<SplunkdReply> {
    const { json } = options
    const type = json === undefined ? 'application/x-www-form-urlencoded' : 'application/json'
    const query = { output_mode: 'json', ...options.query }
    let reply: HttpResponse
    try {
      reply = await this.#service.request(path, method, query, options.form, json, { 'Content-Type': type })
    } catch (error) {
      if (isReply(error)) throw refusal(step, error)
      throw error
    }
    if (reply.status < 200 || reply.status > 299) throw refusal(step, reply)
    return { status: reply.status, data: parsed(String(reply.data)) }
  }

  close(): void {
    this.#close()
  }
}

/** No other session comes to a process: to try again with one that has ended is of no use. */
function refusal(step: string, { status, data }: HttpResponse): SplunkdRefusal | StateUnavailable {
  const words = said(String(data))
  if (status !== 401) return new SplunkdRefusal(step, status, words)
  return new StateUnavailable(
    `While ${step}: splunkd no longer accepts the session of this run (401: ${words}); the next run has one of its own.`,
    { category: 'Authentication Error' },
  )
}

const isReply = (error: unknown): error is HttpResponse =>
  typeof error === 'object' &&
  error !== null &&
  'status' in error &&
  typeof error.status === 'number' &&
  'data' in error

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

/** splunkd's words in an error body, which is XML (`<msg>`) or JSON (`messages[].text`), whatever was asked for. */
function said(body: string): string {
  const json = parsed(body)
  if (typeof json === 'object' && json !== null) return texts(json).join(' ')
  try {
    return texts(new XMLParser({ ignoreAttributes: true, parseTagValue: false }).parse(body)).join(' ')
  } catch {
    return body.slice(0, 200).trim()
  }
}

function texts(node: unknown): string[] {
  if (typeof node !== 'object' || node === null) return []
  return Object.entries(node).flatMap(([key, value]) => {
    const wanted = key === 'text' || key === 'msg'
    if (wanted && typeof value === 'string') return [value.trim()]
    if (wanted && Array.isArray(value) && value.every((item) => typeof item === 'string')) return value
    return texts(value)
  })
}
