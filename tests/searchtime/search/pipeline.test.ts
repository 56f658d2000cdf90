import { describe, expect, it } from 'vitest'
import type { Value } from '../eval/value.ts'
import { find, row } from './morning.ts'

const rows = (...values: Record<string, Value>[]) => values.map((value) => row(value))

describe('a subsearch inside of a search', () => {
  const events = rows(
    { index: 'i', n: '1', host: 'a', name: 'x' },
    { index: 'i', n: '2', host: 'a', name: 'y' },
    { index: 'i', n: '3', host: 'b', name: 'y' },
    { index: 'i', n: '4', host: 'c', name: 'a "quoted\\ z' },
  )
  const numbers = (search: string, lookup: Record<string, Value>[]) =>
    find(search, { events, lookups: { l: rows(...lookup) } }).map(({ n }) => n)

  it('is a condition: the fields of a row with AND, the rows with OR', () => {
    const named = [
      { host: 'a', name: 'y' },
      { host: 'b', name: 'y' },
    ]
    expect(numbers('index=i [| inputlookup l]', named)).toEqual(['2', '3'])
    expect(numbers('index=i [| inputlookup l | search host=a] name=*', named)).toEqual(['2'])
    expect(numbers('index=i NOT [| inputlookup l]', named)).toEqual(['1', '4'])
  })

  it('finds any value of a multivalue field, wildcards too, and leaves internal fields out', () => {
    expect(numbers('index=i [| inputlookup l]', [{ host: ['b', 'c'], _time: 5 }])).toEqual(['3', '4'])
    expect(numbers('index=i [| inputlookup l]', [{ name: '*' }])).toHaveLength(4)
  })

  it('takes quotes and backslashes as they are, and no bracket of a text for one of its own', () => {
    expect(numbers('index=i [| inputlookup l]', [{ name: 'a "quoted\\ z' }])).toEqual(['4'])
    expect(numbers('index=i [| inputlookup l | search host!="]["] n!="["', [{ host: 'b' }])).toEqual(['3'])
  })

  it('is an error where nothing says what it would find', () => {
    expect(() => numbers('index=i [| inputlookup l]', [])).toThrow(/finds nothing/)
    expect(() => numbers('index=i [| inputlookup l]', [{ _time: 5 }])).toThrow(/without a field/)
    expect(() => numbers('index=i [| inputlookup l]', [{ search: 'host=a' }])).toThrow(/the field search/)
    expect(() => numbers('index=i [| inputlookup l', [{ host: 'a' }])).toThrow(/bracket/)
  })
})

describe('eventstats', () => {
  const found = (by: string) =>
    find(`| inputlookup l | eventstats values(v) AS all BY ${by}`, {
      lookups: {
        l: rows(
          { a: '1', b: '1', v: 'x' },
          { a: '1', b: '1' },
          { a: '1', b: '2', v: 'y' },
          { a: '1', v: 'z' },
        ),
      },
    }).map(({ all }) => all)

  it('gives every row what its group has, by one field or by several', () => {
    expect(found('a')).toEqual(Array(4).fill(['x', 'y', 'z']))
    expect(found('a, b')).toEqual(['x', 'x', 'y', undefined])
    expect(found('a b')).toEqual(found('a, b'))
  })
})
