import { hash } from 'node:crypto'
import { carriageReturn, lineFeed } from './characters.ts'
import { joinLinesSimd } from './simd-text.ts'

const hexDigits = 40

/**
 * The identity of a record that is known by its content alone: the first 40 hexadecimal digits of the SHA-256
 * of its one-line form.
 */
export function recordId(bytes: Uint8Array, start: number, end: number): string {
  return hash('sha256', oneLine(bytes, start, end), 'hex').slice(0, hexDigits)
}

/**
 * The identity of a record that is known by its place and its content: `scope` names the place (an object's
 * path) and `ordinal` the record in it, so that two equal lines of one file are two records.
 */
export function recordIdWithin(
  scope: string,
  ordinal: number,
  bytes: Uint8Array,
  start: number,
  end: number,
): string {
  // No record begins with a line feed, so no content passes for a scope; JSON text of a string holds none.
  const place = Buffer.from(`\n${JSON.stringify(scope)}\n${ordinal}\n`)
  return hash('sha256', Buffer.concat([place, oneLine(bytes, start, end)]), 'hex').slice(0, hexDigits)
}

function oneLine(bytes: Uint8Array, start: number, end: number): Uint8Array {
  const record = bytes.subarray(start, end)
  return record.includes(lineFeed) || record.includes(carriageReturn)
    ? joinLinesSimd(bytes, start, end)
    : record
}
