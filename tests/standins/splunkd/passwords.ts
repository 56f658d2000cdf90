import { Refusal } from './rest/reply.ts'

/** A stored credential. */
export interface StoredPassword {
  readonly realm: string
  readonly username: string
  readonly password: string
  readonly app: string
  readonly owner: string
  /** `global` is seen from every app, as splunkd shows credentials that an app exports. */
  readonly sharing: 'app' | 'global'
}

/** What of it a caller names; the rest has defaults: owner `nobody`, seen in its own app only. */
export type NewPassword = Pick<StoredPassword, 'realm' | 'username' | 'password' | 'app'> &
  Partial<StoredPassword>

const escaped = (part: string): string => part.replace(/[\\:]/g, '\\$&')

/** The entity's name: `<realm>:<user>:`, with `:` and `\` inside escaped by a backslash. */
export function passwordName(realm: string, username: string): string {
  return `${escaped(realm)}:${escaped(username)}:`
}

/** storage/passwords. Like the KV store it may be shared by several heads. */
export class Passwords {
  /** When true, answers carry `********` for `clear_password`, as a policy of newer releases can demand. */
  masked = false
  readonly #stored = new Map<string, StoredPassword>()

  /** Adds one; 409 when the app has it already. */
  add(given: NewPassword): StoredPassword {
    const password: StoredPassword = { owner: 'nobody', sharing: 'app', ...given }
    const path = `${password.app}/${passwordName(password.realm, password.username)}`
    if (this.#stored.has(path))
      throw new Refusal(409, `An object with name=${path.slice(password.app.length + 1)} already exists`)
    this.#stored.set(path, password)
    return password
  }

  /** What is seen from an app; from all with `-`. */
  seenFrom(app: string): StoredPassword[] {
    return [...this.#stored.values()].filter(
      (each) => app === '-' || each.app === app || each.sharing === 'global',
    )
  }

  /** One by its entity name, with or without the last colon. Throws 404. */
  get(app: string, name: string): StoredPassword {
    const wanted = this.seenFrom(app).find((each) => {
      const full = passwordName(each.realm, each.username)
      return full === name || full === `${name}:`
    })
    if (wanted === undefined) throw new Refusal(404, `Could not find object id=${name}`)
    return wanted
  }

  change(app: string, name: string, password: string): StoredPassword {
    const changed = { ...this.get(app, name), password }
    this.#stored.set(`${changed.app}/${passwordName(changed.realm, changed.username)}`, changed)
    return changed
  }

  remove(app: string, name: string): void {
    const gone = this.get(app, name)
    this.#stored.delete(`${gone.app}/${passwordName(gone.realm, gone.username)}`)
  }
}
