import { hash } from 'node:crypto'
import { carriageReturn, lineFeed } from './characters.ts'
import { idLength } from './content-digits.ts'
import { contentDigitsSimd } from './simd-identity.ts'
import { joinLinesSimd } from './simd-text.ts'

/**
 * The identity of a record that is known by its content alone, in one line: see `contentDigits`. `spansLines` is what its
 * block tells; looked up when not given. For all rows of a block, `RecordBlock.identities` is faster.
 */
export function recordId(bytes: Uint8Array, start: number, end: number, spansLines?: boolean): string {
  return contentDigitsSimd(oneLine(bytes, start, end, spansLines))
}

/**
 * The identity of a record that is known by its place and its content, whose own identity is `id`: `scope` names the
 * place (an object's path) and `ordinal` the record in it, so that two equal lines of one file are two records.
 */
export function recordIdWithin(scope: string, ordinal: number, id: string): string {
  return hash('sha256', JSON.stringify([scope, ordinal, id]), 'hex').slice(0, idLength)
}

function oneLine(bytes: Uint8Array, start: number, end: number, spansLines?: boolean): Uint8Array {
  const record = bytes.subarray(start, end)
  return (spansLines ?? hasLineBreak(record)) ? joinLinesSimd(bytes, start, end) : record
}

function hasLineBreak(record: Uint8Array): boolean {
  const text = Buffer.from(record.buffer, record.byteOffset, record.length)
  return text.indexOf(lineFeed) >= 0 || text.indexOf(carriageReturn) >= 0
}
