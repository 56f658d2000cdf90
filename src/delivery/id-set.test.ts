import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { Identities } from '../records/identities.ts'
import { IdSet, idWords, wordsOf } from './id-set.ts'

const hex = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 40)

describe('A set of identities', () => {
  it('knows what was added, and nothing else, however many there are', () => {
    const count = 20_000
    const words = wordsOf(Identities.of(Array.from({ length: 2 * count }, (_, n) => hex(`${n}`))), 2 * count)
    const set = new IdSet()
    for (let row = 0; row < count; row++) expect(set.add(words, row * idWords)).toBe(true)
    for (let row = 0; row < 2 * count; row++) expect(set.has(words, row * idWords)).toBe(row < count)
    expect([set.size, set.add(words, 0), set.size]).toEqual([count, false, count])
    set.clear()
    expect([set.size, set.has(words, 0), set.add(words, 0)]).toEqual([0, false, true])
  })

  it('tells identities apart by each of their first 32 digits, also where all fall on one place', () => {
    const base = '0'.repeat(40)
    const texts = Array.from({ length: 40 }, (_, at) => `${base.slice(0, at)}1${base.slice(at + 1)}`)
    const words = wordsOf(Identities.of([base, ...texts]), 41)
    const set = new IdSet()
    const isNew = Array.from({ length: 41 }, (_, row) => set.add(words, row * idWords))
    expect(isNew).toEqual([...Array(33).fill(true), ...Array(8).fill(false)])
  })
})
