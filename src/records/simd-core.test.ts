import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { restoreWebAssembly } from './testing/web-assembly.ts'

/** How often WebAssembly was asked for. */
const asked = vi.fn()

class NoModule {
  constructor() {
    asked()
    throw new Error('WebAssembly is switched off.')
  }
}

describe('where WebAssembly cannot be had', () => {
  beforeEach(() => {
    asked.mockClear()
    vi.resetModules()
    vi.stubGlobal('WebAssembly', { Module: NoModule })
  })
  afterEach(restoreWebAssembly)

  it('records are read, escaped and identified all the same', async () => {
    const { RecordReader } = await import('./reader.ts')
    const { recordId } = await import('./identity.ts')
    const reader = new RecordReader({ members: [['a']] })
    const [block] = reader.blocks(Buffer.from('{\n"a": "<"\n}\n'))
    const out = new Uint8Array(100)
    const length = block?.copyEscaped(0, block.start(0), out, 0)
    expect(Buffer.from(out.subarray(0, length)).toString()).toBe('{"a":"&lt;"}')
    expect(block && recordId(block.bytes, block.start(0), block.end(0))).toBe(
      recordId(Buffer.from('{"a":"<"}'), 0, 9),
    )
    expect(asked).toHaveBeenCalledTimes(1)
  })

  it('it is not asked for before a record is read', async () => {
    const { escapeText } = await import('./escape.ts')
    await import('./reader.ts')
    await import('./page.ts')
    await import('./identity.ts')
    expect(escapeText('<')).toBe('&lt;')
    expect(asked).not.toHaveBeenCalled()
  })
})
