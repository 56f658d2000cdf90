/**
 * JSON of which the text is known as well as the value: numbers keep their digits, strings their escapes, members
 * their order. It is written as sent, and in canonical form for the hash.
 */

/** A number by its text. */
export class NumberText {
  readonly text: string

  constructor(text: string) {
    this.text = text
  }
}

/** A string by what stands between its quotation marks. */
export class StringText {
  readonly body: string

  constructor(body: string) {
    this.body = body
  }
}

/** An object by its members, in the order in which they are sent. */
export class Members {
  readonly list: readonly (readonly [name: string, value: Json])[]

  constructor(list: readonly (readonly [name: string, value: Json])[]) {
    this.list = list
  }
}

export type Json = string | boolean | null | NumberText | StringText | Members | readonly Json[]

/** How strings are escaped when sent. */
export type Escaping = 'least' | 'ascii' | 'slashes'

const nonAscii = /[\u007f-\uffff]/g

function quoted(text: string, escaping: Escaping): string {
  const least = JSON.stringify(text)
  if (escaping === 'slashes') return least.replaceAll('/', '\\/')
  if (escaping === 'least') return least
  return least.replace(nonAscii, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
}

/** The text as a server sends it. */
export function sentText(value: Json, escaping: Escaping = 'least'): string {
  if (typeof value === 'string') return quoted(value, escaping)
  if (value instanceof NumberText) return value.text
  if (value instanceof StringText) return `"${value.body}"`
  if (value instanceof Members) {
    const members = value.list.map(
      ([name, member]) => `${quoted(name, escaping)}:${sentText(member, escaping)}`,
    )
    return `{${members.join(',')}}`
  }
  if (Array.isArray(value)) return `[${value.map((item: Json) => sentText(item, escaping)).join(',')}]`
  return String(value)
}

/** Names by UTF-16 unit (RFC 8785), or by code point as Python and Go sort them. */
export type NameOrder = 'utf16' | 'codePoint'

const byUnit = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)
const byCodePoint = (a: string, b: string): number => Buffer.compare(Buffer.from(a), Buffer.from(b))

export interface CanonicalForm {
  readonly names?: NameOrder
  /** Numbers as sent, or as ECMAScript writes them. */
  readonly numbers?: 'sent' | 'shortest'
}

/** The text over which hashes and signatures are made (RFC 8785, numbers as sent). */
export function canonicalText(value: Json, form: CanonicalForm = {}): string {
  if (value instanceof NumberText)
    return form.numbers === 'shortest' ? String(Number(value.text)) : value.text
  if (value instanceof StringText) return JSON.stringify(JSON.parse(`"${value.body}"`))
  if (value instanceof Members) {
    const compare = form.names === 'codePoint' ? byCodePoint : byUnit
    const members = [...value.list]
      .sort(([a], [b]) => compare(a, b))
      .map(([name, member]) => `${JSON.stringify(name)}:${canonicalText(member, form)}`)
    return `{${members.join(',')}}`
  }
  if (Array.isArray(value)) return `[${value.map((item: Json) => canonicalText(item, form)).join(',')}]`
  return JSON.stringify(value)
}
