import { describe, expect, test } from 'vitest'
import { CanonicalWriter, canonicalBytes, envelopeHash, sha256, variant } from './canonical.ts'
import { JsonTree } from './json-tree.ts'
import { MalformedJson } from './malformed-json.ts'
import { shortestNumberText } from './number-text.ts'

const canonical = (text: string): string => canonicalBytes(Buffer.from(text)).toString()

describe('canonical JSON', () => {
  test.each([
    [
      'members by name, at every depth',
      '{"b":{"d":1,"c":2},"a":[{"z":1,"y":2}]}',
      '{"a":[{"y":2,"z":1}],"b":{"c":2,"d":1}}',
    ],
    ['no white space outside strings', ' { "a" : [ 1 ,\r\n\t2 ] , "b" : " x " } ', '{"a":[1,2],"b":" x "}'],
    ['a name before a longer one that begins with it', '{"ab":1,"a":2}', '{"a":2,"ab":1}'],
    ['the empty name first', '{"a":1,"":2}', '{"":2,"a":1}'],
    ['empty containers', '{ "b" : { } , "a" : [ ] }', '{"a":[],"b":{}}'],
    ['escapes that need not be', '"\\u0041\\/\\u00e9\\u2028\\ud83d\\ude00\\u007f"', '"A/é\u2028😀\u007f"'],
    ['short escapes', '"\\u0008\\u0009\\u000a\\u000c\\u000d\\u0022\\u005c"', '"\\b\\t\\n\\f\\r\\"\\\\"'],
    ['control characters in lower case', '"\\u001F\\u0000\\u000B"', '"\\u001f\\u0000\\u000b"'],
    ['lone surrogates stay escapes, in lower case', '"\\uD800x\\uDC00"', '"\\ud800x\\udc00"'],
    ['characters that other encoders escape', '"<&>\'\u2028\u0085é😀"', '"<&>\'\u2028\u0085é😀"'],
    [
      'strings that hold JSON stay as they are',
      '"{\\"b\\": 1, \\"a\\": 1.0}"',
      '"{\\"b\\": 1, \\"a\\": 1.0}"',
    ],
    [
      'number texts',
      '[1.0,1e2,-0.0,12345678901234567890,1E400]',
      '[1.0,1e2,-0.0,12345678901234567890,1E400]',
    ],
    ['literals', '[true,false,null]', '[true,false,null]'],
    ['names by UTF-16 unit', '{"\uff5e":1,"😀":2,"é":3,"z":4}', '{"z":4,"é":3,"😀":2,"\uff5e":1}'],
    ['escaped names where their characters belong', '{"\\u0062":1,"a":2,"\\"":3}', '{"\\"":3,"a":2,"b":1}'],
  ])('%s', (_, sent, wanted) => {
    expect(canonical(sent)).toBe(wanted)
    expect(canonical(wanted)).toBe(wanted)
  })

  test('hashes the span itself where it is canonical', () => {
    const text = '{"event":{"message":"é"},"received_at":"2026-01-01T00:00:00.000001Z"}'
    const bytes = Buffer.from(`[${text}]`)
    expect(canonicalBytes(bytes, 1, bytes.length - 1).buffer).toBe(bytes.buffer)
    expect(envelopeHash(bytes, 1, bytes.length - 1)).toBe(sha256(Buffer.from(text)))
  })

  test.each([
    '',
    '{',
    '{"a"}',
    '{"a":}',
    '{"a":1,}',
    '[1,]',
    '[1 2]',
    '01',
    '+1',
    '1.',
    'nul',
    '"a',
    '"\\x"',
    '"\\u12"',
    '"\n"',
    '1 1',
    '{a:1}',
    '{"a":1]',
    '\u00a01',
  ])('refuses what is not JSON: %j', (text) => {
    expect(() => canonical(text)).toThrow(MalformedJson)
    expect(() => JSON.parse(text)).toThrow(SyntaxError)
  })

  test('refuses nesting without end instead of overflowing the stack', () => {
    expect(() => canonical('['.repeat(100_000))).toThrow(MalformedJson)
  })

  test('sorts an object of very many members in reasonable time', () => {
    const names = Array.from({ length: 20_000 }, (_, i) => `n${20_000 - i}`)
    const text = `{${names.map((name) => `"${name}":1`).join(',')}}`
    expect(canonical(text)).toBe(
      `{${names
        .sort()
        .map((name) => `"${name}":1`)
        .join(',')}}`,
    )
  })
})

describe('variants', () => {
  const written = (text: string, how: number): string => {
    const tree = new JsonTree()
    const bytes = Buffer.from(text)
    tree.read(bytes, 0, bytes.length)
    return new CanonicalWriter(tree).write(0, how, tree.member(0, 'event')).toString()
  }

  test.each([
    [
      variant.shortestNumbers,
      '{"event":{"a":1.0,"b":1e2,"c":-0.0,"d":1E-7}}',
      '{"event":{"a":1,"b":100,"c":0,"d":1e-7}}',
    ],
    [variant.codePointOrder, '{"event":{"😀":2,"\uff5e":1}}', '{"event":{"\uff5e":1,"😀":2}}'],
    [
      variant.stringifiedFields,
      '{"event":{"new":{"b":[1],"a":"x"}}}',
      '{"event":{"new":"{\\"a\\":\\"x\\",\\"b\\":[1]}"}}',
    ],
    [
      variant.shortestNumbers | variant.stringifiedFields,
      '{"event":{"new":[1.0]}}',
      '{"event":{"new":"[1]"}}',
    ],
  ])('%i', (how, sent, wanted) => {
    expect(written(sent, how)).toBe(wanted)
  })

  test.each([
    ['1.0', '1'],
    ['1e2', '100'],
    ['0.10', '0.1'],
    ['100000000000000000000', '100000000000000000000'],
    ['1e21', '1e+21'],
    ['12345678901234567890', '12345678901234567890'],
    ['9007199254740993', '9007199254740993'],
    ['9007199254740993.0', '9007199254740993.0'],
    ['0.1000000000000000055', '0.1000000000000000055'],
    ['1e400', '1e400'],
    ['-0', '0'],
  ])('the number %s is written %s: never as another value', (sent, wanted) => {
    expect(shortestNumberText(sent)).toBe(wanted)
  })
})
