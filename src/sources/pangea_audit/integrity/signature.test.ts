import { generateKeyPairSync } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import type { KeyForm } from '../../../../tests/standins/pangea/signer.ts'
import { Signer } from '../../../../tests/standins/pangea/signer.ts'
import { decodeBase64, readPublicKey } from './public-key.ts'
import { RecordVerifier, type Verdict } from './record.ts'

const signer = new Signer('signature test')
const event = { b: 'é', a: { d: 1, c: 2 } }
const signed = signer.sign('{"a":{"c":2,"d":1},"b":"é"}')

const verdictOf = (
  envelope: Readonly<Record<string, unknown>>,
  signingKeys?: ReadonlySet<string>,
): Verdict => {
  const bytes = Buffer.from(JSON.stringify({ envelope }))
  return new RecordVerifier().verify(bytes, 0, bytes.length, { signingKeys })
}

const { privateKey } = generateKeyPairSync('ed25519', {
  publicKeyEncoding: { type: 'spki', format: 'pem' },
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
})

const forms: readonly KeyForm[] = ['raw', 'spki', 'pem', 'json']

describe('public keys', () => {
  test.each(forms)('the form %s', (form) => {
    expect(readPublicKey(signer.publicKey(form))?.raw).toBe(signer.raw)
  })

  test('JSON around each other form', () => {
    for (const form of ['raw', 'spki', 'pem'] as const) {
      expect(readPublicKey(JSON.stringify({ key: signer.publicKey(form) }))?.raw).toBe(signer.raw)
    }
  })

  const rsa = generateKeyPairSync('rsa', {
    modulusLength: 1024,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  })
  test.each([
    ['nothing', ''],
    ['no base64', 'not a key!'],
    ['31 bytes', Buffer.alloc(31).toString('base64')],
    ['44 bytes that are no SPKI', Buffer.alloc(44).toString('base64')],
    ['a broken PEM', '-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n'],
    ['an RSA key', rsa.publicKey],
    ['a private key', privateKey],
    ['JSON without key', '{"algorithm":"ED25519"}'],
    ['JSON of another algorithm', JSON.stringify({ algorithm: 'RSA', key: signer.raw })],
    ['broken JSON', '{"key":'],
  ])('refuses %s', (_, text) => {
    expect(readPublicKey(text)).toBeUndefined()
  })

  test('base64 has one spelling', () => {
    const raw = signer.raw
    expect(decodeBase64(raw)).toHaveLength(32)
    expect(decodeBase64(raw.replaceAll('+', '-').replaceAll('/', '_').replace('=', ''))).toHaveLength(32)
    const last = raw.at(-2) as string
    const next = String.fromCharCode(last.charCodeAt(0) + 1)
    expect(decodeBase64(`${raw.slice(0, -2)}${next}=`)).toBeUndefined()
    expect(decodeBase64(` ${raw}`)).toBeUndefined()
  })
})

describe('signature', () => {
  test.each(forms)('over the canonical event, with the key as %s', (form) => {
    const verdict = verdictOf({ event, signature: signed, public_key: signer.publicKey(form) })
    expect(verdict).toMatchObject({ signature: 'pass', failures: [] })
  })

  test('over an event whose nested fields the SDK for Node.js made strings', () => {
    const signature = signer.sign('{"a":"{\\"c\\":2,\\"d\\":1}","b":"é"}')
    expect(verdictOf({ event, signature, public_key: signer.raw }).signature).toBe('pass')
  })

  test.each([
    ['neither', {}, 'none'],
    ['both null', { signature: null, public_key: null }, 'none'],
    ['no key', { signature: signed }, 'fail'],
    ['no signature', { public_key: signer.raw }, 'fail'],
    ['no event', { event: undefined, signature: signed, public_key: signer.raw }, 'fail'],
    ['another signer', { signature: signed, public_key: new Signer('other').raw }, 'fail'],
    ['a malformed key', { signature: signed, public_key: 'x' }, 'fail'],
    ['a key without end', { signature: signed, public_key: 'A'.repeat(5000) }, 'fail'],
    ['a key that is no string', { signature: signed, public_key: 7 }, 'fail'],
    ['a malformed signature', { signature: 'x', public_key: signer.raw }, 'fail'],
    ['a short signature', { signature: signed.slice(0, 84), public_key: signer.raw }, 'fail'],
    ['empty texts', { signature: '', public_key: '' }, 'fail'],
  ])('%s: %s', (_, members, wanted) => {
    expect(verdictOf({ event, ...members }).signature).toBe(wanted)
  })

  test('a listed key passes, another fails and is named, none stays none', () => {
    const members = { event, signature: signed, public_key: signer.publicKey('json') }
    const other = new Signer('other').raw
    expect(verdictOf(members, new Set([signer.raw])).signature).toBe('pass')
    expect(verdictOf(members, new Set([other]))).toMatchObject({
      signature: 'fail',
      failures: [{ check: 'signature', expected: other, found: signer.raw }],
    })
    expect(verdictOf({ event }, new Set([other])).signature).toBe('none')
  })
})
