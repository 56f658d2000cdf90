import type { ValidationError } from './answers.ts'
import { microsOf } from './instants.ts'
import type { PangeaSettings } from './settings.ts'

/** A search as it was asked for, with the defaults filled in. */
export interface SearchRequest {
  readonly query: string
  /** Epoch microseconds, inclusive. */
  readonly start: number
  /** Epoch microseconds; `undefined`: up to the latest. */
  readonly end: number | undefined
  readonly limit: number
  readonly maxResults: number
  readonly order: 'asc' | 'desc'
  readonly orderBy: string
  readonly verbose: boolean
  readonly restriction: Readonly<Record<string, readonly string[]>>
  readonly configId: string | undefined
  readonly returnContext: boolean
}

const columns = ['actor', 'action', 'message', 'received_at', 'source', 'status', 'target', 'timestamp']
/** Fields of `search_restriction`. */
export const restrictable = ['actor', 'action', 'source', 'status', 'target', 'tenant_id']
const known = [
  'query',
  'start',
  'end',
  'config_id',
  'max_results',
  'verbose',
  'limit',
  'order',
  'order_by',
  'search_restriction',
  'return_context',
]

/** Reads the members of a request body one by one and collects what is wrong with them. */
export class BodyReader {
  readonly errors: ValidationError[] = []
  readonly #body: Readonly<Record<string, unknown>>

  constructor(body: Readonly<Record<string, unknown>>) {
    this.#body = body
  }

  refuse(code: string, name: string, detail: string): void {
    this.errors.push({ code, detail, source: `/${name}` })
  }

  onlyKnown(names: readonly string[]): void {
    for (const name of Object.keys(this.#body)) {
      if (!names.includes(name)) this.refuse('UnexpectedProperty', name, `Unexpected property '${name}'`)
    }
  }

  text(name: string): string | undefined {
    const value = this.#body[name]
    if (value === undefined || typeof value === 'string') return value
    this.refuse('InvalidString', name, 'Value is not a string')
    return undefined
  }

  flag(name: string): boolean | undefined {
    const value = this.#body[name]
    if (value === undefined || typeof value === 'boolean') return value
    this.refuse('InvalidBool', name, 'Value is not a boolean')
    return undefined
  }

  integer(name: string, from: number, to: number): number | undefined {
    const value = this.#body[name]
    if (value === undefined) return undefined
    if (!Number.isInteger(value)) this.refuse('InvalidInteger', name, 'Value is not an integer')
    else if (Number(value) < from || Number(value) > to)
      this.refuse('NotWithinRange', name, `Value is not within ${from} and ${to}`)
    else return Number(value)
    return undefined
  }

  oneOf(name: string, values: readonly string[]): string | undefined {
    const value = this.text(name)
    if (value !== undefined && !values.includes(value)) {
      this.refuse('NotEnumMember', name, `Value is not one of ${values.join(', ')}`)
      return undefined
    }
    return value
  }

  instant(name: string, now: number): number | undefined {
    const value = this.text(name)
    if (value === undefined) return undefined
    const at = microsOf(value, now)
    if (at === undefined)
      this.refuse('BadFormatDateTime', name, `'${value}' is neither a timestamp nor a duration`)
    return at
  }

  lists(name: string, names: readonly string[]): Readonly<Record<string, readonly string[]>> {
    const value = this.#body[name]
    if (value === undefined) return {}
    const lists: Record<string, readonly string[]> = {}
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      this.refuse('InvalidObject', name, 'Value is not an object')
      return lists
    }
    for (const [field, list] of Object.entries(value)) {
      if (!names.includes(field)) this.refuse('UnexpectedProperty', `${name}/${field}`, 'Unexpected property')
      else if (!Array.isArray(list) || list.some((item) => typeof item !== 'string')) {
        this.refuse('InvalidArray', `${name}/${field}`, 'Value is not a list of strings')
      } else lists[field] = list
    }
    return lists
  }
}

const anyInteger = Number.MAX_SAFE_INTEGER

/** Reads a search as strictly as the specification is; what is wrong stands in the reader's errors. */
export function readSearch(reader: BodyReader, settings: PangeaSettings, now: number): SearchRequest {
  reader.onlyKnown(known)
  const maxResults = reader.integer('max_results', 1, 10_000)
  return {
    query: reader.text('query') ?? '',
    start: reader.instant('start', now) ?? (now - settings.usualReach) * 1000,
    end: reader.instant('end', now),
    limit: reader.integer('limit', 1, anyInteger) ?? settings.usualPage,
    maxResults: Math.min(maxResults ?? settings.cap, settings.cap),
    order: reader.oneOf('order', ['asc', 'desc']) === 'asc' ? 'asc' : 'desc',
    orderBy: reader.oneOf('order_by', [...columns, ...settings.customFields]) ?? 'received_at',
    verbose: reader.flag('verbose') ?? true,
    restriction: reader.lists('search_restriction', restrictable),
    configId: reader.text('config_id'),
    returnContext: reader.flag('return_context') ?? false,
  }
}
