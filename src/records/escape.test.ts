import { XMLParser } from 'fast-xml-parser'
import { describe, expect, it } from 'vitest'
import { maxEscapedLength } from './block.ts'
import { copyEscaped, escapeText, unparsedRaw } from './escape.ts'
import { manyLines, objectText, oneLine } from './testing/json-text.ts'
import { Random } from './testing/random.ts'
import { fromXml } from './testing/rows.ts'

const written = (text: string, joinLines = false): string => {
  const bytes = Buffer.from(text)
  const out = new Uint8Array(maxEscapedLength(bytes.length) + 2)
  const end = copyEscaped(bytes, 0, bytes.length, joinLines, out, 1)
  expect(out[0]).toBe(0)
  expect(out.subarray(end).every((byte) => byte === 0)).toBe(true)
  return Buffer.from(out.subarray(1, end)).toString()
}

describe('a record as XML text', () => {
  it.each([
    ['{"a":"<&>"}', '{"a":"&lt;&amp;&gt;"}'],
    ['{"a" : 1}', '{"a" : 1}'],
    ['{"a":"\ufffe\uffff\ufffd\uff00"}', '{"a":"\\ufffe\\uffff\ufffd\uff00"}'],
    ['\u007f\u0085\u2028📧', '\u007f\u0085\u2028📧'],
    ['\'"', '\'"'],
    ['&&&&&&&&&&&&&&&&&&&&', '&amp;'.repeat(20)],
    ['', ''],
  ])('%s', (text, expected) => {
    expect(written(text)).toBe(expected)
  })

  it('does not read past its end', () => {
    const bytes = Buffer.from('x\uffff')
    const out = new Uint8Array(20)
    expect(copyEscaped(bytes, 0, 2, false, out, 0)).toBe(2)
    expect([...out.subarray(0, 3)]).toEqual([0x78, 0xef, 0])
  })

  it('is one line', () => {
    expect(written('{\r\n  "a b" :\t[ 1,\n"\\" \\\\" ],"<" : "\uffff" }', true)).toBe(
      '{"a b":[1,"\\" \\\\"],"&lt;":"\\uffff"}',
    )
  })

  it('reads back as the same JSON', () => {
    const random = new Random(9)
    const parser = new XMLParser({ trimValues: false, parseTagValue: false })
    for (let i = 0; i < 2_000; i++) {
      const join = random.once(2)
      const text = objectText(random, join ? manyLines : oneLine)
      const xml = written(text, join)
      expect(JSON.parse(fromXml(xml))).toEqual(JSON.parse(text))
      if (i % 20 === 0) expect(JSON.parse(parser.parse(`<data>${xml}</data>`).data)).toEqual(JSON.parse(text))
    }
  })
})

describe('text of ours', () => {
  it.each([
    ['a <b> & "c"', 'a &lt;b&gt; &amp; &quot;c&quot;'],
    ['tab\tline\nreturn\r', 'tab\tline\nreturn\r'],
    ['\0\b\u001f\ufffe\uffff', '\ufffd\ufffd\ufffd\ufffd\ufffd'],
    ['\ud83d \udce7 📧 \u007f\u0085', '\ufffd \ufffd 📧 \u007f\u0085'],
  ])('%j', (text, expected) => {
    expect(escapeText(text)).toBe(expected)
  })
})

describe('text that is not a record', () => {
  it.each([
    [Buffer.from('{"a":\t"x'), '{"a":\t"x'],
    [Buffer.of(0x61, 0xff, 0xc3), 'a\ufffd\ufffd'],
    [Buffer.from('\ufeff\0\ufffe\uffff'), '\ufeff\0\ufffe\uffff'],
  ])('%j', (bytes, expected) => {
    const raw = unparsedRaw(bytes, 0, bytes.length)
    expect(JSON.parse(raw)).toBe(expected)
    expect(raw).not.toMatch(/[\ufffe\uffff\0\t]/)
  })
})
