import type { Certificate } from '../certificates.ts'
import { Clock } from '../vendor/clock.ts'
import { type Expectation, Oracle } from '../vendor/oracle.ts'
import { Random } from '../vendor/random.ts'
import { VendorServer } from '../vendor/server.ts'
import { answerApi, apiError, apiOperationOf, type Credentials } from './api.ts'
import { expectationOf, type NewObject, ObjectStore, retention, type StoredObject } from './objects.ts'
import { Quota } from './quota.ts'
import { defaultSettings, type EtdSettings } from './settings.ts'
import { Storage, storageError } from './storage.ts'
import { TokenIssuer } from './token.ts'

export interface EtdOptions {
  /** HTTPS for the API and the object storage with it, plain HTTP without. */
  readonly tls?: Certificate
  readonly clock?: Clock
  readonly seed?: number
  readonly credentials?: Credentials
  /** UUID of the tenant, as it stands in the paths. */
  readonly tenant?: string
  /** The first word of a Firehose object's name. */
  readonly environment?: string
  readonly settings?: Partial<EtdSettings>
}

/** Cisco Secure Email Threat Defense: Log Export API and its object storage. */
export class EtdStandin {
  readonly clock: Clock
  readonly random: Random
  readonly credentials: Credentials
  readonly tenant: string
  readonly settings: EtdSettings
  readonly oracle = new Oracle()
  /** Operations for fault rules and the log: `token`, `links`. */
  readonly api: VendorServer
  /** Operation: `object`. */
  readonly storage: VendorServer
  readonly quota: Quota
  readonly tokens = new TokenIssuer()
  readonly #store: ObjectStore
  readonly #since: number
  readonly #storage: Storage

  constructor(options: EtdOptions = {}) {
    this.clock = options.clock ?? new Clock()
    this.#since = this.clock.now()
    this.random = new Random(options.seed ?? 1)
    this.tenant = options.tenant ?? '07fa4225-ed36-48b0-b165-3468fa6605ef'
    this.credentials = options.credentials ?? {
      clientId: '3598b2c9-be32-4db5-846f-5e388cbda458',
      clientSecret: 'stand-in-client-secret',
      apiKey: 'stand-in-api-key',
    }
    this.settings = { ...defaultSettings(), ...options.settings }
    this.quota = new Quota(this.settings)
    this.#store = new ObjectStore(this.tenant, options.environment ?? 'integration')
    this.#storage = new Storage(this.#store, this.settings)
    this.oracle.add(() => this.#expectations())

    const parts = {
      credentials: this.credentials,
      settings: this.settings,
      store: this.#store,
      tokens: this.tokens,
      quota: this.quota,
      random: this.random,
      linkTo: ({ path }: StoredObject, now: number) =>
        this.storage.url + this.#storage.link(path, this.credentials.clientId, now),
    }
    const both = { clock: this.clock, random: this.random, tls: options.tls }
    this.api = new VendorServer({
      ...both,
      operationOf: apiOperationOf,
      answer: (request) => answerApi(request, parts),
      errorAnswer: (status) => apiError(status),
    })
    this.storage = new VendorServer({
      ...both,
      operationOf: () => 'object',
      answer: (request) => this.#storage.answer(request, request.at),
      errorAnswer: storageError,
    })
  }

  async start(): Promise<void> {
    await Promise.all([this.api.start(), this.storage.start()])
  }

  async stop(): Promise<void> {
    await Promise.all([this.api.stop(), this.storage.stop()])
    await this.#storage.close()
  }

  /** What `base_url` must be. */
  get url(): string {
    return this.api.url
  }

  addObject(object: NewObject): StoredObject {
    return this.#store.add(object)
  }

  /** Removes an object: its links answer 404 from now on, and nothing of it is expected any more. */
  removeObject(object: StoredObject): void {
    object.deleted = true
  }

  get objects(): readonly StoredObject[] {
    return [...this.#store.all]
  }

  /** Requests that brought a credential to the storage host. */
  get credentialLeaks(): number {
    return this.#storage.credentialLeaks
  }

  /**
   * What must arrive: all that has appeared by now. What the cap of an hour hid, what was removed, and what was
   * older than the vendor's 30 days before it could be asked for, may arrive but need not.
   */
  *#expectations(): Generator<Expectation> {
    const now = this.clock.now()
    for (const object of this.#store.all) {
      if (object.appearsAt > now || !this.settings.enabledTypes.includes(object.type)) continue
      const wasTooOld = Math.max(object.appearsAt, this.#since) > object.hour + retention
      const isHidden = object.listed === 0 && this.#isCappedOut(object, now)
      yield expectationOf(object, wasTooOld || isHidden || object.deleted)
    }
  }

  /** Whether the answers for its hour were full without it. */
  #isCappedOut({ type, hour }: StoredObject, now: number): boolean {
    const unit = this.#store.everInHour(type, hour, now)
    return unit.filter(({ listed }) => listed > 0).length >= this.settings.cap
  }
}
