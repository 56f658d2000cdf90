import * as z from 'zod'
import { TryLater } from '../errors.ts'
import { type Splunkd, SplunkdRefusal } from './splunkd.ts'

/** A document of the KV store: one flat object with a key. */
export type KvDocument = Readonly<Record<string, unknown>> & { readonly _key: string }

const documents = z.array(z.looseObject({ _key: z.string() }))

/** splunkd's limits for one `batch_save`. Source: limits.conf.spec, [kvstore]. */
const mostPerBatch = 1000
const largestBatch = 40 * 1024 * 1024
/**
 * Documents of one answer: splunkd gives at most 50,000 and 50 MB for a query, or fewer where an administrator has set
 * it so, and an answer that was cut off looks whole. The largest documents have some 110 kB. Source: limits.conf.spec,
 * max_rows_per_query, max_size_per_result_mb.
 */
const mostPerQuery = 400

/** One collection of the KV store. Source: Splunk REST API reference, "KV store endpoints". */
export class KvCollection {
  readonly #splunkd: Splunkd
  readonly #name: string

  constructor(splunkd: Splunkd, name: string) {
    this.#splunkd = splunkd
    this.#name = name
  }

  /**
   * The documents that fit a query, by key. A document is looked up this way too: asked for by its key, splunkd
   * answers 404 for a missing document and for a missing collection alike, and one is empty state, the other is none.
   */
  async find(query: Readonly<Record<string, unknown>>): Promise<KvDocument[]> {
    const found: KvDocument[] = []
    for (;;) {
      const page = await this.#find(query, found.length)
      found.push(...page)
      if (page.length < mostPerQuery) return found
    }
  }

  async #find(query: Readonly<Record<string, unknown>>, skip: number): Promise<KvDocument[]> {
    const step = `reading the KV store collection ${this.#name}`
    const reply = await this.#guard(step, () =>
      this.#splunkd.request(step, 'GET', this.#path(), {
        query: { query: JSON.stringify(query), sort: '_key:1', skip, limit: mostPerQuery },
      }),
    )
    const result = documents.safeParse(reply.data)
    if (!result.success)
      throw new TryLater(`While ${step}: the answer is not a list of documents.`, { cause: result.error })
    return result.data
  }

  /** Inserts a document; false when one of this key exists. It is the KV store's only atomic decision between two writers. */
  async insert(document: KvDocument): Promise<boolean> {
    const step = `inserting into the KV store collection ${this.#name}`
    try {
      await this.#guard(step, () =>
        this.#splunkd.request(step, 'POST', this.#path(), { json: JSON.stringify(document) }),
      )
      return true
    } catch (error) {
      if (error instanceof SplunkdRefusal && error.status === 409) return false
      throw error
    }
  }

  /** Inserts or replaces documents, in order, each of them atomically. */
  async save(all: readonly KvDocument[]): Promise<void> {
    const step = `saving to the KV store collection ${this.#name}`
    for (const json of batches(all)) {
      await this.#guard(step, () =>
        this.#splunkd.request(step, 'POST', `${this.#path()}/batch_save`, { json }),
      )
    }
  }

  /** Deletes the documents that fit a query. */
  async delete(query: Readonly<Record<string, unknown>>): Promise<void> {
    const step = `deleting from the KV store collection ${this.#name}`
    await this.#guard(step, () =>
      this.#splunkd.request(step, 'DELETE', this.#path(), { query: { query: JSON.stringify(query) } }),
    )
  }

  #path(): string {
    return `storage/collections/data/${this.#name}`
  }

  async #guard<T>(step: string, task: () => Promise<T>): Promise<T> {
    try {
      return await task()
    } catch (error) {
      if (error instanceof SplunkdRefusal && error.status === 404) {
        throw new TryLater(
          `While ${step}: splunkd does not know the collection. Check that the app TA-mailtrail is installed whole and enabled, ` +
            'that the KV store is enabled on this instance, and restart Splunk once after installing.',
          { cause: error },
        )
      }
      throw error
    }
  }
}

/** The documents as JSON texts of lists, each within splunkd's limits. */
function* batches(all: readonly KvDocument[]): Generator<string> {
  let batch: string[] = []
  let size = 0
  for (const document of all) {
    const text = JSON.stringify(document)
    if (batch.length > 0 && (batch.length === mostPerBatch || size + text.length > largestBatch)) {
      yield `[${batch.join(',')}]`
      batch = []
      size = 0
    }
    batch.push(text)
    size += text.length
  }
  if (batch.length > 0) yield `[${batch.join(',')}]`
}
