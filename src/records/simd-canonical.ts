import { aligned } from './simd-core.ts'
import type { RowTable, SimdRows } from './simd-rows.ts'

/** Room for the texts in the core's memory: small enough for the processor's cache. */
const outSize = 1 << 18
/** Room for what the program notes of open objects: 16 bytes for each member, 64 members on 16 levels, and one more. */
const notesSize = 16 * (64 * 16 + 1)

/**
 * Gives `take` the values of a column, or the rows themselves without one, in canonical form, by row: RFC 8785, but
 * numbers as sent. What is out of the ordinary is left out, for whoever can do it in another way: names with escapes or
 * with characters from U+E000 on, two members of one name, more than 64 of them, more than 16 levels, and long values.
 */
export function eachCanonical(
  table: RowTable,
  held: SimdRows,
  column: number | undefined,
  take: (row: number, text: Uint8Array) => void,
): void {
  const { core } = held
  for (let row = 0; row < table.count; ) {
    const rows = held.hold(row)
    if (rows === undefined) {
      row++
      continue
    }
    const notes = rows.free
    const spans = notes + notesSize
    const out = aligned(spans + 8 * rows.count)
    core.reserve(out + outSize)
    const done = core.run.canonical(
      rows.rowsAt,
      4 * table.stride,
      rows.count,
      rows.origin,
      column ?? -1,
      notes,
      spans,
      out,
      out + outSize,
    )
    for (let i = 0; i < done; i++) {
      const start = core.numbers[(spans >> 2) + 2 * i]!
      if (start > 0) take(row + i, core.bytes.subarray(start, core.numbers[(spans >> 2) + 2 * i + 1]))
    }
    // A row that finds no room alone is passed over.
    row += Math.max(done, 1)
  }
}
