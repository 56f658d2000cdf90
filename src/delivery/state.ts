import * as z from 'zod'
import type { StateChange } from './batch.ts'
import { type Collection, documentKey, documentVersion, type StoredDocument } from './collection.ts'
import { type InputName, readDocument } from './documents.ts'

const stateDocument = z.looseObject({
  _key: z.string(),
  name: z.string(),
  state: z.string().transform((text, context): unknown => {
    try {
      return JSON.parse(text)
    } catch {
      context.addIssue({ code: 'custom', message: 'is not JSON' })
      return z.NEVER
    }
  }),
})

/** The state documents of one stream: cursors and whatever else a source must remember between runs. */
export class StreamState {
  readonly #collection: Collection
  readonly #identity: InputName & { readonly stream: string }
  readonly #values: Map<string, unknown>

  private constructor(
    collection: Collection,
    identity: InputName & { stream: string },
    values: Map<string, unknown>,
  ) {
    this.#collection = collection
    this.#identity = identity
    this.#values = values
  }

  /** @throws {TryLater} when the documents cannot be read or understood. */
  static async load(collection: Collection, name: InputName, stream: string): Promise<StreamState> {
    const identity = { ...name, stream }
    const values = new Map<string, unknown>()
    for (const document of await collection.find(identity)) {
      const { name: key, state } = readDocument(stateDocument, document, `checkpoint of stream ${stream}`)
      values.set(key, state)
    }
    return new StreamState(collection, identity, values)
  }

  get(key: string): unknown {
    return this.#values.get(key)
  }

  keys(): string[] {
    return [...this.#values.keys()]
  }

  /** Saves what is new and deletes what is gone, the former first. */
  async apply(changes: readonly StateChange[], fence: number): Promise<void> {
    const latest = new Map(changes.map((change) => [change.key, change.value]))
    for (const [key, value] of latest) if (typeof value === 'function') latest.set(key, value())
    const saved = [...latest].filter(([, value]) => value !== undefined)
    const gone = [...latest]
      .filter(([key, value]) => value === undefined && this.#values.has(key))
      .map(([key]) => key)
    await this.#collection.save(saved.map(([key, value]) => this.#toDocument(key, value, fence)))
    if (gone.length > 0) await this.#collection.delete({ $or: gone.map((key) => ({ _key: this.#key(key) })) })
    for (const [key, value] of latest) {
      if (value === undefined) this.#values.delete(key)
      else this.#values.set(key, value)
    }
  }

  #key(key: string): string {
    return documentKey(this.#identity.scheme, this.#identity.input, this.#identity.stream, key)
  }

  #toDocument(key: string, value: unknown, fence: number): StoredDocument {
    return {
      _key: this.#key(key),
      v: documentVersion,
      ...this.#identity,
      name: key,
      fence,
      state: JSON.stringify(value),
    }
  }
}
