import { createHash, createPrivateKey, createPublicKey, type KeyObject, sign } from 'node:crypto'

/** How a record names the key that signed it; all forms occur in the field. */
export type KeyForm = 'raw' | 'spki' | 'pem' | 'json'

/** Before the 32 bytes of an ed25519 private key in DER (RFC 8410). */
const pkcs8Prefix = Buffer.from('302e020100300506032b657004220420', 'hex')

/** An ed25519 key pair that depends on nothing but its name. */
export class Signer {
  readonly #key: KeyObject
  readonly #spki: Buffer

  constructor(name: string) {
    const secret = createHash('sha256').update(`stand-in signer ${name}`).digest()
    this.#key = createPrivateKey({ key: Buffer.concat([pkcs8Prefix, secret]), format: 'der', type: 'pkcs8' })
    this.#spki = createPublicKey(this.#key).export({ format: 'der', type: 'spki' })
  }

  /** Base64 of the raw 32 bytes, as `signing_keys` lists them. */
  get raw(): string {
    return this.#spki.subarray(-32).toString('base64')
  }

  publicKey(form: KeyForm): string {
    const spki = this.#spki.toString('base64')
    const pem = `-----BEGIN PUBLIC KEY-----\n${spki}\n-----END PUBLIC KEY-----\n`
    if (form === 'raw') return this.raw
    if (form === 'spki') return spki
    return form === 'pem' ? pem : JSON.stringify({ algorithm: 'ED25519', key: pem })
  }

  /** Base64 of the signature. */
  sign(text: string): string {
    return sign(null, Buffer.from(text), this.#key).toString('base64')
  }
}
