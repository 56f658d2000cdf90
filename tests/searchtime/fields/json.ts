import type { Fields } from '../eval/value.ts'

/** How much automatic extraction reads, and how it shows what has no value. */
export interface JsonReading {
  /** Characters of the record that are read. */
  readonly limit: number
  /** The word that JSON's null becomes; undefined leaves the field out. */
  readonly nullAs: string | undefined
  /** Whether a field with an empty string exists. */
  readonly keepsEmpty: boolean
}

/**
 * Fields as `KV_MODE = json` gives them: members joined by dots, `{}` after the name of an array, every value of an
 * array in one multivalue field, numbers as written. What lies behind the limit is not there; the last value, when
 * it is cut, is not either. Source: Splunk Knowledge Manager Manual, "Automatic key-value field extraction".
 */
export function jsonFields(raw: string, reading: JsonReading): Fields {
  const found = new Map<string, string[]>()
  const text = raw.slice(0, reading.limit)
  let at = 0
  const space = (): void => {
    while (/\s/.test(text[at] ?? '')) at++
  }
  /** True while the text goes on as JSON. */
  const value = (path: string): boolean => {
    space()
    const opening = text[at]
    if (opening === '{') return members(path)
    if (opening === '[') return elements(`${path}{}`)
    const scalar = /"(?:[^"\\]|\\.)*"|(?:-?\d[\d.eE+-]*|true|false|null)(?=[\s,}\]])/y
    scalar.lastIndex = at
    const match = scalar.exec(text)
    if (!match) return false
    at = scalar.lastIndex
    const shown =
      match[0] === 'null'
        ? reading.nullAs
        : match[0].startsWith('"')
          ? String(JSON.parse(match[0]))
          : match[0]
    if (shown === undefined || (shown === '' && !reading.keepsEmpty)) return true
    found.set(path, [...(found.get(path) ?? []), shown])
    return true
  }
  const list = (closing: string, item: () => boolean): boolean => {
    at++
    space()
    if (text[at] === closing) return ++at > 0
    for (;;) {
      if (!item()) return false
      space()
      if (text[at] === closing) return ++at > 0
      if (text[at++] !== ',') return false
    }
  }
  const members = (path: string): boolean =>
    list('}', () => {
      space()
      const name = /"((?:[^"\\]|\\.)*)"\s*:/y
      name.lastIndex = at
      const match = name.exec(text)
      if (!match) return false
      at = name.lastIndex
      return value(path === '' ? (match[1] ?? '') : `${path}.${match[1]}`)
    })
  const elements = (path: string): boolean => list(']', () => value(path))
  value('')
  return new Map([...found].map(([name, values]) => [name, values.length > 1 ? values : (values[0] ?? null)]))
}
