import { parseInstant } from './instant.ts'
import { rowColumns } from './scanner.ts'
import type { RowTable, SimdRows } from './simd-rows.ts'

/** Puts the instants that a column of the rows says into `times`, by row, epoch milliseconds, as {@link parseInstant}. */
export function fillInstants(
  table: RowTable,
  held: SimdRows | undefined,
  column: number,
  times: Float64Array,
): void {
  const left = held === undefined ? table.count : fillFromCore(table, held, column, times)
  if (left === 0) return
  if (held === undefined) times.fill(escaped)
  for (let row = 0; row < table.count; row++) {
    if (times[row] !== escaped) continue
    const at = row * table.stride + rowColumns + 2 * column
    const start = table.rows[at]!
    times[row] = start < 0 ? Number.NaN : parseInstant(table.bytes, start, table.rows[at + 1]!)
  }
}

/** What the core says of a text with escapes, and stands for what it does not hold. */
const escaped = Number.NEGATIVE_INFINITY

/** Returns how many are still to be read. */
function fillFromCore(table: RowTable, held: SimdRows, column: number, times: Float64Array): number {
  const { core } = held
  let left = 0
  for (let row = 0; row < table.count; ) {
    const rows = held.hold(row)
    if (rows === undefined) {
      times[row++] = escaped
      left++
      continue
    }
    core.reserve(rows.free + 8 * rows.count)
    left += core.run.instants(rows.rowsAt, 4 * table.stride, rows.count, rows.origin, column, rows.free)
    times.set(core.doubles.subarray(rows.free >> 3, (rows.free >> 3) + rows.count), row)
    row += rows.count
  }
  return left
}
