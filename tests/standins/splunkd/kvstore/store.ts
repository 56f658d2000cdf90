import { Refusal } from '../rest/reply.ts'
import { Collection } from './collection.ts'
import type { CollectionSettings } from './document.ts'

/** What `kvstore/status` says; anything but `ready` makes every call on documents fail with 503. */
export type KvStatus = 'ready' | 'starting' | 'disabled' | 'failed' | 'shuttingdown'

const BUSY: Readonly<Record<Exclude<KvStatus, 'ready'>, string>> = {
  starting: 'KV Store is initializing. Please try again later.',
  disabled: 'KV Store is disabled.',
  failed: 'KV Store initialization failed. Please contact your system administrator.',
  shuttingdown: 'KV Store is shutting down.',
}

/**
 * The KV store. It belongs to no one splunkd: several search heads may be given the same one, as in a cluster.
 */
export class KvStore {
  status: KvStatus = 'ready'
  readonly #declared = new Map<string, CollectionSettings>()
  readonly #collections = new Map<string, Collection>()

  /** Makes a collection known, as collections.conf of an installed app does. Known ones keep their documents. */
  declare(app: string, name: string, settings: CollectionSettings): void {
    this.#declared.set(`${app}/${name}`, settings)
  }

  isDeclared(app: string, name: string): boolean {
    return this.#declared.has(`${app}/${name}`)
  }

  /** The names and settings of an app's collections; for every app with `-`. */
  declared(app: string): { app: string; name: string; settings: CollectionSettings }[] {
    return [...this.#declared].flatMap(([path, settings]) => {
      const [owner = '', name = ''] = path.split('/', 2)
      return app === '-' || app === owner ? [{ app: owner, name, settings }] : []
    })
  }

  /** An app forgets a collection together with its documents. */
  drop(app: string, name: string): void {
    this.#declared.delete(`${app}/${name}`)
    for (const path of this.#collections.keys()) {
      if (path.startsWith(`${app}/${name}/`)) this.#collections.delete(path)
    }
  }

  /** Throws 503 unless the store is ready. */
  mustBeReady(): void {
    if (this.status !== 'ready') throw new Refusal(503, BUSY[this.status])
  }

  /** A collection as `user` sees it. Throws 404 when the app does not declare it. */
  collection(app: string, name: string, user = 'nobody'): Collection {
    const settings = this.#declared.get(`${app}/${name}`)
    if (settings === undefined) throw new Refusal(404, `Could not find object id=${name}`)
    const path = `${app}/${name}/${user}`
    let collection = this.#collections.get(path)
    if (collection === undefined) {
      collection = new Collection(settings, user)
      this.#collections.set(path, collection)
    }
    return collection
  }

  /** Loses every document, as a wiped or freshly restored store. Declarations stay. */
  wipe(): void {
    this.#collections.clear()
  }
}
