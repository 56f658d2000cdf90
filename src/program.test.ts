import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { compileProgram, keptCodeCache, programWrapper } from './program.ts'

const require = createRequire(import.meta.url)
const text = (answer: string): string =>
  `${programWrapper.before}module.exports = (function () { return '${answer}' })()${programWrapper.after}`

describe("A program's code cache", () => {
  let directory: string
  /** Each under a path of its own: V8 remembers what it compiled under one. */
  let versions = 0
  let cache: string

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'mailtrail-program-'))
    cache = join(directory, 'program.cache')
    const path = join(directory, 'program.cjs')
    writeFileSync(path, text('one'))
    const { script, load } = compileProgram(path, cache)
    expect(load(require)).toBe('one')
    writeFileSync(cache, keptCodeCache(readFileSync(path), script.createCachedData()))
  })
  afterEach(() => rmSync(directory, { recursive: true, force: true }))

  function started(answer: string) {
    const path = join(directory, `program-${versions++}.cjs`)
    writeFileSync(path, text(answer))
    const { script, load } = compileProgram(path, cache)
    return { answer: load(require), isRejected: script.cachedDataRejected }
  }

  it('is used for the program that it was made of', () => {
    expect(started('one')).toEqual({ answer: 'one', isRejected: false })
  })

  it('is passed over by another version of the same length', () => {
    expect(started('two')).toEqual({ answer: 'two', isRejected: undefined })
  })

  it('is passed over when it is damaged, cut off or empty', () => {
    const whole = readFileSync(cache)
    const damaged = Buffer.from(whole)
    damaged.writeUInt8(damaged.readUInt8(whole.length - 9) ^ 1, whole.length - 9)
    for (const bytes of [damaged, whole.subarray(0, -8), whole.subarray(0, 3), Buffer.alloc(0)]) {
      writeFileSync(cache, bytes)
      expect(started('one')).toEqual({ answer: 'one', isRejected: undefined })
    }
  })

  it('is passed over when it cannot be read', () => {
    chmodSync(cache, 0o000)
    expect(started('one').answer).toBe('one')
    rmSync(cache)
    expect(started('one').answer).toBe('one')
    mkdirSync(cache)
    expect(started('one').answer).toBe('one')
  })
})
