import { describe, expect, it } from 'vitest'
import { contentDigits } from './content-digits.ts'
import { recordId, recordIdWithin } from './identity.ts'

const id = (text: string) => recordId(Buffer.from(` ${text} `), 1, Buffer.byteLength(text) + 1)
const idWithin = (scope: string, ordinal: number, text: string) => recordIdWithin(scope, ordinal, id(text))

describe('the id of a record', () => {
  // Source: BLAKE3's test vectors, whose input counts from 0 to 250 again and again.
  it.each([
    [1, '2d3adedff11b61f14c886e35afa036736dcd87a7'],
    [1024, '42214739f095a406f3fc83deb889744ac00df831'],
    [1025, 'd00278ae47eb27b34faecf67b4fe263f82d54129'],
    [2048, 'e776b6028c7cd22a4d0ba182a8bf62205d2ef576'],
    [31_744, '62b6960e1a44bcc1eb1a611a8d6235b6b4b78f32'],
  ])('is made of the BLAKE3 of its %d bytes', (length, digits) => {
    const bytes = Uint8Array.from({ length: length + 2 }, (_, i) => (i + 250) % 251)
    expect(recordId(bytes, 1, length + 1, false)).toBe(digits)
    expect(contentDigits(bytes.subarray(1, length + 1))).toBe(digits)
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
