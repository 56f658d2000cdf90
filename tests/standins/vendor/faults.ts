import type { Random } from './random.ts'
import type { VendorRequest } from './request.ts'

/** What can go wrong with one request. Positions count the bytes of the body as sent. */
export type Fault =
  | {
      readonly kind: 'status'
      readonly status: number
      /** The vendor's own error body for the status when left out. */
      readonly body?: string
      readonly headers?: Readonly<Record<string, string>>
      /** Retry-After in seconds. */
      readonly retryAfterSeconds?: number
      /** Retry-After as an HTTP date, so many seconds after the vendor's now. */
      readonly retryAtSeconds?: number
    }
  /** Connection reset before the request is handled. */
  | { readonly kind: 'reset' }
  /** The request is handled, then the connection is reset before any byte of the answer. */
  | { readonly kind: 'lostAnswer' }
  /** Connection closed in the ordinary way, without an answer. */
  | { readonly kind: 'close' }
  /** Reset, closed or left hanging after so many bytes of the body; a shorter body breaks in its middle. */
  | { readonly kind: 'resetInside'; readonly after: number }
  | { readonly kind: 'cut'; readonly after: number }
  | { readonly kind: 'cutChunked'; readonly after: number }
  | { readonly kind: 'hangInside'; readonly after: number }
  /** The whole answer, in small pieces. */
  | { readonly kind: 'drip'; readonly bytes: number; readonly everyMilliseconds: number }
  | { readonly kind: 'delay'; readonly milliseconds: number }
  /** Never answered. */
  | { readonly kind: 'hang' }
  /** A success that is none. */
  | {
      readonly kind: 'body'
      readonly body: 'html' | 'empty' | 'wrongJson' | 'cutJson' | 'huge'
      readonly status?: number
      /** For `huge`: its size; 64 MiB when left out. */
      readonly bytes?: number
    }

export interface FaultRule {
  /** One fault, or several of which each time one is drawn. */
  readonly fault: Fault | readonly Fault[]
  /** Operations that it concerns, or a test; all requests when left out. */
  readonly on?: string | readonly string[] | ((request: VendorRequest) => boolean)
  /** How many requests it hits; 1 when left out, without limit when a probability is given. */
  readonly times?: number
  /** From 0 to 1: whether a matching request is hit. */
  readonly probability?: number
  /** Matching requests that are let through first. */
  readonly skip?: number
}

/** The faults that are still to happen. */
export class Faults {
  readonly #random: Random
  readonly #rules: { rule: FaultRule; left: number; skip: number }[] = []
  readonly #injected = new Map<string, number>()

  constructor(random: Random) {
    this.#random = random
  }

  add(rule: FaultRule): void {
    const unlimited = rule.probability === undefined ? 1 : Number.POSITIVE_INFINITY
    this.#rules.push({ rule, left: rule.times ?? unlimited, skip: rule.skip ?? 0 })
  }

  /** Forgets the faults that have not happened yet. */
  clear(): void {
    this.#rules.length = 0
  }

  /** How often each kind of fault happened, and all together under `total`. */
  get injected(): Readonly<Record<string, number>> {
    const total = [...this.#injected.values()].reduce((sum, count) => sum + count, 0)
    return { ...Object.fromEntries(this.#injected), total }
  }

  /** Whether a limited fault is still to happen. */
  get pending(): boolean {
    return this.#rules.some(({ left }) => left > 0 && Number.isFinite(left))
  }

  /** The fault for this request, if any; the first rule that applies wins. */
  draw(request: VendorRequest): Fault | undefined {
    for (const state of this.#rules) {
      const { rule } = state
      if (state.left <= 0 || !concerns(rule, request)) continue
      if (state.skip > 0) {
        state.skip--
        continue
      }
      if (rule.probability !== undefined && !this.#random.chance(rule.probability)) continue
      state.left--
      const fault = 'kind' in rule.fault ? rule.fault : this.#random.pick(rule.fault)
      const name = fault.kind === 'status' ? `status ${fault.status}` : fault.kind
      this.#injected.set(name, (this.#injected.get(name) ?? 0) + 1)
      return fault
    }
    return undefined
  }
}

function concerns({ on }: FaultRule, request: VendorRequest): boolean {
  if (on === undefined) return true
  if (typeof on === 'function') return on(request)
  return typeof on === 'string' ? on === request.operation : on.includes(request.operation)
}
