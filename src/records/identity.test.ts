import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { recordId, recordIdWithin } from './identity.ts'

const id = (text: string) => recordId(Buffer.from(` ${text} `), 1, Buffer.byteLength(text) + 1)
const idWithin = (scope: string, ordinal: number, text: string) =>
  recordIdWithin(scope, ordinal, Buffer.from(`[${text}]`), 1, Buffer.byteLength(text) + 1)

describe('the id of a record', () => {
  it('is made of the SHA-256 of its bytes', () => {
    const text = '{"a": "é"}'
    expect(id(text)).toBe(createHash('sha256').update(text).digest('hex').slice(0, 40))
  })

  it('does not tell lines from one line', () => {
    expect(id('{\r\n "a" : [ 1,\n\t"x \\" y" ]\n}')).toBe(id('{"a":[1,"x \\" y"]}'))
    expect(id('{\r"a":"\\\\" }')).toBe(id('{"a":"\\\\"}'))
  })

  it('is the same whether or not the block tells of lines', () => {
    for (const text of ['{"a": 1}', '{\n"a": 1}']) {
      const bytes = Buffer.from(text)
      const spansLines = text.includes('\n')
      expect(recordId(bytes, 0, bytes.length, spansLines)).toBe(id(text))
      expect(recordIdWithin('a', 1, bytes, 0, bytes.length, spansLines)).toBe(idWithin('a', 1, text))
    }
  })

  it('differs for different records', () => {
    const texts = [
      '{"a":1}',
      '{"a":1.0}',
      '{"a":"1"}',
      '{"a": 1}',
      '{"a":1,"a":1}',
      '{"a":"x y"}',
      '{"a":"xy"}',
    ]
    expect(new Set(texts.map(id)).size).toBe(texts.length)
  })
})

describe('the id of a record within a place', () => {
  it('is the same for the same place and record', () => {
    expect(idWithin('a/b', 7, '{"a":1}')).toBe(idWithin('a/b', 7, '{"a":1}'))
    expect(idWithin('a/b', 7, '{\n"a":1}')).toBe(idWithin('a/b', 7, '{"a":1}'))
    expect(idWithin('a/b', 7, '{"a":1}')).toMatch(/^[0-9a-f]{40}$/)
  })

  it('differs by place, number and record, and from an id by content', () => {
    const ids = [
      id('{"a":1}'),
      idWithin('a', 1, '{"a":1}'),
      idWithin('a', 2, '{"a":1}'),
      idWithin('a', 12, '{"a":1}'),
      idWithin('b', 1, '{"a":1}'),
      idWithin('a\n1', 1, '{"a":1}'),
      idWithin('a"\n1', 1, '{"a":1}'),
      idWithin('a', 1, '{"a":2}'),
      idWithin('a', 1, '2\n{"a":1}'),
    ]
    expect(new Set(ids).size).toBe(ids.length)
  })
})
