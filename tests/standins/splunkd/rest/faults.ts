import { Refusal, type Reply } from './reply.ts'
import type { RestRequest } from './request.ts'

/** Which requests are meant. */
export type Match = (request: RestRequest) => boolean

/** What happens to a request instead of, or besides, its being answered. All parts are optional and combine. */
export interface Effect {
  /** Called before the request is applied, awaited; may throw a `Refusal`. */
  readonly before?: (request: RestRequest) => void | Promise<void>
  /** How long splunkd dawdles before it applies the request, in milliseconds. */
  readonly delayMs?: number
  /** The connection is reset and nothing is applied. */
  readonly reset?: boolean
  /** Answers this and applies nothing. */
  readonly refuse?: Refusal
  /** The request is applied, then the connection is reset. */
  readonly loseAnswer?: boolean
  /** Changes the answer of a request that was applied. */
  readonly rewrite?: (reply: Reply, request: RestRequest) => Reply
  /** Called once the request is applied and before it is answered, awaited. */
  readonly after?: (request: RestRequest, reply: Reply) => void | Promise<void>
}

/** Called for every request; what it gives back happens, `undefined` lets the request pass. */
export type OnRequest = (request: RestRequest) => Effect | undefined

interface Fault {
  readonly match: Match
  readonly effect: Effect
  left: number
}

/** What splunkd is told to do wrong. The oldest fault that matches and is not used up wins. */
export class Faults {
  #faults: Fault[] = []
  /** Asked first, before the faults below; replace it freely. */
  onRequest: OnRequest | undefined

  /** Does this to the next `times` requests that match. Gives back how to take it back. */
  next(match: Match, effect: Effect, times = 1): () => void {
    const fault = { match, effect, left: times }
    this.#faults.push(fault)
    return () => {
      this.#faults = this.#faults.filter((other) => other !== fault)
    }
  }

  /** Does this to every request that matches, until the function it gives back is called. */
  always(match: Match, effect: Effect): () => void {
    return this.next(match, effect, Number.POSITIVE_INFINITY)
  }

  /** Does this to every request that matches for so many milliseconds from now. */
  during(milliseconds: number, match: Match, effect: Effect): () => void {
    const end = Date.now() + milliseconds
    return this.always((request) => Date.now() < end && match(request), effect)
  }

  /** Lets `count` matching requests pass, then does this to all that follow. */
  after(count: number, match: Match, effect: Effect): () => void {
    let passed = 0
    return this.always((request) => match(request) && passed++ >= count, effect)
  }

  /** Back to good behaviour. */
  clear(): void {
    this.#faults = []
    this.onRequest = undefined
  }

  /** What happens to this request; uses the fault up. */
  take(request: RestRequest): Effect | undefined {
    const chosen = this.onRequest?.(request)
    if (chosen !== undefined) return chosen
    const fault = this.#faults.find((candidate) => candidate.left > 0 && candidate.match(request))
    if (fault === undefined) return undefined
    fault.left -= 1
    return fault.effect
  }
}

const under =
  (prefix: string): Match =>
  (request) =>
    `${request.segments.join('/')}/`.startsWith(prefix)

export const any: Match = () => true
/** The documents of one KV store collection, or of all. */
export const kvRequests = (collection?: string): Match =>
  under(`storage/collections/data/${collection === undefined ? '' : `${collection}/`}`)
/** Of those, the ones that change something. */
export const kvWrites = (collection?: string): Match => {
  const match = kvRequests(collection)
  return (request) => match(request) && request.method !== 'GET' && !request.path.endsWith('/batch_find')
}
export const passwordRequests: Match = under('storage/passwords/')
export const inputRequests: Match = under('data/inputs/')
export const only =
  (method: string, match: Match): Match =>
  (request) =>
    request.method === method && match(request)

export const kvInitializing: Effect = {
  refuse: new Refusal(503, 'KV Store is initializing. Please try again later.'),
}
export const serverError: Effect = { refuse: new Refusal(500, 'Internal Server Error') }
export const unauthenticated: Effect = { refuse: new Refusal(401, 'call not properly authenticated', 'WARN') }
export const forbidden: Effect = {
  refuse: new Refusal(403, 'insufficient permission to access this resource'),
}
export const connectionReset: Effect = { reset: true }
export const answerLost: Effect = { loseAnswer: true }
export const slow = (delayMs: number): Effect => ({ delayMs })

/** The documents of a KV answer, changed on their way out; what is stored stays as it is. */
export function corrupted(change: (documents: unknown) => unknown): Effect {
  return {
    rewrite: (reply) =>
      reply.status === 200 ? { ...reply, body: JSON.stringify(change(JSON.parse(reply.body))) } : reply,
  }
}
