import { parseInstant } from './instant.ts'
import { rowColumns } from './scanner.ts'
import type { RowTable, SimdRows } from './simd-rows.ts'

/** The instants that a column of the rows says, by row, epoch milliseconds, as {@link parseInstant}. */
export function instantsOf(table: RowTable, held: SimdRows | undefined, column: number): Float64Array {
  const times = new Float64Array(table.count).fill(escaped)
  if (held !== undefined) fillInstants(table, held, column, times)
  for (let row = 0; row < table.count; row++) {
    if (times[row] !== escaped) continue
    const at = row * table.stride + rowColumns + 2 * column
    const start = table.rows[at]!
    times[row] = start < 0 ? Number.NaN : parseInstant(table.bytes, start, table.rows[at + 1]!)
  }
  return times
}

/** What the core says of a text with escapes. */
const escaped = Number.NEGATIVE_INFINITY

function fillInstants(table: RowTable, held: SimdRows, column: number, times: Float64Array): void {
  const { core } = held
  for (let row = 0; row < table.count; ) {
    const rows = held.hold(row)
    if (rows === undefined) {
      row++
      continue
    }
    core.reserve(rows.free + 8 * rows.count)
    core.run.instants(rows.rowsAt, 4 * table.stride, rows.count, rows.origin, column, rows.free)
    times.set(new Float64Array(core.bytes.buffer, rows.free, rows.count), row)
    row += rows.count
  }
}
