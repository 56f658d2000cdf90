import * as z from 'zod'
import type { Window } from '../../delivery/sliced-log.ts'
import { Misconfigured, UnitUnavailable } from '../../errors.ts'
import { type Page, PageMalformed, readPage } from '../../records/page.ts'
import type { Reply, VendorClient } from '../../transport/client.ts'
import type { TrendMicroParameters } from './parameters.ts'
import { members } from './stamp.ts'
import { tokenParameter } from './token.ts'

/** How far back logs are given, counted from the request, milliseconds. Source: Get Mail Tracking Logs, start and end. */
export const reach = 72 * 3_600_000
export const reachReason = 'Trend Micro gives the logs of the last 72 hours'

/** Records in one answer: the vendor's default, and the most that is known to work. */
const pageLimit = 500

const envelope = z.looseObject({ logs: z.array(z.unknown()).nullish(), nextToken: z.string().nullish() })
const errorBody = z.object({ code: z.string().default(''), message: z.string().default('') })

/** The vendor does not go on with a chain of pages: the window is asked for from its start again. */
export class ChainBroken extends UnitUnavailable {
  override readonly name = 'ChainBroken'
}

/** An answer of 200 with nothing in it: no logs, or a body that was lost on the way. */
const empty = Symbol('empty')

export interface TrackingPage extends Pick<Page, 'records'> {
  readonly nextToken: string | undefined
}

/** Source: Trend Micro Email Security REST API, Get Mail Tracking Logs. */
export class MailTracking {
  readonly #params: TrendMicroParameters
  readonly #vendor: VendorClient

  constructor(params: TrendMicroParameters, vendor: VendorClient) {
    this.#params = params
    this.#vendor = vendor
  }

  /**
   * One page; undefined when there is nothing. Start, end and limit stay the same through a chain.
   * @param token `nextToken` of the page before, as it came.
   * @throws {ChainBroken} when the token is not good any more, or the window's start has fallen out of reach.
   */
  async page(logType: string, window: Window, token: string | undefined): Promise<TrackingPage | undefined> {
    const first = await this.#ask(logType, window, token)
    if (first !== empty) return first
    const second = await this.#ask(logType, window, token)
    return second === empty ? undefined : second
  }

  #ask(
    logType: string,
    window: Window,
    token: string | undefined,
  ): Promise<TrackingPage | typeof empty | undefined> {
    const { baseUrl, domain, direction, username, apiKey } = this.#params
    const query = [
      `type=${encodeURIComponent(logType)}`,
      ...(domain === undefined ? [] : [`domain=${encodeURIComponent(domain)}`]),
      ...(direction === undefined ? [] : [`direction=${direction}`]),
      `start=${instantText(window.from)}`,
      `end=${instantText(window.to)}`,
      `limit=${pageLimit}`,
      ...(token === undefined ? [] : [`token=${tokenParameter(token)}`]),
    ]
    return this.#vendor.send(
      {
        step: `asking Trend Micro for ${logType} from ${instantText(window.from)} to ${instantText(window.to)}`,
        method: 'GET',
        url: `${baseUrl}/api/v1/log/mailtrackinglog?${query.join('&')}`,
        headers: { Accept: 'application/json' },
        basic: { username, password: apiKey },
        counted: true,
        isPage: true,
      },
      (reply) => this.#judge(reply, window, token !== undefined),
    )
  }

  #judge(reply: Reply, window: Window, inChain: boolean): TrackingPage | typeof empty | undefined {
    if (reply.status === 204) return undefined
    if (reply.status !== 200) throw this.#refusal(reply, window, inChain)
    if (isBlank(reply.body)) return empty
    try {
      const page = readPage(reply.body, ['logs'], members)
      const { nextToken } = envelope.parse(page.envelope)
      return { records: page.records, nextToken: nextToken ?? undefined }
    } catch (error) {
      if (!(error instanceof PageMalformed) && !(error instanceof z.ZodError)) throw error
      throw this.#vendor.tryLater(
        'Trend Micro answered 200, but not with a page of logs; it will be asked again.',
        reply,
      )
    }
  }

  /** Source: Trend Micro Email Security REST API, API Response Codes. */
  #refusal(reply: Reply, window: Window, inChain: boolean): Error {
    const { status } = reply
    const what = `Trend Micro refuses the logs (${status}${saidBy(reply)}).`
    if (status === 401) {
      return new Misconfigured(
        `${what} Check username (the console's Login ID of the account that made the key) and api_key.`,
        { category: 'Authentication Error' },
      )
    }
    if (status === 403)
      return new Misconfigured(
        `${what} The account behind username may not read logs; check its role in the console.`,
        { category: 'Permission Error' },
      )
    if (status === 404) {
      return new Misconfigured(
        `${what} Switch on Log Retrieval under Administration > Service Integration > API Access, and check that region is yours. Where the console ` +
          'restricts API access to some addresses, this host (or its proxy) must be among them.',
        { category: 'Permission Error' },
      )
    }
    if (status === 400 && inChain) return new ChainBroken(`${what} The chain of pages is begun anew.`)
    if (status === 400 && window.from < this.#vendor.clock.now() - reach)
      return new ChainBroken(`${what} The start of the range has fallen out of reach.`)
    if (status === 400)
      return new Misconfigured(`${what} Check domain and direction, and the clock of this host.`)
    return this.#vendor.tryLater(`${what} It will be asked again.`, reply)
  }
}

const instantText = (time: number): string => new Date(time).toISOString()

function saidBy(reply: Reply): string {
  try {
    const { code, message } = errorBody.parse(JSON.parse(reply.body.toString('utf8')))
    return `: ${[code, message]
      .filter((text) => text !== '')
      .join(': ')
      .slice(0, 300)}`
  } catch {
    return ''
  }
}

const isBlank = (body: Buffer): boolean => body.length < 64 && body.toString('latin1').trim() === ''
