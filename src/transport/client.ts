import type { IncomingMessage } from 'node:http'
import axios, { type AxiosInstance } from 'axios'
import { Stopped, TryLater, UnitUnavailable } from '../errors.ts'
import type { Log } from '../log.ts'
import type { Secret } from '../secret.ts'
import { type Agents, createAgents, type NetworkSettings } from './agents.ts'
import type { ByteSource } from './byte-source.ts'
import type { Clock, VendorClock } from './clock.ts'
import { IncomingBody } from './incoming-body.ts'
import { isUntrusted, networkError } from './network-error.ts'
import type { Quota } from './quota.ts'
import { impatientRetries, type RetryPolicy, retryAfter, withRetry } from './retry.ts'
import { explainUntrusted } from './way.ts'
import { WholeBody } from './whole-body.ts'

export interface VendorRequest {
  /** What is being done, for messages: "asking for a token". */
  readonly step: string
  readonly method: 'GET' | 'POST'
  readonly url: string
  readonly headers?: Readonly<Record<string, string | Secret>>
  readonly basic?: { readonly username: string; readonly password: Secret }
  readonly json?: unknown
  /** Whether it counts against the vendor's rate limit and daily quota; downloads from object storage do not. */
  readonly counted: boolean
  /** The body is one of many pages: it is read into the same memory as the last, and valid until the next is asked for. */
  readonly isPage?: boolean
  /**
   * Bytes of a whole answer beyond which {@link ReplyTooLarge} is thrown, for those who can ask for less; without it
   * such an answer is a fault that is tried again.
   */
  readonly largest?: number
  /** The run can go on without the answer: it is not waited for long. */
  readonly dispensable?: boolean
}

/** An answer that is larger than the request allows. */
export class ReplyTooLarge extends UnitUnavailable {
  override readonly name = 'ReplyTooLarge'
}

/** A whole answer. */
export interface Reply {
  readonly status: number
  header(name: string): string | undefined
  readonly body: Buffer
}

/** An answer whose body is still to be read; whoever has it closes its body. */
export interface StreamReply {
  readonly status: number
  header(name: string): string | undefined
  readonly body: ByteSource
}

export interface ClientMetrics {
  requests: number
  retries: number
  waitedMs: number
  receivedBytes: number
}

/** What a vendor's API module needs of HTTP. */
export interface VendorClient {
  readonly clock: VendorClock
  readonly metrics: ClientMetrics
  /**
   * Sends a request and judges the answer, trying again as the judge says.
   * @param judge returns what the answer is worth, or throws: {@link TryLater} is tried again, the rest is final.
   */
  send<T>(request: VendorRequest, judge: (reply: Reply) => T): Promise<T>
  /** The same for a body that is too large to be held: the judge sees the status and may read the body of a refusal. */
  open(request: VendorRequest, judge: (reply: StreamReply) => Promise<void>): Promise<StreamReply>
  /** {@link TryLater} with the answer's Retry-After. */
  tryLater(message: string, reply: Pick<Reply, 'header'>): TryLater
  /** Whether and how long to wait before something is tried again. @throws {Stopped} */
  pause(ms: number): Promise<void>
  close(): void
}

export interface ClientOptions {
  readonly network: NetworkSettings
  readonly quota: Quota
  readonly clock: Clock
  readonly vendorClock: VendorClock
  readonly retry: RetryPolicy
  readonly log: Log
  readonly signal: AbortSignal
  /** Longest silence on a connection, milliseconds. */
  readonly idleTimeout: number
  /** Largest whole answer, bytes. */
  readonly largestReply: number
  readonly userAgent: string
}

/** Host and port of a URL: all of it that a message may show, because queries can be presigned. */
export const hostOf = (url: string): string =>
  URL.canParse(url) ? new URL(url).host : 'an address that is not a URL'

export function createClient(options: ClientOptions): VendorClient {
  const agents = createAgents(options.network)
  return new AxiosVendorClient(options, agents)
}

class AxiosVendorClient implements VendorClient {
  readonly clock: VendorClock
  readonly metrics: ClientMetrics = { requests: 0, retries: 0, waitedMs: 0, receivedBytes: 0 }
  readonly #options: ClientOptions
  readonly #agents: Agents
  readonly #axios: AxiosInstance
  readonly #pages = new WholeBody()

  constructor(options: ClientOptions, agents: Agents) {
    this.clock = options.vendorClock
    this.#options = options
    this.#agents = agents
    this.#axios = axios.create({
      proxy: false,
      maxRedirects: 0,
      decompress: false,
      responseType: 'stream',
      validateStatus: () => true,
      transformRequest: (data: unknown) => data,
      headers: { 'User-Agent': options.userAgent },
    })
  }

  send<T>(request: VendorRequest, judge: (reply: Reply) => T): Promise<T> {
    return this.#trying(request, async () => {
      const reply = await this.#exchange(request)
      if (request.counted) this.clock.observe(reply.header('date'))
      const largest = request.largest ?? this.#options.largestReply
      const reader = request.isPage ? this.#pages : new WholeBody()
      const body = await reader.read(reply.body, largest, () => {
        const what = `While ${request.step}: ${hostOf(request.url)}: the answer is larger than ${largest} bytes.`
        return request.largest === undefined ? new TryLater(what) : new ReplyTooLarge(what)
      })
      return judge({ status: reply.status, header: reply.header, body })
    })
  }

  open(request: VendorRequest, judge: (reply: StreamReply) => Promise<void>): Promise<StreamReply> {
    return this.#trying(request, async () => {
      const reply = await this.#exchange(request)
      try {
        await judge(reply)
        return reply
      } catch (error) {
        reply.body.close()
        throw error
      }
    })
  }

  #trying<T>(request: VendorRequest, attempt: () => Promise<T>): Promise<T> {
    const { clock, signal, log } = this.#options
    const retry = request.dispensable ? impatientRetries : this.#options.retry
    return withRetry(attempt, retry, clock, signal, {
      onRetry: (error, attempts, pauseMs) => {
        this.metrics.retries++
        this.metrics.waitedMs += pauseMs ?? 0
        log.info(error.message, {
          action: 'retry',
          step: request.step,
          attempt: attempts,
          retry_after_ms: pauseMs,
        })
      },
    }).catch((error: unknown) => {
      throw signal.aborted ? new Stopped() : error
    })
  }

  async #exchange(request: VendorRequest): Promise<StreamReply> {
    const { signal, quota, idleTimeout, log } = this.#options
    signal.throwIfAborted()
    if (request.counted) await quota.take(signal)
    const host = hostOf(request.url)
    this.metrics.requests++
    const silence = new AbortController()
    const timer = setTimeout(() => silence.abort(), idleTimeout)
    try {
      const response = await this.#axios.request<IncomingMessage>({
        url: request.url,
        method: request.method,
        httpAgent: this.#agents.for(request.url),
        httpsAgent: this.#agents.for(request.url),
        headers: { 'Accept-Encoding': 'identity', ...headersOf(request) },
        ...(request.json === undefined ? {} : { data: JSON.stringify(request.json) }),
        signal: AbortSignal.any([signal, silence.signal]),
      })
      log.debug('The vendor answered.', { step: request.step, host, status: response.status })
      const incoming = response.data
      return {
        status: response.status,
        header: (name) => firstOf(incoming.headers[name.toLowerCase()]),
        body: this.#body(incoming, request, host),
      }
    } catch (error) {
      if (signal.aborted) throw new Stopped()
      if (silence.signal.aborted) {
        throw new TryLater(`While ${request.step}: ${host}: no answer within ${idleTimeout / 1000} s.`, {
          category: 'Connection Error',
        })
      }
      const failure = networkError(error, request.step, host)
      throw isUntrusted(error) ? await explainUntrusted(request.url, this.#options.network, failure) : failure
    } finally {
      clearTimeout(timer)
    }
  }

  #body(incoming: IncomingMessage, request: VendorRequest, host: string): ByteSource {
    const { signal, idleTimeout } = this.#options
    const body = new IncomingBody(incoming, idleTimeout, (count) => {
      this.metrics.receivedBytes += count
    })
    return {
      read: (into) =>
        body.read(into).catch((error: unknown) => {
          throw signal.aborted ? new Stopped() : networkError(error, request.step, host)
        }),
      close: () => body.close(),
    }
  }

  tryLater(message: string, reply: Pick<Reply, 'header'>): TryLater {
    return new TryLater(message, { retryAfterMs: retryAfter(reply.header('retry-after'), this.clock.now()) })
  }

  async pause(ms: number): Promise<void> {
    const { clock, signal } = this.#options
    await clock.sleep(ms, signal).catch((error: unknown) => {
      throw signal.aborted ? new Stopped() : error
    })
  }

  close(): void {
    this.#agents.close()
  }
}

const firstOf = (value: string | string[] | undefined): string | undefined =>
  Array.isArray(value) ? value[0] : value

function headersOf(request: VendorRequest): Record<string, string> {
  const headers: Record<string, string> =
    request.json === undefined ? {} : { 'Content-Type': 'application/json' }
  for (const [name, value] of Object.entries(request.headers ?? {})) {
    headers[name] = typeof value === 'string' ? value : value.reveal()
  }
  if (request.basic) {
    const pair = `${request.basic.username}:${request.basic.password.reveal()}`
    headers.Authorization = `Basic ${Buffer.from(pair, 'utf8').toString('base64')}`
  }
  return headers
}
