import { contentDigits, idLength } from './content-digits.ts'
import { Identities } from './identities.ts'
import { aligned, simdCore } from './simd-core.ts'
import type { RowTable, SimdRows } from './simd-rows.ts'

/** Longer texts are left to the plain twin, so that the core's memory stays small. */
const longestText = 1 << 19
/** Where a text is put that is not in the core's memory already; zero is no address. */
const textAt = 64
/** Room for what the program keeps of the chunks at work. */
const workSize = 1600
/** A row without columns. */
const rowSize = 12
/** Each row has a node for each chunk that it begins. */
const chunkSize = 1024
const nodeSize = 32

/**
 * Each row's `contentDigits`; those of rows that span lines, or are too long for the core, are not set.
 * @param memory see {@link Identities}.
 */
export function identitiesOf(table: RowTable, held: SimdRows | undefined, memory?: Buffer): Identities {
  const ids = new Identities(table.count, idLength, memory)
  for (let row = 0; held !== undefined && row < table.count; ) {
    const rows = held.hold(row)
    if (rows === undefined) {
      row++
      continue
    }
    const { core } = held
    const { count, free } = rows
    const length = table.end(row + count - 1) - table.start(row)
    const nodesAt = free + workSize
    const idsAt = aligned(nodesAt + nodeSize * (count + Math.ceil(length / chunkSize)))
    core.reserve(idsAt + count * idLength)
    core.run.identities(rows.rowsAt, 4 * table.stride, count, rows.origin, free, idsAt, idLength)
    ids.bytes.set(core.bytes.subarray(idsAt, idsAt + count * idLength), row * idLength)
    row += count
  }
  return ids
}

/** As {@link contentDigits}, in the core. */
export function contentDigitsSimd(text: Uint8Array): string {
  const core = simdCore()
  const { length } = text
  if (core === null || length > longestText) return contentDigits(text)
  core.window = undefined
  const isThere = text.buffer === core.bytes.buffer
  const origin = isThere ? text.byteOffset : textAt
  const rowAt = aligned(origin + length)
  const workAt = aligned(rowAt + rowSize)
  const idsAt = aligned(workAt + workSize + nodeSize * (1 + Math.ceil(length / chunkSize)))
  core.reserve(idsAt + idLength)
  if (!isThere) core.bytes.set(text, origin)
  core.numbers.set([0, length, 0], rowAt >> 2)
  core.run.identities(rowAt, rowSize, 1, origin, workAt, idsAt, idLength)
  return Buffer.from(core.bytes.buffer, idsAt, idLength).toString('latin1')
}
