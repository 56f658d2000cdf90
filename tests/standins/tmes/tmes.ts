import type { Certificate } from '../certificates.ts'
import { Clock } from '../vendor/clock.ts'
import { type Expectation, Oracle } from '../vendor/oracle.ts'
import { Random } from '../vendor/random.ts'
import { type Answer, basicCredentials, type VendorRequest } from '../vendor/request.ts'
import { VendorServer } from '../vendor/server.ts'
import { Chains } from './chains.ts'
import { pageAnswer, servedText } from './page.ts'
import { errorAnswer, readQuery, type TrafficType, trafficTypes } from './query.ts'
import { type NewRecords, RowStore } from './rows.ts'
import { defaultSettings, type TmesSettings } from './settings.ts'

export interface TmesOptions {
  /** HTTPS with it, plain HTTP without. */
  readonly tls?: Certificate
  readonly clock?: Clock
  readonly seed?: number
  readonly credentials?: { readonly username: string; readonly apiKey: string }
  readonly settings?: Partial<TmesSettings>
}

const logPath = '/api/v1/log/mailtrackinglog'

/** Trend Micro Email Security: mail tracking logs. */
export class TmesStandin {
  readonly clock: Clock
  readonly credentials: { readonly username: string; readonly apiKey: string }
  readonly settings: TmesSettings
  readonly oracle = new Oracle()
  /** Operation for fault rules and the log: `page`. */
  readonly api: VendorServer
  readonly #store = new RowStore()
  readonly #chains: Chains
  readonly #since: number

  constructor(options: TmesOptions = {}) {
    this.clock = options.clock ?? new Clock()
    this.#since = this.clock.now()
    this.credentials = options.credentials ?? { username: 'stand-in-login', apiKey: 'stand-in-api-key' }
    this.settings = { ...defaultSettings(), ...options.settings }
    const random = new Random(options.seed ?? 1)
    this.#chains = new Chains(this.#store, this.settings, random)
    this.oracle.add(() => this.#expectations())
    this.api = new VendorServer({
      clock: this.clock,
      random,
      tls: options.tls,
      operationOf: (_method, path) => (path === logPath ? 'page' : 'unknown'),
      answer: (request) => this.#answer(request),
      errorAnswer: (status) => errorAnswer(status),
    })
  }

  async start(): Promise<void> {
    await this.api.start()
  }

  async stop(): Promise<void> {
    await this.api.stop()
  }

  /** What `base_url` must be. */
  get url(): string {
    return this.api.url
  }

  addRecords(records: NewRecords): void {
    this.#store.add(records)
  }

  #answer(request: VendorRequest): Answer {
    if (request.operation !== 'page') return errorAnswer(404)
    if (request.method !== 'GET') {
      return errorAnswer(400, 'InvalidMethod', `The URL does not support the ${request.method} method.`)
    }
    const given = basicCredentials(request.headers.authorization)
    if (given?.user !== this.credentials.username || given.password !== this.credentials.apiKey) {
      return errorAnswer(401)
    }
    if (!this.settings.authorised) return errorAnswer(403)
    if (!this.settings.logRetrieval) return errorAnswer(404)
    const query = readQuery(request.query, request.at, this.settings)
    if ('status' in query) return query
    const page = this.#chains.page(query, request.at)
    if (page === undefined) return errorAnswer(400, 'InvalidFormat', 'The format of token is invalid.')
    const acceptsGzip = /\bgzip\b/.test(String(request.headers['accept-encoding'] ?? ''))
    return pageAnswer(page, this.settings, acceptsGzip)
  }

  /** What must arrive: all that is visible by now. What was out of reach from the start may, but need not. */
  *#expectations(): Generator<Expectation> {
    const now = this.clock.now()
    for (const type of trafficTypes) {
      yield this.#expectation(type, now, true)
      yield this.#expectation(type, now, false)
    }
  }

  #expectation(type: TrafficType, now: number, wanted: boolean): Expectation {
    const store = this.#store
    const settings = this.settings
    const since = this.#since
    return {
      stream: type,
      sourcetype: 'trendmicro:email:tracking',
      source: new RegExp(`^tmes:${type}/.`),
      identity: 'content',
      optional: !wanted,
      *records() {
        for (const { record, inReach } of store.visible(type, now, since)) {
          if (inReach === wanted) yield { ...record, text: servedText(record.text, settings) }
        }
      },
    }
  }
}
