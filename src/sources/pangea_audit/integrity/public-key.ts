/** Public keys in the forms in which Pangea's records carry them, and the list of trusted ones. */

import { createPublicKey, type KeyObject } from 'node:crypto'

export interface PublicKey {
  readonly key: KeyObject
  /** Base64 of the raw 32 bytes: the form of the parameter `signing_keys`. */
  readonly raw: string
}

const rawLength = 32
/** What stands before the 32 bytes of an ed25519 key in DER (RFC 8410, section 4). */
const spkiPrefix = Buffer.from('302a300506032b6570032100', 'hex')

/**
 * Decodes base64, also the URL-safe alphabet and without padding; `undefined` for anything else, such as set bits
 * behind the last byte.
 */
export const decodeBase64 = (text: string): Buffer | undefined => {
  const plain = text
    .replaceAll('-', '+')
    .replaceAll('_', '/')
    .replace(/={1,2}$/, '')
  const bytes = Buffer.from(plain, 'base64')
  return bytes.length > 0 && bytes.toString('base64').replace(/={1,2}$/, '') === plain ? bytes : undefined
}

const fromRaw = (bytes: Buffer): PublicKey => ({
  key: createPublicKey({ key: Buffer.concat([spkiPrefix, bytes]), format: 'der', type: 'spki' }),
  raw: bytes.toString('base64'),
})

const rawOf = (text: string): Buffer | undefined => {
  // Only this label: Node would also take the public part of a private key or a certificate.
  if (text.startsWith('-----BEGIN PUBLIC KEY-----')) {
    const key = createPublicKey(text)
    if (key.asymmetricKeyType !== 'ed25519') return undefined
    return key.export({ format: 'der', type: 'spki' }).subarray(-rawLength)
  }
  const bytes = decodeBase64(text)
  if (bytes?.length === rawLength) return bytes
  const isSpki =
    bytes?.length === spkiPrefix.length + rawLength && bytes.subarray(0, spkiPrefix.length).equals(spkiPrefix)
  return isSpki ? bytes.subarray(-rawLength) : undefined
}

const withoutWrapping = (text: string): string | undefined => {
  if (!text.startsWith('{')) return text
  const { algorithm, key }: { algorithm?: unknown; key?: unknown } = JSON.parse(text)
  const isKnown =
    algorithm === undefined || (typeof algorithm === 'string' && algorithm.toUpperCase() === 'ED25519')
  return isKnown && typeof key === 'string' ? key : undefined
}

/**
 * Reads a key: JSON `{"algorithm":"ED25519","key":"…"}` around one of the others, PEM, or base64 of the raw 32 bytes
 * or of its DER form. `undefined` when it is none of these.
 */
export const readPublicKey = (text: string): PublicKey | undefined => {
  try {
    const inner = withoutWrapping(text.trim())
    const raw = inner === undefined ? undefined : rawOf(inner.trim())
    return raw === undefined ? undefined : fromRaw(raw)
  } catch {
    return undefined
  }
}

/** Distinct keys that stay imported; a feed has a few, a forger could send any number. */
const cachedKeys = 256

/** Characters of a key's text; the vendor's page allows 256. */
const longestKey = 1024

/** Imports each key once. */
export class PublicKeys {
  private readonly known = new Map<string, PublicKey | undefined>()

  read(text: string): PublicKey | undefined {
    if (text.length > longestKey) return undefined
    if (this.known.has(text)) return this.known.get(text)
    if (this.known.size >= cachedKeys) this.known.clear()
    const key = readPublicKey(text)
    this.known.set(text, key)
    return key
  }
}
