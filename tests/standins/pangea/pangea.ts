import { hash } from 'node:crypto'
import type { Certificate } from '../certificates.ts'
import { Clock } from '../vendor/clock.ts'
import { HashIndex } from '../vendor/hash-index.ts'
import { type Expectation, Oracle } from '../vendor/oracle.ts'
import { Random } from '../vendor/random.ts'
import type { VendorRecord } from '../vendor/record.ts'
import { VendorServer } from '../vendor/server.ts'
import { errorAnswer } from './answers.ts'
import { operationOf, PangeaApi } from './api.ts'
import { AuditLog, type LogSettings } from './log.ts'
import { stableRow, stableText } from './serving.ts'
import { defaultSettings, type PangeaSettings } from './settings.ts'

export interface PangeaOptions {
  /** HTTPS with it, plain HTTP without. */
  readonly tls?: Certificate
  readonly clock?: Clock
  readonly seed?: number
  readonly token?: string
  readonly settings?: Partial<PangeaSettings>
  readonly log?: Partial<LogSettings>
}

/** Pangea Secure Audit Log: search, results, roots and polling, over logs with genuine trees. */
export class PangeaStandin {
  readonly clock: Clock
  readonly random: Random
  readonly token: string
  readonly settings: PangeaSettings
  readonly oracle = new Oracle()
  /** Operations for fault rules and the request log: `search`, `results`, `root`, `poll`. */
  readonly server: VendorServer
  readonly api: PangeaApi
  readonly #logs = new Map<string, AuditLog>()
  readonly #logSettings: Partial<LogSettings>
  readonly #served = new HashIndex()

  constructor(options: PangeaOptions = {}) {
    this.clock = options.clock ?? new Clock()
    this.random = new Random(options.seed ?? 1)
    this.token = options.token ?? 'pts_standinstandinstandinstandinstan'
    this.settings = { ...defaultSettings(), ...options.settings }
    this.#logSettings = options.log ?? {}
    this.oracle.add(() => this.#expectations())
    this.api = new PangeaApi({
      token: this.token,
      settings: this.settings,
      logOf: (config) => this.logOf(config),
      url: () => this.url,
      onServed: (text) => this.#served.insert(textHash(text)),
    })
    this.server = new VendorServer({
      clock: this.clock,
      random: this.random,
      tls: options.tls,
      operationOf,
      answer: (request) => this.api.answer(request),
      errorAnswer: (status) => errorAnswer(status, this.clock.now()),
    })
  }

  start(): Promise<void> {
    return this.server.start()
  }

  stop(): Promise<void> {
    return this.server.stop()
  }

  /** What `base_url` must be. */
  get url(): string {
    return this.server.url
  }

  /** The log of the first configuration. */
  get log(): AuditLog {
    const [first] = this.settings.configs
    if (first === undefined) throw new Error('the stand-in has no configuration')
    return this.logOf(first)
  }

  /** The log of a configuration; a new one where there is none yet. */
  logOf(config: string): AuditLog {
    const known = this.#logs.get(config)
    if (known !== undefined) return known
    const log = new AuditLog(config, this.#logSettings)
    this.#logs.set(config, log)
    return log
  }

  /** All result sets are gone from now on. */
  expireResults(): void {
    this.api.results.clear()
  }

  /**
   * A received row for the oracle: what stays the same of it, where exactly this text was served once; the text
   * itself, which the oracle does not know, where it was changed on its way.
   */
  received(text: string): string {
    return this.#served.find(textHash(text)) < 0 ? text : stableText(text)
  }

  *#expectations(): Generator<Expectation> {
    const now = this.clock.now()
    const { settings } = this
    for (const config of settings.configs) {
      const log = this.logOf(config)
      yield {
        stream: 'audit',
        sourcetype: 'pangea:audit',
        source: /^pangea:/,
        identity: 'content',
        *records(): Generator<VendorRecord> {
          for (const row of log.rows) {
            if (row.visibleAt > now || row.hidden) continue
            yield { text: stableRow(row, settings.serving), time: Math.floor(row.entry.receivedAt / 1000) }
          }
        },
      }
    }
  }
}

const noncharacter = /[\uFFFE\uFFFF]/g

/** U+FFFE and U+FFFF come as escapes out of XML. */
const textHash = (text: string): Buffer => {
  const escaped = text.replace(noncharacter, (found) => `\\u${found.charCodeAt(0).toString(16)}`)
  return hash('sha256', escaped, 'buffer')
}
