import * as z from 'zod'
import { type MailtrailError, Misconfigured, TryLater } from '../../errors.ts'
import type { Reply, VendorClient } from '../../transport/client.ts'
import { saidBy } from './api-error.ts'
import { RangeRefused } from './errors.ts'
import { hourText } from './hours.ts'
import { type LogObject, logObject } from './object.ts'
import type { EtdParameters } from './parameters.ts'
import { jsonOf, TokenHolder } from './token.ts'

/** The most links in one answer; more are cut off without a word. Source: Log Export API, Response Limitations. */
export const mostLinks = 200
/** Tokens that may be refused in a row before the credentials are held to be wrong. */
const mostRenewals = 3

const answer = z.object({ data: z.record(z.string(), z.array(z.string()).nullable()).nullish() })

export interface Listing {
  readonly objects: readonly LogObject[]
  /** The answer holds as many links as fit: there may be more. */
  readonly full: boolean
  /** False when the answer does not name the log type at all. */
  readonly known: boolean
  /** When the links were made, by the vendor's clock. */
  readonly at: number
}

/** The list of download links. Source: Log Export API, `/v1/logs/downloadLinks`. */
export class LinkService {
  readonly #params: EtdParameters
  readonly #vendor: VendorClient
  readonly #tokens: TokenHolder

  constructor(params: EtdParameters, vendor: VendorClient) {
    this.#params = params
    this.#vendor = vendor
    this.#tokens = new TokenHolder(params, vendor)
  }

  /** Makes sure of a token, and with it of the vendor's time. */
  async authenticate(): Promise<void> {
    await this.#tokens.get()
  }

  /**
   * The links of one log type for the hours from `start` to `end`, epoch milliseconds, `end` later than `start`.
   * @throws {RangeRefused} when the vendor finds the range too old, or in the future.
   */
  async list(logType: string, start: number, end: number): Promise<Listing> {
    for (let renewals = 0; ; renewals++) {
      const token = await this.#tokens.get()
      const request = {
        step: `asking Cisco ETD for ${logType} files of ${hourText(start)} to ${hourText(end)}`,
        method: 'POST' as const,
        url: `${this.#params.baseUrl}/v1/logs/downloadLinks`,
        headers: {
          'x-api-key': this.#params.apiKey,
          Authorization: `Bearer ${token.reveal()}`,
          Accept: 'application/json',
        },
        json: { timeRange: [hourText(start), hourText(end)], logTypes: [logType] },
        counted: true,
      }
      const result = await this.#vendor.send(request, (reply) => this.#judge(reply, logType, start, renewals))
      if (result !== 'renew') return result
      this.#tokens.discard()
    }
  }

  #judge(reply: Reply, logType: string, start: number, renewals: number): Listing | 'renew' {
    if (reply.status !== 200) return this.#refused(reply, logType, renewals)
    const parsed = answer.safeParse(jsonOf(reply.body))
    if (!parsed.success)
      throw this.#vendor.tryLater(
        'Cisco ETD answered 200 to the request for links, but not with a list of links.',
        reply,
      )
    const urls = parsed.data.data?.[logType]
    const objects = (urls ?? []).map((url) => logObject(url, start)).filter((object) => object !== undefined)
    if (objects.length < (urls?.length ?? 0))
      throw this.#vendor.tryLater('Cisco ETD gave a link that is not a URL.', reply)
    return {
      objects,
      full: objects.length >= mostLinks,
      known: urls !== undefined,
      at: this.#vendor.clock.now(),
    }
  }

  /**
   * Source: Log Export API, Error Responses. "Bad Request" stands for a bad token and for a range in the future alike:
   * a fresh token tells them apart.
   */
  #refused(reply: Reply, logType: string, renewals: number): 'renew' {
    const said = saidBy(reply)
    const what = `Cisco ETD refuses the list of ${logType} files (${reply.status}${said}).`
    const { status } = reply
    if (status === 401) {
      if (renewals < mostRenewals) return 'renew'
      throw new Misconfigured(
        `${what} It does not take a token that it has just given; check that api_key and client_id belong together.`,
        { category: 'Authentication Error' },
      )
    }
    if (status === 403)
      throw new Misconfigured(`${what} Check api_key, and that the API client may export logs.`, {
        category: 'Permission Error',
      })
    if (status === 404) throw new Misconfigured(`${what} Check region or base_url.`)
    if (status === 429)
      throw this.#vendor.tryLater(`${what} The rate limit or the daily quota is used up.`, reply)
    if (status === 400) {
      if (/future|current hour|time limit/i.test(said)) throw new RangeRefused(what, 'future')
      if (/date ?range|past|older|30 days/i.test(said)) throw new RangeRefused(what, 'past')
      if (/deserialize/i.test(said)) throw unknownType(what, logType)
      if (renewals < 1) return 'renew'
      throw /bad request/i.test(said) ? new RangeRefused(what, 'future') : unknownType(what, logType)
    }
    throw this.#vendor.tryLater(`${what} It will be asked again.`, reply)
  }
}

const unknownType = (what: string, logType: string): MailtrailError =>
  logType === 'message' || logType === 'audit'
    ? new TryLater(what)
    : new Misconfigured(
        `${what} It may not know the log type ${logType}, or not export it: see Administration > Business > Export Log Preferences.`,
      )
