import { randomBytes } from 'node:crypto'
import { Refusal } from './reply.ts'

export interface Session {
  readonly user: string
}

export interface Administrator {
  readonly username: string
  readonly password: string
}

/**
 * Who may ask: session keys that splunkd issued, bearer tokens (the same kind of key here) and the administrator's
 * name and password.
 */
export class Sessions {
  readonly #keys = new Map<string, Session & { readonly expires: number }>()
  readonly administrator: Administrator

  constructor(administrator: Administrator) {
    this.administrator = administrator
  }

  /** A new key; `lifetimeMs` unset: until it is revoked. */
  issue(user = 'splunk-system-user', lifetimeMs = Number.POSITIVE_INFINITY): string {
    const key = randomBytes(48).toString('base64url')
    this.#keys.set(key, { user, expires: Date.now() + lifetimeMs })
    return key
  }

  revoke(key: string): void {
    this.#keys.delete(key)
  }

  revokeAll(): void {
    this.#keys.clear()
  }

  /** `auth/login`: a key for a name and password, or `undefined`. */
  login(username: string | null, password: string | null): string | undefined {
    const { administrator } = this
    const known = username === administrator.username && password === administrator.password
    return known ? this.issue(administrator.username) : undefined
  }

  /** Recognises an `Authorization` header. Throws the 401 that splunkd answers otherwise. */
  recognise(authorization: string | undefined): Session {
    const [scheme = '', value = ''] = (authorization ?? '').split(/ +(.*)/s, 2)
    const kind = scheme.toLowerCase()
    if (kind === 'splunk' || kind === 'bearer') {
      const session = this.#keys.get(value)
      if (session === undefined || session.expires <= Date.now()) {
        throw new Refusal(401, 'call not properly authenticated', 'WARN')
      }
      return session
    }
    if (kind === 'basic') {
      const [username = '', password = ''] = Buffer.from(value, 'base64').toString('utf8').split(/:(.*)/s, 2)
      const { administrator } = this
      if (username === administrator.username && password === administrator.password)
        return { user: username }
    }
    throw new Refusal(401, 'Unauthorized', 'ERROR', { 'WWW-Authenticate': 'Basic realm="/splunk"' })
  }
}
