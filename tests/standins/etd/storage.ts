import { createHmac, randomBytes } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { second } from '../vendor/clock.ts'
import type { Answer, VendorRequest } from '../vendor/request.ts'
import type { ObjectStore, StoredObject } from './objects.ts'
import type { EtdSettings } from './settings.ts'
import { Stock } from './stock.ts'

/** As long as the token of temporary credentials, which makes links of some 1,600 characters. */
const securityToken = randomBytes(750).toString('base64')

/** The object storage: presigned links, and errors in XML as S3 gives them. */
export class Storage {
  readonly #store: ObjectStore
  readonly #settings: EtdSettings
  readonly #key = randomBytes(32)
  readonly #stock: Stock
  #links = 0
  /** Requests that brought a credential to the storage host. */
  credentialLeaks = 0

  constructor(store: ObjectStore, settings: EtdSettings) {
    this.#store = store
    this.#settings = settings
    this.#stock = new Stock(settings)
  }

  /** Path and query of a link; another signature at each call, as with fresh temporary credentials. */
  link(path: string, client: string, now: number): string {
    const stamp = new Date(now).toISOString().replaceAll(/[-:]|\.\d+/g, '')
    const query = new URLSearchParams([
      ['x-etd-environment', 'integration'],
      ['x-etd-client-id', client],
      ['x-etd-pre-sign-aws-request-id', `${++this.#links}`],
      ['X-Amz-Algorithm', 'AWS4-HMAC-SHA256'],
      ['X-Amz-Credential', `EXAMPLEKEY/${stamp.slice(0, 8)}/us-east-1/s3/aws4_request`],
      ['X-Amz-Date', stamp],
      ['X-Amz-Expires', String(this.#settings.linkLifetime / second)],
      ['X-Amz-SignedHeaders', 'host'],
      ['X-Amz-Security-Token', securityToken],
    ])
    const location = `/${path.split('/').map(encodeURIComponent).join('/')}`
    query.set('X-Amz-Signature', this.#sign(path, query))
    return `${location}?${query}`
  }

  async answer(request: VendorRequest, now: number): Promise<Answer> {
    if (request.headers.authorization !== undefined || request.headers['x-api-key'] !== undefined) {
      this.credentialLeaks++
      return xmlError(
        400,
        'InvalidArgument',
        'Only one auth mechanism allowed; only the X-Amz-Algorithm query parameter, Signature query string parameter or the Authorization header should be specified',
      )
    }
    if (request.method !== 'GET')
      return xmlError(405, 'MethodNotAllowed', 'The specified method is not allowed')
    const path = decodeURIComponent(request.path).slice(1)
    const refusal = this.#refusal(path, new URLSearchParams(request.query), now)
    if (refusal) return refusal
    const object = this.#store.find(path, now)
    if (object === undefined) return xmlError(404, 'NoSuchKey', 'The specified key does not exist.')
    return this.#content(object, request.headers.range)
  }

  /** Removes what large objects left on disk. */
  async close(): Promise<void> {
    await this.#stock.close()
  }

  #refusal(path: string, query: URLSearchParams, now: number): Answer | undefined {
    const signature = query.get('X-Amz-Signature')
    const stamp = query.get('X-Amz-Date')
    if (signature === null || stamp === null) return xmlError(403, 'AccessDenied', 'Access Denied')
    query.delete('X-Amz-Signature')
    if (signature !== this.#sign(path, query)) {
      return xmlError(
        403,
        'SignatureDoesNotMatch',
        'The request signature we calculated does not match the signature you provided. Check your key and signing method.',
      )
    }
    const signedAt = Date.parse(stamp.replace(/^(....)(..)(..T..)(..)(..Z)$/, '$1-$2-$3:$4:$5'))
    const end = signedAt + Number(query.get('X-Amz-Expires')) * second
    if (now < end) return undefined
    const expires = `<Expires>${new Date(end).toISOString()}</Expires>`
    const serverTime = `<ServerTime>${new Date(now).toISOString()}</ServerTime>`
    return xmlError(403, 'AccessDenied', 'Request has expired', expires + serverTime)
  }

  async #content(object: StoredObject, range: string | undefined): Promise<Answer> {
    const content = await this.#stock.contentOf(object)
    const headers: Record<string, string> = {
      'Content-Type': 'application/octet-stream',
      ETag: object.etag,
      'Last-Modified': new Date(object.appearsAt).toUTCString(),
      'x-amz-request-id': String(this.#links),
    }
    if (object.form.gzip !== 'no' && object.form.contentEncoding) headers['Content-Encoding'] = 'gzip'
    if (this.#settings.ranges) headers['Accept-Ranges'] = 'bytes'
    const from = this.#settings.ranges ? /^bytes=(\d+)-$/.exec(range ?? '')?.[1] : undefined
    const start = from === undefined ? 0 : Number(from)
    if (start > 0 && start >= content.size) {
      return xmlError(416, 'InvalidRange', 'The requested range is not satisfiable')
    }
    if (start === 0) object.fetched++
    const body =
      typeof content.body === 'string' ? createReadStream(content.body, { start }) : content.body(start)
    if (from === undefined) return { status: 200, headers, body, length: content.size }
    const length = Math.min(content.size - start, this.#settings.longestPart)
    headers['Content-Range'] = `bytes ${start}-${start + length - 1}/${content.size}`
    return { status: 206, headers, body: first(body, length), length }
  }

  /** Covers the path and the whole query, in whatever order and encoding they come. */
  #sign(path: string, query: URLSearchParams): string {
    const sorted = [...query].map(([name, value]) => `${name}=${value}`).sort()
    return createHmac('sha256', this.#key)
      .update(`${path}\n${sorted.join('\n')}`)
      .digest('hex')
  }
}

async function* first(body: AsyncIterable<Uint8Array> | Iterable<Uint8Array>, bytes: number) {
  let left = bytes
  for await (const chunk of body) {
    yield chunk.subarray(0, left)
    left -= chunk.length
    if (left <= 0) return
  }
}

export function xmlError(status: number, code: string, message: string, more = ''): Answer {
  const text = `<Error><Code>${code}</Code><Message>${message}</Message>${more}<RequestId>EXAMPLE</RequestId></Error>`
  return {
    status,
    headers: { 'Content-Type': 'application/xml' },
    body: `<?xml version="1.0" encoding="UTF-8"?>\n${text}`,
  }
}

export function storageError(status: number): Answer {
  if (status === 503) return xmlError(503, 'SlowDown', 'Please reduce your request rate.')
  if (status === 403) return xmlError(403, 'AccessDenied', 'Access Denied')
  if (status === 404) return xmlError(404, 'NoSuchKey', 'The specified key does not exist.')
  return xmlError(status, 'InternalError', 'We encountered an internal error. Please try again.')
}
