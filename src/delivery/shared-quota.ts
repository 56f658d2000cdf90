import { TokenBucket } from 'limiter'
import * as z from 'zod'
import { TryLater } from '../errors.ts'
import type { Clock } from '../transport/clock.ts'
import type { Quota } from '../transport/quota.ts'
import { type Collection, documentKey, documentVersion } from './collection.ts'
import { type InputName, readDocument } from './documents.ts'
import type { Budget } from './healing.ts'
import type { Tenant } from './source.ts'

/** How often a process that sends requests looks at what the others do, milliseconds. */
const lookEvery = 2_000
/** A process that has not said for so long that it is at work is taken to be gone, milliseconds. */
const goneAfter = 12_000
/** It says so this often, milliseconds. */
const sayEvery = 5_000
/** Requests that are booked at once: so many writes fewer, and at most so many lost for the day by a kill. */
const bookedAtOnce = 20
const day = 86_400_000

const share = z.looseObject({
  _key: z.string(),
  day: z.string(),
  booked: z.number().nonnegative(),
  active_until: z.number(),
  tokens: z.number(),
  at: z.number(),
})
type Share = z.infer<typeof share>

export interface SharedQuotaOptions {
  readonly collection: Collection
  readonly name: InputName
  readonly tenant: Tenant
  readonly clock: Clock
  /** The vendor's time: its day decides when the budget begins anew. */
  readonly vendorNow: () => number
  readonly onWait: (ms: number) => void
}

/**
 * The rate limit and the daily budget of a vendor account, shared by all inputs that use it, in whatever process and
 * on whatever search head. Each input writes a document that is its own, so nothing needs to be decided between
 * writers: who is at work takes an equal part of the rate, and the sum of what all have booked is what is used.
 */
export class SharedQuota implements Quota {
  readonly #options: SharedQuotaOptions
  readonly #tenantKey: string
  readonly #ownKey: string
  readonly #bucket: TokenBucket
  #day = ''
  /** The document of this input as an earlier run left it. */
  #found: Share | undefined
  #booked = 0
  #sent = 0
  #othersBooked = 0
  #looked = Number.NEGATIVE_INFINITY
  #said = Number.NEGATIVE_INFINITY

  constructor(options: SharedQuotaOptions) {
    const { tenant, name } = options
    this.#options = options
    this.#tenantKey = documentKey('tenant', tenant.id)
    this.#ownKey = documentKey(this.#tenantKey, name.scheme, name.input)
    this.#bucket = new TokenBucket({
      bucketSize: tenant.rate.burst,
      tokensPerInterval: tenant.rate.perSecond,
      interval: 'second',
    })
  }

  /** Requests of today by all inputs of the account, and what is allowed; undefined where the vendor does not count. */
  get budget(): Budget | undefined {
    const { perDay } = this.#options.tenant
    if (perDay === undefined) return undefined
    const isOfToday = this.#day === this.#today()
    return { used: isOfToday ? this.#sent + this.#othersBooked : 0, limit: perDay }
  }

  async take(signal: AbortSignal): Promise<void> {
    await this.#lookIfDue(signal)
    while (!this.#bucket.tryRemoveTokens(1)) {
      const wait = Math.min(Math.ceil(this.#bucket.getWaitTime(1)), lookEvery)
      this.#options.onWait(wait)
      await this.#options.clock.sleep(wait, signal)
      await this.#lookIfDue(signal)
    }
    await this.#spend()
  }

  /** Gives the rate back to the others. */
  async close(): Promise<void> {
    if (this.#said === Number.NEGATIVE_INFINITY) return
    this.#booked = this.#sent
    await this.#say(0)
  }

  async #spend(): Promise<void> {
    const { perDay } = this.#options.tenant
    if (perDay === undefined) return
    const today = this.#today()
    if (today !== this.#day) this.#beginDay(today)
    if (this.#sent >= this.#booked) await this.#book(perDay)
    if (this.#sent >= this.#booked) {
      throw new TryLater(
        `The daily budget of ${perDay} requests is used up; it begins anew at 00:00 UTC. If the vendor grants more, raise ` +
          'requests_per_day.',
        // To try again before then would only keep the run waiting.
        { retryAfterMs: Date.parse(`${this.#day}T00:00:00Z`) + day - this.#options.vendorNow() },
      )
    }
    this.#sent++
  }

  /** Books first and counts then: two that book the last requests at once both see it, and give back. */
  async #book(perDay: number): Promise<void> {
    this.#booked = this.#sent + bookedAtOnce
    await this.#say()
    await this.#look()
    const excess = this.#booked + this.#othersBooked - perDay
    if (excess <= 0) return
    this.#booked = Math.max(this.#sent, this.#booked - excess)
    await this.#say()
  }

  #today(): string {
    return new Date(this.#options.vendorNow()).toISOString().slice(0, 10)
  }

  async #lookIfDue(signal: AbortSignal): Promise<void> {
    const now = this.#options.clock.now()
    if (Math.abs(now - this.#looked) < lookEvery) return
    const first = this.#said === Number.NEGATIVE_INFINITY
    if (first) await this.#begin()
    else if (Math.abs(now - this.#said) >= sayEvery) await this.#say()
    const others = await this.#look()
    // Those who are at work learn of a newcomer within this time; until then it keeps still.
    if (first && others > 0) await this.#options.clock.sleep(lookEvery, signal)
  }

  /** Takes over what this input had booked before, and what the account's bucket was left with. */
  async #begin(): Promise<void> {
    const { tenant, clock } = this.#options
    const all = await this.#read()
    const own = all.find((document) => document._key === this.#ownKey)
    this.#found = own
    this.#beginDay(this.#today())
    const refilled = all.map(
      ({ tokens, at }) => tokens + (Math.max(0, clock.now() - at) / 1000) * tenant.rate.perSecond,
    )
    this.#bucket.content = Math.max(0, Math.min(tenant.rate.burst, ...refilled))
    await this.#say()
  }

  /** The first answer may show that the vendor's day is another than this host's: what was booked for it counts. */
  #beginDay(today: string): void {
    this.#day = today
    this.#sent = this.#found?.day === today ? this.#found.booked : 0
    this.#booked = this.#sent
  }

  /** Gives the number of other processes at work. */
  async #look(): Promise<number> {
    const { tenant, clock } = this.#options
    const now = clock.now()
    const others = (await this.#read()).filter((document) => document._key !== this.#ownKey)
    const today = this.#today()
    this.#othersBooked = others.reduce((sum, other) => sum + (other.day === today ? other.booked : 0), 0)
    const active = others.filter((other) => other.active_until > now).length
    this.#bucket.tokensPerInterval = tenant.rate.perSecond / (active + 1)
    this.#bucket.bucketSize = Math.max(1, Math.floor(tenant.rate.burst / (active + 1)))
    this.#bucket.content = Math.min(this.#bucket.content, this.#bucket.bucketSize)
    this.#looked = now
    return active
  }

  async #read(): Promise<Share[]> {
    const documents = await this.#options.collection.find({ tenant: this.#tenantKey })
    return documents.map((document) => readDocument(share, document, 'request quota'))
  }

  async #say(activeUntil = this.#options.clock.now() + goneAfter): Promise<void> {
    const now = this.#options.clock.now()
    this.#bucket.drip()
    await this.#options.collection.save([
      {
        _key: this.#ownKey,
        v: documentVersion,
        ...this.#options.name,
        tenant: this.#tenantKey,
        day: this.#day,
        booked: this.#booked,
        active_until: activeUntil,
        tokens: this.#bucket.content,
        at: now,
      },
    ])
    this.#said = now
  }
}
