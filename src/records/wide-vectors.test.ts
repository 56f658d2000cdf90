import { setFlagsFromString } from 'node:v8'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { Random } from './testing/random.ts'

/** Vectors of 256 bits are in optimised code alone, which V8 makes of what runs often: here of everything, at once. */
describe('the core in optimised code', () => {
  beforeEach(() => {
    vi.resetModules()
    setFlagsFromString('--no-liftoff')
  })
  afterEach(() => {
    setFlagsFromString('--liftoff')
    vi.resetModules()
  })

  it('makes the identities that the plain twin makes, of all lengths of texts beside each other', async () => {
    const { RecordReader } = await import('./reader.ts')
    const { contentDigits } = await import('./content-digits.ts')
    const random = new Random(31)
    const lengths = Array.from({ length: 2_500 }, () => random.below(random.pick([64, 1_100, 1_100, 9_000])))
    const text = Buffer.from(lengths.map((length) => `{"a":"${'ä<'.repeat(length / 3)}"}\n`).join(''))
    let rows = 0
    for (const block of new RecordReader({ members: [] }).blocks(text)) {
      const ids = block.identities()
      for (let row = 0; row < block.count; row++, rows++)
        expect(ids.get(row)).toBe(contentDigits(block.bytes.subarray(block.start(row), block.end(row))))
    }
    expect(rows).toBe(lengths.length)
  })

  it('reads and writes what the plain twins do', async () => {
    const { simdCore } = await import('./simd-core.ts')
    const { SimdScanner } = await import('./simd-scanner.ts')
    const { Scanner } = await import('./scanner.ts')
    const { copyEscaped, joinLines } = await import('./escape.ts')
    const { copyEscapedSimd, joinLinesSimd } = await import('./simd-text.ts')
    const { layouts, objectText, wantedMembers } = await import('./testing/json-text.ts')
    const core = simdCore()
    if (core === null) throw new Error('There is no WebAssembly here to compare with.')
    const random = new Random(32)
    for (let i = 0; i < 500; i++) {
      const texts = Array.from({ length: 9 }, () => objectText(random, random.pick(layouts)))
      const bytes = new Uint8Array(Buffer.from(`${texts.join('\n')}\0`))
      const to = bytes.length - 1
      const [plain, simd] = [new Scanner(wantedMembers, 9), new SimdScanner(core, wantedMembers, 9)]
      expect(simd.records(bytes, 0, to, 9, 1e9)).toBe(plain.records(bytes, 0, to, 9, 1e9))
      expect(simd.rows.subarray(0, 9 * simd.stride)).toEqual(plain.rows.subarray(0, 9 * plain.stride))
      expect(joinLinesSimd(bytes, 0, to)).toEqual(joinLines(bytes, 0, to))
      const [one, other] = [new Uint8Array(5 * to + 4), new Uint8Array(5 * to + 4)]
      const length = copyEscaped(bytes, 0, to, false, one, 0)
      expect(copyEscapedSimd(bytes, 0, to, false, other, 0)).toBe(length)
      expect(other).toEqual(one)
    }
  })
})
