import { createHash } from 'node:crypto'
import { StateUnavailable, TryLater } from '../errors.ts'
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

/** How long the store is waited for, all its operations together, before a run gives up; milliseconds. */
const patience = 60_000
const retries: Omit<RetryPolicy, 'patience'> = { retries: 30, firstPause: 500, longestPause: 5_000 }

/** How long the store has been failing: one for all collections of a run, so that their waiting does not add up. */
export class StorePatience {
  readonly #clock: Clock
  #failingSince: number | undefined

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** What is left of it, milliseconds. */
  get left(): number {
    const since = this.#failingSince
    return since === undefined ? patience : Math.max(0, patience - Math.abs(this.#clock.now() - since))
  }

  answered(): void {
    this.#failingSince = undefined
  }

  failed(): void {
    this.#failingSince ??= this.#clock.now()
  }
}

/**
 * The same collection, each of whose operations is tried again while the store fails: state that cannot be read is
 * not state that is empty. All operations may be repeated safely. A stop ends the waiting, not the work: what was
 * written to stdout must still be committed.
 * @throws {StateUnavailable} from its operations, when the store fails for a minute.
 */
export function patient(
  collection: Collection,
  store: StorePatience,
  clock: Clock,
  signal: AbortSignal,
  onRetry: (message: string) => void,
): Collection {
  const once = async <T>(task: () => Promise<T>): Promise<T> => {
    try {
      const value = await task()
      store.answered()
      return value
    } catch (error) {
      if (error instanceof TryLater) store.failed()
      throw error
    }
  }
  const repeatedly = async <T>(task: () => Promise<T>): Promise<T> => {
    let done: { readonly value: T } | undefined
    const attempt = async (): Promise<T> => {
      done = { value: await once(task) }
      return done.value
    }
    try {
      const policy = { ...retries, patience: store.left }
      return await withRetry(attempt, policy, clock, signal, { onRetry: (error) => onRetry(error.message) })
    } catch (error) {
      if (!signal.aborted) throw error
      return done ? done.value : await once(task)
    }
  }
  const trying = async <T>(task: () => Promise<T>): Promise<T> => {
    try {
      return await repeatedly(task)
    } catch (error) {
      throw error instanceof TryLater ? new StateUnavailable(error.message, { cause: error }) : error
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

/** Says whether this process still owns its stanza. */
export interface Fence {
  readonly number: number
  /** @throws {StateUnavailable} when another process has taken over: nothing may be committed any more. */
  assertHeld(): Promise<void>
}

/** The same collection, each change of which passes the fence first: every attempt anew, because minutes may lie between two. */
export const fenced = (collection: Collection, fence: Fence): Collection => ({
  find: (query) => collection.find(query),
  insert: async (document) => {
    await fence.assertHeld()
    return collection.insert(document)
  },
  save: async (documents) => {
    await fence.assertHeld()
    await collection.save(documents)
  },
  delete: async (query) => {
    await fence.assertHeld()
    await collection.delete(query)
  },
})

/** A key of fixed length for parts of any length and any characters; different parts never give one key. */
export const documentKey = (...parts: readonly string[]): string =>
  createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 40)

/** The version of the documents that this program writes; it reads this one and older ones. */
export const documentVersion = 1
