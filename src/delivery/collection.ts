import { createHash } from 'node:crypto'
import type { Clock } from '../transport/clock.ts'
import { type RetryPolicy, withRetry } from '../transport/retry.ts'

/** A document: one object with a key. */
export type StoredDocument = Readonly<Record<string, unknown>> & { readonly _key: string }

/** Where the state lives: a collection of documents, as the KV store offers it. */
export interface Collection {
  find(query: Readonly<Record<string, unknown>>): Promise<StoredDocument[]>
  /** False when a document of this key exists. */
  insert(document: StoredDocument): Promise<boolean>
  /** Inserts or replaces, in order. */
  save(documents: readonly StoredDocument[]): Promise<void>
  delete(query: Readonly<Record<string, unknown>>): Promise<void>
}

/** State that cannot be read is not state that is empty: it is waited for, for a minute. */
export const storeRetries: RetryPolicy = {
  retries: 30,
  firstPause: 500,
  longestPause: 5_000,
  patience: 60_000,
}

/**
 * The same collection, each of whose operations is tried again while the store fails. All of them may be repeated
 * safely. A stop ends the waiting, not the work: what was written to stdout must still be committed.
 */
export function patient(
  collection: Collection,
  clock: Clock,
  signal: AbortSignal,
  onRetry: (message: string) => void,
): Collection {
  const trying = async <T>(task: () => Promise<T>): Promise<T> => {
    let done: { readonly value: T } | undefined
    const attempt = async (): Promise<T> => {
      done = { value: await task() }
      return done.value
    }
    try {
      return await withRetry(attempt, storeRetries, clock, signal, {
        onRetry: (error) => onRetry(error.message),
      })
    } catch (error) {
      if (!signal.aborted) throw error
      return done ? done.value : await task()
    }
  }
  return {
    find: (query) => trying(() => collection.find(query)),
    insert: (document) => trying(() => collection.insert(document)),
    save: (documents) =>
      documents.length === 0 ? Promise.resolve() : trying(() => collection.save(documents)),
    delete: (query) => trying(() => collection.delete(query)),
  }
}

/** A key of fixed length for parts of any length and any characters; different parts never give one key. */
export const documentKey = (...parts: readonly string[]): string =>
  createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 40)

/** The version of the documents that this program writes; it reads this one and older ones. */
export const documentVersion = 1
