import { randomBytes } from 'node:crypto'
import { Refusal } from '../rest/reply.ts'
import { accepted, type CollectionSettings, isRecord, type KvDocument } from './document.ts'
import { type Predicate, predicate, projection, sorted } from './query.ts'

/** The limits of limits.conf, stanza `[kvstore]`. */
export const MAX_DOCUMENTS_PER_BATCH_SAVE = 1000
export const MAX_BATCH_SAVE_MB = 50
export const MAX_QUERIES_PER_BATCH = 1000
export const MAX_ROWS_PER_QUERY = 50_000

export interface FindOptions {
  readonly query?: unknown
  readonly fields?: string
  readonly sort?: string
  readonly skip?: number
  /** 0: all, up to `MAX_ROWS_PER_QUERY`. */
  readonly limit?: number
}

/** The documents that one user sees in one collection. */
export class Collection {
  readonly settings: CollectionSettings
  readonly #user: string
  readonly #documents = new Map<string, KvDocument>()

  constructor(settings: CollectionSettings, user: string) {
    this.settings = settings
    this.#user = user
  }

  get size(): number {
    return this.#documents.size
  }

  /** All documents, as stored: for a test to look at. */
  all(): KvDocument[] {
    return [...this.#documents.values()]
  }

  find(options: FindOptions): Record<string, unknown>[] {
    let found = this.#where(options.query)
    if (options.sort) found = sorted(found, options.sort)
    const skip = options.skip ?? 0
    const most = this.settings.mostRowsPerQuery ?? MAX_ROWS_PER_QUERY
    const limit = Math.min(options.limit || most, most)
    const page = found.slice(skip, skip + limit)
    return options.fields ? page.map(projection(options.fields)) : page
  }

  get(key: string): KvDocument {
    const document = this.#documents.get(key)
    if (document === undefined) throw new Refusal(404, `Could not find object id=${key}`)
    return document
  }

  has(key: string): boolean {
    return this.#documents.has(key)
  }

  /** A new document; 409 when its `_key` is taken. */
  insert(value: unknown): string {
    const key = this.#keyOf(value)
    if (this.#documents.has(key))
      throw new Refusal(409, 'A document with the same key and user already exists.')
    this.put(key, value)
    return key
  }

  /** Replaces the whole document; 404 when there is none: the KV store has no upsert for one document. */
  replace(key: string, value: unknown): void {
    this.get(key)
    this.put(key, value)
  }

  /** Saves without asking; for a test to set the scene. */
  put(key: string, value: unknown): void {
    this.#documents.set(key, accepted(value, { key, user: this.#user }, this.settings))
  }

  /** Inserts or replaces all of them, or none. */
  saveBatch(values: unknown, bytes: number): string[] {
    if (!Array.isArray(values))
      throw new Refusal(400, 'JSON in the request is invalid. (batch_save wants a list.)')
    if (values.length > MAX_DOCUMENTS_PER_BATCH_SAVE) {
      throw overLimit(
        `Too many documents for a single batch save, max_documents_per_batch_save=${MAX_DOCUMENTS_PER_BATCH_SAVE}`,
      )
    }
    if (bytes > MAX_BATCH_SAVE_MB * 1024 * 1024) {
      throw overLimit(`Batch save size is too large, max_size_per_batch_save_mb=${MAX_BATCH_SAVE_MB}`)
    }
    const documents = values.map((value) =>
      accepted(value, { key: this.#keyOf(value), user: this.#user }, this.settings),
    )
    for (const document of documents) this.#documents.set(document._key, document)
    return documents.map((document) => document._key)
  }

  findBatch(queries: unknown): Record<string, unknown>[][] {
    if (!Array.isArray(queries))
      throw new Refusal(400, 'JSON in the request is invalid. (batch_find wants a list.)')
    if (queries.length > MAX_QUERIES_PER_BATCH) {
      throw overLimit(
        `Too many queries for a single batch find, max_queries_per_batch=${MAX_QUERIES_PER_BATCH}`,
      )
    }
    return queries.map((each) => this.find(isRecord(each) ? each : { query: each }))
  }

  delete(key: string): void {
    this.get(key)
    this.#documents.delete(key)
  }

  /** Deletes what the query means; without one, everything. */
  deleteWhere(query: unknown): void {
    for (const document of this.#where(query)) this.#documents.delete(document._key)
  }

  #where(query: unknown): KvDocument[] {
    if (query === undefined) return this.all()
    const holds: Predicate = predicate(query)
    return this.all().filter(holds)
  }

  #keyOf(value: unknown): string {
    const key = isRecord(value) ? value._key : undefined
    if (key === undefined || key === '') return randomBytes(12).toString('hex')
    if (typeof key !== 'string') throw new Refusal(400, 'The _key of a document is a string.')
    return key
  }
}

function overLimit(reason: string): Refusal {
  return new Refusal(400, `Request exceeds API limits - see limits.conf for details. (${reason})`)
}
