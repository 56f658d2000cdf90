import { Refusal } from '../rest/reply.ts'

/** A stored document. */
export interface KvDocument {
  readonly [field: string]: unknown
  readonly _key: string
  readonly _user: string
}

export type FieldType = 'number' | 'bool' | 'string' | 'time' | 'array' | 'cidr'

/** What collections.conf says of a collection. */
export interface CollectionSettings {
  /** `field.<name> = <type>`. */
  readonly fields: ReadonlyMap<string, FieldType>
  /** With true, a value of the wrong type fails the insert; otherwise only that field is dropped. */
  readonly enforceTypes: boolean
  /** limits.conf, `max_rows_per_query`, where an administrator has lowered it. */
  readonly mostRowsPerQuery?: number
}

/** MongoDB's limits: 16 MB for a document, 1,024 bytes for the key. */
const MAX_DOCUMENT_BYTES = 16 * 1024 * 1024
const MAX_KEY_BYTES = 1024

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function refuseBadNames(value: unknown): void {
  if (Array.isArray(value)) for (const item of value) refuseBadNames(item)
  if (!isRecord(value)) return
  for (const [name, inner] of Object.entries(value)) {
    if (name.startsWith('$') || name.includes('.') || name.includes('\0') || name === '') {
      throw new Refusal(
        400,
        `Field name "${name}" is not allowed: it is empty, begins with $, or holds a dot.`,
      )
    }
    refuseBadNames(inner)
  }
}

function hasType(value: unknown, type: FieldType): boolean {
  switch (type) {
    case 'number':
      return typeof value === 'number'
    case 'bool':
      return typeof value === 'boolean'
    case 'time':
      return typeof value === 'number' || typeof value === 'string'
    case 'array':
      return Array.isArray(value)
    default:
      return typeof value === 'string'
  }
}

/** The document as it is stored. Throws 400 for what the KV store does not take. */
export function accepted(
  value: unknown,
  identity: { readonly key: string; readonly user: string },
  settings: CollectionSettings,
): KvDocument {
  if (!isRecord(value))
    throw new Refusal(400, 'JSON in the request is invalid. (A document is a JSON object.)')
  if (Buffer.byteLength(identity.key) > MAX_KEY_BYTES)
    throw new Refusal(400, 'The _key is longer than 1024 bytes.')
  if (Buffer.byteLength(JSON.stringify(value)) > MAX_DOCUMENT_BYTES) {
    throw new Refusal(400, 'The document is larger than 16 MB.')
  }
  refuseBadNames(value)
  const fields = Object.entries(value).filter(([name, inner]) => {
    const type = settings.fields.get(name)
    if (type === undefined || inner === null || hasType(inner, type)) return true
    if (settings.enforceTypes) throw new Refusal(400, `Field "${name}" is not of type ${type}.`)
    return false
  })
  return { ...Object.fromEntries(fields), _user: identity.user, _key: identity.key }
}
