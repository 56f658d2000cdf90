import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto'
import { isIP } from 'node:net'
import {
  bits,
  boolean,
  generalizedTime,
  identifier,
  integer,
  octets,
  sequence,
  set,
  tagged,
  utf8,
} from './der.ts'

/** A certificate with its private key, both PEM: what `node:https` takes as `cert` and `key`. */
export interface Certificate {
  readonly cert: string
  readonly key: string
}

export interface CertificateOptions {
  /** Subject's common name. */
  readonly commonName?: string
  /** Begin and end of validity; unset: from yesterday for ten years. */
  readonly notBefore?: Date
  readonly notAfter?: Date
}

const DAY = 86_400_000
const ECDSA_WITH_SHA256 = sequence(identifier('1.2.840.10045.4.3.2'))

const commonNameOf = (text: string): Buffer => sequence(set(sequence(identifier('2.5.4.3'), utf8(text))))

function extension(oid: string, value: Buffer, critical = false): Buffer {
  return sequence(identifier(oid), ...(critical ? [boolean(true)] : []), octets(value))
}

/** How a host stands in subjectAltName (RFC 5280, 4.2.1.6): an IPv4 address by its bytes, else a DNS name. */
function alternativeName(host: string): Buffer {
  return isIP(host) === 4
    ? tagged(0x87, Buffer.from(host.split('.').map(Number)))
    : tagged(0x82, Buffer.from(host, 'ascii'))
}

function keyIdentifier(publicKey: KeyObject): Buffer {
  return createHash('sha1')
    .update(publicKey.export({ type: 'spki', format: 'der' }))
    .digest()
}

interface Request extends CertificateOptions {
  readonly subject: string
  readonly publicKey: KeyObject
  readonly issuer: string
  readonly issuerKey: KeyObject
  readonly extensions: readonly Buffer[]
}

function signed(request: Request): string {
  const { notBefore = new Date(Date.now() - DAY), notAfter = new Date(Date.now() + 3650 * DAY) } = request
  const serial = randomBytes(16)
  serial[0] = ((serial[0] ?? 0) & 0x3f) | 0x40
  const content = sequence(
    tagged(0xa0, integer(Buffer.from([2]))),
    integer(serial),
    ECDSA_WITH_SHA256,
    commonNameOf(request.issuer),
    sequence(generalizedTime(notBefore), generalizedTime(notAfter)),
    commonNameOf(request.subject),
    request.publicKey.export({ type: 'spki', format: 'der' }),
    tagged(0xa3, sequence(...request.extensions)),
  )
  const whole = sequence(content, ECDSA_WITH_SHA256, bits(sign('sha256', content, request.issuerKey)))
  const lines = whole.toString('base64').match(/.{1,64}/g) ?? []
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`
}

const pem = (key: KeyObject): string => key.export({ type: 'pkcs8', format: 'pem' }).toString()

/**
 * A certificate authority that lives as long as the test: nothing trusts it but who is given its `cert`
 * (as `ca` of a client, or written to the file that `ca_file` names).
 */
export class CertificateAuthority {
  /** The authority's own certificate, PEM. */
  readonly cert: string
  readonly #name: string
  readonly #keys = generateKeyPairSync('ec', { namedCurve: 'P-256' })

  constructor(name = 'Stand-in Test CA') {
    this.#name = name
    this.cert = signed({
      subject: name,
      publicKey: this.#keys.publicKey,
      issuer: name,
      issuerKey: this.#keys.privateKey,
      extensions: [
        extension('2.5.29.19', sequence(boolean(true)), true),
        extension('2.5.29.15', bits(Buffer.from([0b0000_0110]), 1), true),
        extension('2.5.29.14', octets(keyIdentifier(this.#keys.publicKey))),
      ],
    })
  }

  /** Issues a server certificate for these DNS names and IPv4 addresses; for none, one that names no host. */
  issue(
    hosts: readonly string[] = ['localhost', '127.0.0.1'],
    options: CertificateOptions = {},
  ): Certificate {
    const keys = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    const names = hosts.length ? [extension('2.5.29.17', sequence(...hosts.map(alternativeName)))] : []
    const cert = signed({
      ...options,
      subject: options.commonName ?? hosts[0] ?? 'stand-in',
      publicKey: keys.publicKey,
      issuer: this.#name,
      issuerKey: this.#keys.privateKey,
      extensions: [
        extension('2.5.29.19', sequence()),
        extension('2.5.29.37', sequence(identifier('1.3.6.1.5.5.7.3.1'))),
        extension('2.5.29.35', sequence(tagged(0x80, keyIdentifier(this.#keys.publicKey)))),
        ...names,
      ],
    })
    return { cert, key: pem(keys.privateKey) }
  }
}
