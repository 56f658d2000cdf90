import type { Collection } from '../../src/delivery/collection.ts'
import { KvStore, Refusal } from './splunkd/index.ts'

const app = 'TA-mailtrail'

/** A KV store with an empty collection of every name given, without a splunkd around it. */
export function storeWith(...names: readonly string[]): KvStore {
  const kv = new KvStore()
  for (const name of names) kv.declare(app, name, { fields: new Map(), enforceTypes: false })
  return kv
}

/** A collection of the stand-in's KV store as the program sees it, without HTTP in between. */
export function collectionOf(kv: KvStore, name: string): Collection {
  const collection = () => kv.collection(app, name)
  return {
    find: async (query) => {
      const found = collection().find({ query, sort: '_key:1' })
      return found.map((document) => ({ ...document, _key: String(document._key) }))
    },
    insert: async (document) => {
      try {
        collection().insert(document)
        return true
      } catch (error) {
        if (error instanceof Refusal && error.status === 409) return false
        throw error
      }
    },
    save: async (documents) => void collection().saveBatch([...documents], 0),
    delete: async (query) => collection().deleteWhere(query),
  }
}
