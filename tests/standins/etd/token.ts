import { createHmac, randomBytes } from 'node:crypto'

export type TokenVerdict = 'valid' | 'invalid' | 'expired'

const base64url = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url')

/** Issues and checks the JSON Web Tokens of one stand-in. */
export class TokenIssuer {
  #secret = randomBytes(32)
  readonly #opaque = new Map<string, number>()

  /** @param lifetime in milliseconds @param opaque without anything in it that tells its end */
  issue(client: string, now: number, lifetime: number, opaque: boolean): string {
    if (opaque) {
      const token = randomBytes(24).toString('hex')
      this.#opaque.set(token, now + lifetime)
      return token
    }
    const claims = { sub: client, iat: Math.floor(now / 1000), exp: Math.ceil((now + lifetime) / 1000) }
    const jti = randomBytes(8).toString('hex')
    const signed = `${base64url({ alg: 'HS256', typ: 'JWT' })}.${base64url({ ...claims, jti })}`
    return `${signed}.${this.#sign(signed)}`
  }

  check(token: string, now: number): TokenVerdict {
    const opaqueEnd = this.#opaque.get(token)
    if (opaqueEnd !== undefined) return now < opaqueEnd ? 'valid' : 'expired'
    const [header, claims, signature, ...more] = token.split('.')
    if (claims === undefined || signature === undefined || more.length > 0) return 'invalid'
    if (signature !== this.#sign(`${header}.${claims}`)) return 'invalid'
    const { exp }: { exp: number } = JSON.parse(Buffer.from(claims, 'base64url').toString())
    return now < exp * 1000 ? 'valid' : 'expired'
  }

  /** Every token issued so far becomes invalid (not expired). */
  revokeAll(): void {
    this.#secret = randomBytes(32)
    this.#opaque.clear()
  }

  #sign(text: string): string {
    return createHmac('sha256', this.#secret).update(text).digest('base64url')
  }
}
