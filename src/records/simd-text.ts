import { copyEscaped, joinLines } from './escape.ts'
import { simdCore } from './simd-core.ts'

/** Longer texts are left to the plain twins, so that the core's memory stays small. */
const longest = 1 << 18
/** The first bytes are not used: zero is no address. */
const textAt = 16

/** As {@link copyEscaped}, up to 64 bytes at a time. */
export function copyEscapedSimd(
  bytes: Uint8Array,
  from: number,
  to: number,
  join: boolean,
  out: Uint8Array,
  at: number,
): number {
  const core = simdCore()
  const length = to - from
  if (core === null || length > longest) return copyEscaped(bytes, from, to, join, out, at)
  const outAt = textAt + length + 16
  core.window = undefined
  core.reserve(outAt + 5 * length)
  core.bytes.set(bytes.subarray(from, to), textAt)
  const end = core.run.copy(textAt, textAt + length, outAt, join ? 1 : 0, 1)
  out.set(core.bytes.subarray(outAt, end), at)
  return at + end - outAt
}

/** As {@link joinLines}, 16 bytes at a time; what it returns lasts until the core is used again. */
export function joinLinesSimd(bytes: Uint8Array, from: number, to: number): Uint8Array {
  const core = simdCore()
  const length = to - from
  if (core === null || length > longest) return joinLines(bytes, from, to)
  const outAt = textAt + length + 16
  core.window = undefined
  core.reserve(outAt + length)
  core.bytes.set(bytes.subarray(from, to), textAt)
  return core.bytes.subarray(outAt, core.run.copy(textAt, textAt + length, outAt, 1, 0))
}
