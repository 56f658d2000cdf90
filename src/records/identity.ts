import { hash } from 'node:crypto'
import { carriageReturn, lineFeed } from './characters.ts'
import { joinLinesSimd } from './simd-text.ts'

/** Hexadecimal digits of an identity: 160 bits. */
export const idLength = 40

/**
 * The identity of a record that is known by its content alone: the first 40 hexadecimal digits of the SHA-256
 * of its one-line form. `spansLines` is what its block tells; looked up when not given.
 */
export function recordId(bytes: Uint8Array, start: number, end: number, spansLines?: boolean): string {
  return recordHash(bytes, start, end, spansLines).slice(0, idLength)
}

/** All 64 digits of that hash, for those who keep only as many as they need. */
export function recordHash(bytes: Uint8Array, start: number, end: number, spansLines?: boolean): string {
  return hash('sha256', oneLine(bytes, start, end, spansLines), 'hex')
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
  spansLines?: boolean,
): string {
  // No record begins with a line feed, so no content passes for a scope; JSON text of a string holds none.
  const place = Buffer.from(`\n${JSON.stringify(scope)}\n${ordinal}\n`)
  const placed = Buffer.concat([place, oneLine(bytes, start, end, spansLines)])
  return hash('sha256', placed, 'hex').slice(0, idLength)
}

function oneLine(bytes: Uint8Array, start: number, end: number, spansLines?: boolean): Uint8Array {
  const record = bytes.subarray(start, end)
  return (spansLines ?? hasLineBreak(record)) ? joinLinesSimd(bytes, start, end) : record
}

function hasLineBreak(record: Uint8Array): boolean {
  const text = Buffer.from(record.buffer, record.byteOffset, record.length)
  return text.indexOf(lineFeed) >= 0 || text.indexOf(carriageReturn) >= 0
}
