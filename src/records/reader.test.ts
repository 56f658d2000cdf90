import { describe, expect, it } from 'vitest'
import { faultTexts, type RecordBlock } from './block.ts'
import { RecordReader } from './reader.ts'
import { manyLines, objectText, oneLine, wantedMembers } from './testing/json-text.ts'
import { Random } from './testing/random.ts'
import { fromXml, type Row, readAll, rowsOf } from './testing/rows.ts'

const whole = (
  stream: string | Uint8Array,
  options: { maxRecordBytes?: number; base?: number } = {},
): Row[] => readAll(Buffer.from(stream), { members: [], ...options }, () => Number.POSITIVE_INFINITY)

/** Rows as `text`, or `fault: text`. */
const brief = (rows: readonly Row[]): string[] =>
  rows.map(({ fault, bytes }) => (fault === 0 ? `${bytes}` : `${faultTexts[fault]}: ${bytes}`))

const parsed = (bytes: Uint8Array): unknown => {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes))
  } catch {
    return undefined
  }
}

describe('the layouts of a stream', () => {
  it.each([
    ['lines', '{"a":1}\n{"b":2}\n', ['{"a":1}', '{"b":2}']],
    ['no newline at the end', '{"a":1}\n{"b":2}', ['{"a":1}', '{"b":2}']],
    [
      'CRLF, blank lines, a byte order mark',
      '\ufeff\r\n{"a":1}\r\n\r\n  {"b":2} \r\n',
      ['{"a":1}', '{"b":2}'],
    ],
    ['one after the other', '{"a":1}{"b":2} {"c":3}', ['{"a":1}', '{"b":2}', '{"c":3}']],
    ['pretty-printed', '{\n  "a": 1\n}\n{\n  "b": 2\n}\n', ['{\n  "a": 1\n}', '{\n  "b": 2\n}']],
    ['an array', ' [{"a":1}, {"b":2}\n,{"c":3}]\n', ['{"a":1}', '{"b":2}', '{"c":3}']],
    ['an array on each line', '[{"a":1}]\n[ {"b":2},{"c":3}]', ['{"a":1}', '{"b":2}', '{"c":3}']],
    ['an empty array', '[ ]', []],
    ['nothing', '', []],
    ['blanks', ' \r\n\n\t', []],
    ['files with byte order marks, joined', '\ufeff{"a":1}\n\ufeff{"b":2}\n', ['{"a":1}', '{"b":2}']],
  ])('%s', (_, stream, expected) => {
    expect(brief(whole(stream))).toEqual(expected)
  })
})

describe('what is not a record', () => {
  it.each([
    ['a broken line', '{"a":1}\n{"b":\n{"c":3}', ['{"a":1}', 'not valid JSON: {"b":', '{"c":3}']],
    ['text', 'hello world\r\n{"c":3}', ['not valid JSON: hello world', '{"c":3}']],
    [
      'something after a record',
      '{"a":1} x {"b":2}\n{"c":3}',
      ['{"a":1}', 'not valid JSON: x {"b":2}', '{"c":3}'],
    ],
    ['an unfinished record', '{"a":1}\n{"b":2', ['{"a":1}', 'not valid JSON: {"b":2']],
    ['a raw control character', '{"a":"\u0007"}\n{}', ['not valid JSON: {"a":"\u0007"}', '{}']],
    [
      'numbers and strings in an array',
      '[1, {"a":1},"x" ]',
      ['not a JSON object: 1', '{"a":1}', 'not a JSON object: "x"'],
    ],
    [
      'an array on a line of its own',
      '{"a":1}\n[1,2]\n[]\n',
      ['{"a":1}', 'not a JSON object: [1,2]', 'not a JSON object: []'],
    ],
    [
      'literals',
      'null\ntrue\n-1.5',
      ['not a JSON object: null', 'not a JSON object: true', 'not a JSON object: -1.5'],
    ],
    ['a line out of an object', '{}\n"a": {"x":1},\n{}', ['{}', 'not valid JSON: "a": {"x":1},', '{}']],
    ['an unfinished array', '{}\n[1,\n{"a":1}', ['{}', 'not valid JSON: [1,', '{"a":1}']],
  ])('%s', (_, stream, expected) => {
    expect(brief(whole(stream))).toEqual(expected)
  })

  it('is bytes that are not UTF-8', () => {
    const stream = Buffer.concat([
      Buffer.from('{"a":1}\n{"b":"'),
      Buffer.of(0xc3),
      Buffer.from('"}\n{"c":3}'),
    ])
    expect(whole(stream).map(({ fault }) => faultTexts[fault])).toEqual(['', 'not valid UTF-8', ''])
  })

  it('is what nests too deep', () => {
    const deep = `${'{"a":'.repeat(600)}1${'}'.repeat(600)}`
    expect(brief(whole(`{}\n${deep}\n{}`))).toEqual(['{}', `nested too deep: ${deep}`, '{}'])
  })
})

describe('a record that is too long', () => {
  const options = { maxRecordBytes: 10 }

  it('comes in faulty pieces up to the end of its line', () => {
    const rows = whole('{"a":1}\n{"a":"0123456789abc"} {}\n{"a":2}', options)
    expect(brief(rows)).toEqual([
      '{"a":1}',
      'longer than the limit for one record: {"a":"0123',
      'longer than the limit for one record: 456789abc"',
      'longer than the limit for one record: } {}',
      '{"a":2}',
    ])
  })

  it('is not cut inside a character', () => {
    expect(whole('{"a":"123é567"}', options).map(({ bytes }) => `${bytes}`)).toEqual(['{"a":"123', 'é567"}'])
  })

  it('may be exactly as long as the limit', () => {
    expect(brief(whole('{"a":"12"}{"a":"123"}', options))).toEqual([
      '{"a":"12"}',
      'longer than the limit for one record: {"a":"123"',
      'longer than the limit for one record: }',
    ])
  })

  it('does not let memory grow', () => {
    const reader = new RecordReader({ members: [], maxRecordBytes: 1 << 20 })
    const chunk = new Uint8Array(1 << 16).fill(0x20)
    chunk[0] = 0x7b
    let longest = 0
    let bytes = 0
    const take = (blocks: Iterable<RecordBlock>) => {
      for (const block of blocks) {
        longest = Math.max(longest, block.bytes.length)
        for (let row = 0; row < block.count; row++) bytes += block.end(row) - block.start(row)
      }
    }
    for (let i = 0; i < 640; i++) {
      take(reader.blocks(chunk))
      chunk[0] = 0x78
    }
    take(reader.end())
    expect(bytes).toBeGreaterThan(39 << 20)
    expect(longest).toBeLessThan(3 << 20)
  })
})

describe('offsets', () => {
  it('let reading go on after any record', () => {
    const random = new Random(5)
    const texts = Array.from({ length: 60 }, () => objectText(random, random.pick([oneLine, manyLines])))
    const stream = Buffer.from(`[${texts.join(' ,\n')}\n]`)
    const all = readAll(stream, { members: wantedMembers }, () => 100)
    expect(all.map(({ bytes }) => `${bytes}`)).toEqual(texts)
    for (const [i, { end }] of all.entries()) {
      const rest = readAll(stream.subarray(end), { members: wantedMembers, base: end }, () => 100)
      expect(rest).toEqual(all.slice(i + 1))
    }
  })
})

describe('blocks', () => {
  it('have no more rows than asked for, and all of them come', () => {
    const reader = new RecordReader({ members: [], maxRows: 7 })
    const counts = [...reader.blocks(Buffer.from('{}\n'.repeat(20)))].map(({ count }) => count)
    expect(counts).toEqual([7, 7, 6])
    expect([...reader.end()]).toEqual([])
  })

  it('come as soon as their records are whole', () => {
    const reader = new RecordReader({ members: [] })
    expect([...reader.blocks(Buffer.from('{"a":1}\n{"b":'))].map(({ count }) => count)).toEqual([1])
    expect(
      [...reader.blocks(Buffer.from('2222222222222222}\n'))].flatMap((block) => rowsOf(block, 0)),
    ).toMatchObject([{ start: 8, end: 30 }])
  })
})

describe('any chunking', () => {
  const pieces = (random: Random): string => {
    const texts = Array.from({ length: 1 + random.below(6) }, () =>
      objectText(random, random.once(3) ? manyLines : oneLine),
    )
    const parting = random.pick([
      '\n',
      '\r\n',
      '',
      ' ',
      ',\n',
      '\n\n',
      '\n\ufeff',
      ' x\n',
      ' [1,\n',
      '\n"\n',
      '\nnull\n',
    ])
    const text = texts.join(parting)
    return random.once(4) ? `[${text}]` : text
  }

  /** Some bytes put in, taken away or changed, whatever they are. */
  const damaged = (random: Random, stream: Buffer): Buffer => {
    const bytes = [...stream]
    for (let times = random.below(4); times > 0; times--) {
      bytes.splice(
        random.below(bytes.length),
        random.below(2),
        random.once(2) ? random.below(256) : random.pick(stream),
      )
    }
    return Buffer.from(bytes)
  }

  it('gives the same rows; each valid row is an object, no faulty one is; nothing else is left out', () => {
    const random = new Random(3)
    let records = 0
    let faulty = 0
    for (let i = 0; i < 2_500; i++) {
      const stream = damaged(random, Buffer.from(pieces(random)))
      const options = { members: wantedMembers, maxRows: 1 + random.below(5) }
      const rows = readAll(stream, options, () => Number.POSITIVE_INFINITY)
      expect(readAll(stream, options, () => 1)).toEqual(rows)
      expect(readAll(stream, options, () => 1 + random.below(60))).toEqual(rows)

      let at = 0
      for (const { start, end, fault, bytes } of rows) {
        expect(stream.subarray(at, start).toString('latin1')).toMatch(/^([\s,[\]]|ï»¿)*$/)
        expect(stream.subarray(start, end)).toEqual(bytes)
        at = end
        const value = parsed(bytes)
        if (fault === 0) {
          expect(typeof value === 'object' && value !== null && !Array.isArray(value)).toBe(true)
          records++
        } else {
          expect(typeof value === 'object' && value !== null && !Array.isArray(value)).toBe(false)
          if (faultTexts[fault] === 'not valid JSON') expect(value).toBeUndefined()
          faulty++
        }
      }
      expect(stream.subarray(at).toString('latin1')).toMatch(/^([\s,[\]]|ï»¿)*$/)
    }
    expect(records).toBeGreaterThan(3_000)
    expect(faulty).toBeGreaterThan(1_000)
  })

  it('gives the same rows where records are too long', () => {
    const random = new Random(4)
    let long = 0
    for (let i = 0; i < 1_500; i++) {
      const stream = damaged(random, Buffer.from(pieces(random)))
      const options = { members: wantedMembers, maxRecordBytes: 5 + random.below(60) }
      const rows = readAll(stream, options, () => Number.POSITIVE_INFINITY)
      expect(readAll(stream, options, () => 1)).toEqual(rows)
      expect(readAll(stream, options, () => 1 + random.below(60))).toEqual(rows)
      for (const { bytes, fault } of rows) {
        expect(bytes.length).toBeLessThanOrEqual(options.maxRecordBytes)
        if (faultTexts[fault]?.startsWith('longer')) long++
      }
    }
    expect(long).toBeGreaterThan(1_000)
  })

  it('keeps the bytes of one-line records, and the values of others', () => {
    const random = new Random(6)
    for (let i = 0; i < 1_500; i++) {
      const layout = random.pick([oneLine, manyLines])
      const text = objectText(random, layout)
      const [row, ...others] = readAll(Buffer.from(text), { members: [] }, () => 1 + random.below(200))
      expect(others).toEqual([])
      const written = fromXml(row?.escaped ?? '')
      expect(written).not.toMatch(/[\r\n\ufffe\uffff]/)
      if (!/[\r\n]/.test(text)) {
        expect(written).toBe(text.replaceAll('\ufffe', '\\ufffe').replaceAll('\uffff', '\\uffff'))
      }
      expect(JSON.parse(written)).toEqual(JSON.parse(text))
    }
  })
})

describe('one stream after the other', () => {
  const read = (reader: RecordReader): string[] =>
    [...reader.blocks(Buffer.from('[1,{"b":2},'))].flatMap((block) => brief(rowsOf(block, 0)))

  it.each([
    ['between records', '{"a":1}\n'],
    ['in a record', `{"a":1}\n{"a":"${'x'.repeat(1000)}`],
    ['in a broken line', '{"a":1}\nbroken'],
    ['before anything came', ''],
  ])('nothing is left of one that was given up %s', (_, before) => {
    const reader = new RecordReader({ members: [] })
    for (const block of reader.blocks(Buffer.from(before)))
      expect(brief(rowsOf(block, 0))).toEqual(['{"a":1}'])
    reader.begin()
    expect(read(reader)).toEqual(['not a JSON object: 1', '{"b":2}'])
    reader.begin(7)
    expect(read(reader)).toEqual(read(resumed()))
  })

  function resumed(): RecordReader {
    const reader = new RecordReader({ members: [] })
    reader.begin(7)
    return reader
  }
})
