import { randomBytes } from 'node:crypto'
import type { Random } from '../vendor/random.ts'
import type { LogQuery } from './query.ts'
import type { Row, RowStore } from './rows.ts'
import type { TmesSettings } from './settings.ts'

/** Rows of one answer, and the token for the next. */
export interface Page {
  readonly rows: readonly Row[]
  readonly nextToken?: string
}

interface Chain {
  readonly query: LogQuery
  /** What a snapshot holds; a live chain asks anew. */
  readonly rows: readonly Row[] | undefined
  readonly seed: number
  readonly tokens: string[]
}

interface Place {
  readonly chain: Chain
  readonly offset: number
  readonly expires: number
}

/** The page chains that were begun, by their tokens. A token is good more than once while it lives. */
export class Chains {
  readonly #store: RowStore
  readonly #settings: TmesSettings
  readonly #random: Random
  readonly #places = new Map<string, Place>()

  constructor(store: RowStore, settings: TmesSettings, random: Random) {
    this.#store = store
    this.#settings = settings
    this.#random = random
  }

  /** The wanted page, or undefined when its token is unknown, too old, or of another query. */
  page(query: LogQuery, now: number): Page | undefined {
    if (query.token === undefined) return this.#pageAt(this.#begin(query, now), 0, now)
    const place = this.#places.get(query.token)
    if (place === undefined) return undefined
    if (place.expires <= now) {
      this.#places.delete(query.token)
      return undefined
    }
    if (place.chain.query.sameForAllPages !== query.sameForAllPages) return undefined
    return this.#pageAt(place.chain, place.offset, now, query.token)
  }

  #begin(query: LogQuery, now: number): Chain {
    const seed = this.#random.below(2 ** 31)
    const rows = this.#settings.paging === 'snapshot' ? this.#ordered(query, now) : undefined
    return { query, rows, seed, tokens: [] }
  }

  #ordered(query: LogQuery, now: number): readonly Row[] {
    const rows = this.#store.select(query, now, this.#settings)
    if (this.#settings.order === 'descending') return rows.toReversed()
    return this.#settings.order === 'any' ? this.#random.shuffled(rows) : rows
  }

  #pageAt(chain: Chain, offset: number, now: number, asked?: string): Page {
    const all = chain.rows ?? this.#ordered(chain.query, now)
    const end = offset + chain.query.limit
    const rows = all.slice(offset, end)
    const isFull = rows.length === chain.query.limit
    const hasMore = end < all.length || (isFull && this.#settings.tokenAfterLastPage)
    if (asked !== undefined && this.#settings.repeatTokens === 'same') return { rows, nextToken: asked }
    const first = chain.tokens[0]
    if (
      asked !== undefined &&
      first !== undefined &&
      asked !== first &&
      this.#settings.repeatTokens === 'cycle'
    ) {
      return { rows, nextToken: first }
    }
    return hasMore ? { rows, nextToken: this.#tokenFor(chain, end, now) } : { rows }
  }

  #tokenFor(chain: Chain, offset: number, now: number): string {
    const token = makeToken()
    chain.tokens.push(token)
    this.#places.set(token, { chain, offset, expires: now + this.#settings.tokenLifetime })
    return token
  }
}

/** Base64 of 100 bytes, as in the page's example: always with `+`, `/` and `==`. */
function makeToken(): string {
  const token = randomBytes(100).toString('base64')
  return token.includes('+') && token.includes('/') ? token : makeToken()
}
