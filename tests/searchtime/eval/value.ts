/** A value of an event's field or of an expression; several values make a multivalue field, none is `null`. */
export type Value = string | number | boolean | null | readonly string[]

/** The fields of one event by name. A field without a value is not in it. */
export type Fields = Map<string, Value>

/** What the harness does not know of Splunk, or what Splunk does not define: it is never guessed. */
export class NotKnown extends Error {}

export const isMultivalue = (value: Value): value is readonly string[] => Array.isArray(value)

/** All values as text; a number as Splunk prints it, a Boolean as `tostring` does. */
export function texts(value: Value): readonly string[] {
  if (value === null) return []
  if (typeof value === 'boolean') return [value ? 'True' : 'False']
  return typeof value === 'string' ? [value] : typeof value === 'number' ? [String(value)] : value
}

/** One value for one text, `null` for none: a multivalue field of one value is that value. */
export function fromTexts(values: readonly string[]): Value {
  return values.length > 1 ? values : (values[0] ?? null)
}

/** The number that a value is or looks like, as Splunk takes numbers from fields. */
export function asNumber(value: Value): number | undefined {
  if (typeof value === 'number') return value
  if (typeof value !== 'string' || !/^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/.test(value.trim()))
    return undefined
  return Number(value)
}
