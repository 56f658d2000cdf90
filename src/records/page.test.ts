import { describe, expect, it } from 'vitest'
import type { MemberPath } from './block.ts'
import { PageMalformed, readPage } from './page.ts'
import { manyLines, mutated, objectText, oneLine, wantedMembers } from './testing/json-text.ts'
import { Random } from './testing/random.ts'
import { rowsOf } from './testing/rows.ts'

const read = (text: string, path: MemberPath, members: readonly MemberPath[] = []) => {
  const { records, envelope } = readPage(Buffer.from(text), path, members)
  return { rows: rowsOf(records, members.length), envelope }
}
const textsOf = (text: string, path: MemberPath): string[] =>
  read(text, path).rows.map(({ bytes }) => `${bytes}`)

describe('a page', () => {
  it('is its records and what is around them', () => {
    const page = '{"next":"x", "result":{"count":2,"events":[ {"a":1.0} ,{"b":{"a":[2]}}\n],"id":"é"}}\r\n'
    const { rows, envelope } = read(page, ['result', 'events'], [['a'], ['b', 'a']])
    expect(rows.map(({ bytes, members }) => [`${bytes}`, ...members])).toEqual([
      ['{"a":1.0}', '1.0', undefined],
      ['{"b":{"a":[2]}}', undefined, '[2]'],
    ])
    expect(envelope).toEqual({ next: 'x', result: { count: 2, events: [], id: 'é' } })
  })

  it('may be an array itself', () => {
    expect(read('\ufeff[{"a":1},{"a":2}]', [])).toMatchObject({
      rows: [
        { start: 4, end: 11 },
        { start: 12, end: 19 },
      ],
      envelope: [],
    })
  })

  it.each([
    ['{"logs":null,"a":1}', { logs: null, a: 1 }],
    ['{"a":1}', { a: 1 }],
    ['{"logs":[]}', { logs: [] }],
    ['{"logs":{"logs":[{}]}}', { logs: { logs: [{}] } }],
    ['{"x":{"logs":[{}]}}', { x: { logs: [{}] } }],
    ['{"logs":"[{}]"}', { logs: '[{}]' }],
    ['[{"logs":[{}]}]', [{ logs: [{}] }]],
    ['null', null],
  ])('%s has no records', (page, envelope) => {
    expect(read(page, ['logs'])).toEqual({ rows: [], envelope })
  })

  it('has the last of several arrays of one name', () => {
    expect(textsOf('{"logs":[{"a":1},{"a":2}],"logs":[{"a":3}]}', ['logs'])).toEqual(['{"a":3}'])
    expect(textsOf('{"r":{"logs":[{"a":1}]},"r":{}}', ['r', 'logs'])).toEqual([])
    expect(textsOf('{"logs":[{"a":1}],"lo\\u0067s":7}', ['logs'])).toEqual([])
  })

  it('keeps elements that are not records as faulty rows', () => {
    const deep = `${'['.repeat(600)}${']'.repeat(600)}`
    const page = Buffer.concat([
      Buffer.from(`{"logs":[1,{"a":"`),
      Buffer.of(0xff),
      Buffer.from(`"},{"a":${deep}},{}]}`),
    ])
    const { records, envelope } = readPage(page, ['logs'], [])
    expect(rowsOf(records, 0).map(({ fault }) => fault)).toEqual([2, 3, 5, 0])
    expect(envelope).toEqual({ logs: [] })
  })

  it.each([
    ['', 0],
    ['{"logs":[{}', 11],
    ['{"logs":[{},]}', 12],
    ['{"logs":[{} {}]}', 12],
    ['{"logs":[{}]} x', 14],
    ['<html>', 0],
  ])('%j is malformed', (page, offset) => {
    const failure = expect.objectContaining({ name: 'PageMalformed', offset })
    expect(() => read(page, ['logs'])).toThrow(failure)
    expect(() => read(page, ['logs'])).toThrow(PageMalformed)
  })

  it('is malformed when it is not UTF-8 outside the records', () => {
    const page = Buffer.concat([Buffer.from('{"logs":[],"a":"'), Buffer.of(0xff), Buffer.from('"}')])
    expect(() => readPage(page, ['logs'], [])).toThrow('not valid UTF-8')
  })

  it('holds what JSON.parse finds in it', () => {
    const random = new Random(7)
    let malformed = 0
    for (let i = 0; i < 2_000; i++) {
      const layout = random.pick([oneLine, manyLines])
      const records = Array.from({ length: random.below(5) }, () => objectText(random, layout))
      const around = objectText(random, layout).replace(/\}\s*$/, '')
      const comma = around.trim() === '{' ? '' : ','
      const page = `${around}${comma}"result":{"x":[{}],"events":[${records.join(', ')}]},"more":1}`
      const { rows, envelope } = read(page, ['result', 'events'], wantedMembers)
      expect(rows.map(({ bytes }) => `${bytes}`)).toEqual(records.map((record) => record.trim()))
      const whole: unknown = JSON.parse(page)
      expect(envelope).toEqual(Object.assign(Object(whole), { result: { x: [{}], events: [] } }))

      const damaged = mutated(random, page)
      try {
        const { rows: left, envelope: outside } = read(damaged, ['result', 'events'])
        JSON.parse(damaged)
        for (const { bytes } of left) JSON.parse(`${bytes}`)
        expect(outside).toBeDefined()
      } catch (error) {
        if (!(error instanceof PageMalformed)) throw error
        expect(() => JSON.parse(damaged)).toThrow(SyntaxError)
        malformed++
      }
    }
    expect(malformed).toBeGreaterThan(500)
  })
})
