import { describe, expect, it } from 'vitest'
import { maxEscapedLength, type RecordBlock } from './block.ts'
import { contentDigits } from './content-digits.ts'
import { copyEscaped, joinLines } from './escape.ts'
import { type EventFrame, mostBytesOfEvent, type Progress, type RowStamps, writeEvents } from './frame.ts'
import { Identities } from './identities.ts'
import { recordId } from './identity.ts'
import { parseInstant } from './instant.ts'
import { readPage } from './page.ts'
import { RecordReader } from './reader.ts'
import { Scanner } from './scanner.ts'
import { simdCore } from './simd-core.ts'
import { contentDigitsSimd } from './simd-identity.ts'
import { SimdScanner } from './simd-scanner.ts'
import { copyEscapedSimd, joinLinesSimd } from './simd-text.ts'
import { layouts, mutated, objectText, wantedMembers } from './testing/json-text.ts'
import { Random } from './testing/random.ts'

const core = simdCore()
if (core === null) throw new Error('There is no WebAssembly here to compare with.')

/** Bytes that are JSON, nearly JSON, or anything. */
function sample(random: Random): Uint8Array {
  const layout = random.pick(layouts)
  const texts = Array.from({ length: random.below(5) }, () => objectText(random, layout))
  const text =
    random.pick(['', ' ', '', '\n,', '[']) + texts.join(random.pick(['\n', ',', ']', '', '', ' x ']))
  const bytes = Buffer.from(random.once(2) ? text : mutated(random, text))
  for (let times = random.below(3); times > 0 && bytes.length > 0; times--) {
    bytes[random.below(bytes.length)] = random.below(256)
  }
  return new Uint8Array(bytes)
}

const state = ({ count, failedAt, pageStart, pageEnd, rows, stride }: Scanner) => ({
  count,
  failedAt,
  pageStart,
  pageEnd,
  rows: [...rows.subarray(0, count * stride)],
})

describe('the two scanners', () => {
  it('find the same records', () => {
    const random = new Random(21)
    const plain = new Scanner(wantedMembers, 4)
    const simd = new SimdScanner(core, wantedMembers, 4)
    let records = 0
    let failures = 0
    for (let i = 0; i < 20_000; i++) {
      const text = sample(random)
      const bytes = new Uint8Array(text.length + 40).fill(0x7b)
      const from = random.below(20)
      const to = from + text.length
      bytes.set(text, from)
      bytes[to] = 0
      const limit = 1 + random.below(4)
      const longest = random.once(4) ? random.below(100) : 1e9
      const stops = [plain, simd].map((scanner) => {
        scanner.count = 0
        scanner.failedAt = -1
        return scanner.records(bytes, from, to, limit, longest)
      })
      expect(stops[1]).toBe(stops[0])
      expect(state(simd)).toEqual(state(plain))
      records += plain.count
      if (plain.failedAt >= 0) failures++
    }
    expect(records).toBeGreaterThan(8_000)
    expect(failures).toBeGreaterThan(5_000)
  })

  it('find the same in texts longer than the window of one call', () => {
    const random = new Random(22)
    const texts = Array.from({ length: 3_000 }, () => objectText(random, random.pick(layouts)))
    texts.splice(1_000, 0, `{"a":"${'x'.repeat(1 << 20)}","timestamp":1}`)
    const bytes = Buffer.from(`${texts.join('\n')}\n{"a":"${'x'.repeat(600_000)}\0`)
    const plain = new Scanner(wantedMembers, 10_000)
    const simd = new SimdScanner(core, wantedMembers, 10_000)
    const text = new Uint8Array(bytes)
    const stop = plain.records(text, 0, text.length - 1, 10_000, 1e9)
    expect(simd.records(text, 0, text.length - 1, 10_000, 1e9)).toBe(stop)
    expect(plain.count).toBe(3_001)
    expect(plain.failedAt).toBe(text.length - 1)
    expect(state(simd)).toEqual(state(plain))
  })

  it('find the same names, however long they are, wherever they stand and whatever follows them', () => {
    const [plain, simd] = [new Scanner(wantedMembers, 1), new SimdScanner(core, wantedMembers, 1)]
    for (const mark of [':', ': '])
      for (let length = 40; length < 75; length++)
        for (let pad = 0; pad < 8; pad++)
          for (let junk = 0; junk < 70 - length; junk++) {
            const name = `"${'n'.repeat(length)}"${'}'.repeat(junk)}`
            const text = `{"p"${mark}[],"${'p'.repeat(pad)}"${mark}1,${name}"${mark}"v","timestamp"${mark}"t"}`
            const bytes = new Uint8Array(Buffer.from(`${text}\0`))
            for (const scanner of [plain, simd]) Object.assign(scanner, { count: 0, failedAt: -1 })
            const stop = plain.records(bytes, 0, bytes.length - 1, 1, 1e9)
            expect(simd.records(bytes, 0, bytes.length - 1, 1, 1e9)).toBe(stop)
            expect(state(simd)).toEqual(state(plain))
          }
  })

  it('leave to the plain one what is too long for the core', () => {
    const text = new Uint8Array(Buffer.from(`{"a":"${'x'.repeat(1 << 24)}","timestamp":1}{}\0`))
    const simd = new SimdScanner(core, wantedMembers, 2)
    expect(simd.records(text, 0, text.length - 1, 2, 1e9)).toBe(text.length - 1)
    expect(simd.count).toBe(2)
    const page = new SimdScanner(core, [], 1, ['a'])
    expect(page.page(text.subarray(0, -3), 0)).toBe(text.length - 3)
    expect(core.bytes.length).toBeLessThan(24 << 20)
  })

  it('find the same pages', () => {
    const random = new Random(23)
    let rows = 0
    for (let i = 0; i < 5_000; i++) {
      const path = random.pick([[], ['message'], ['message', 'verdict'], ['x']])
      const text = Buffer.from(sample(random)).toString('latin1')
      const array = `[${text.replaceAll('\n', random.pick([',', '\n']))}]`
      const inside = path.reduceRight((value, name) => `{"x":[{}],"${name}":${value},"a":1}`, array)
      const bytes = new Uint8Array(Buffer.from(inside, 'latin1'))
      const plain = new Scanner(wantedMembers, 1, path)
      const simd = new SimdScanner(core, wantedMembers, 1, path)
      const from = random.below(2)
      expect(simd.page(bytes, from)).toBe(plain.page(bytes, from))
      expect(state(simd)).toEqual(state(plain))
      rows += plain.count
    }
    expect(rows).toBeGreaterThan(600)
  })
})

describe('the two copies', () => {
  it('write the same', () => {
    const random = new Random(24)
    const specials = '"\\&<>\ufffe\uffff\uff00 \n\r\t{}:,é'
    for (let i = 0; i < 20_000; i++) {
      const text = random.once(2)
        ? sample(random)
        : Buffer.from(
            Array.from({ length: random.below(300) }, () =>
              random.once(random.pick([3, 90])) ? random.pick([...specials]) : 'x',
            ).join(''),
          )
      const from = random.below(text.length + 1)
      const to = from + random.below(text.length + 1 - from)
      const join = random.once(2)
      const size = maxEscapedLength(to - from) + 4
      const plain = new Uint8Array(size).fill(0x7e)
      const simd = new Uint8Array(size).fill(0x7e)
      expect(copyEscapedSimd(text, from, to, join, simd, 2)).toBe(copyEscaped(text, from, to, join, plain, 2))
      expect(simd).toEqual(plain)
      expect(joinLinesSimd(text, from, to)).toEqual(joinLines(text, from, to))
    }
  })
})

describe('the two writers of events', () => {
  const random = new Random(25)
  const piece = (): Uint8Array => Buffer.from('<&é'.repeat(random.below(9)))
  const oddTimes = [Number.NaN, -1, -123_456.7, 0, 999, 1e13 - 1, 1e13, 253_402_300_799_999]

  function stamps(count: number, variants: number): RowStamps {
    const length = random.pick([40, 40, 64, 1])
    const isMixed = random.once(9)
    return {
      times: Float64Array.from({ length: count }, () =>
        random.once(4) ? random.pick(oddTimes) : 1_700_000_000_000 + random.below(1e9) + random.below(8) / 8,
      ),
      ids: Identities.of(
        Array.from({ length: count }, (_, row) =>
          String(row).padStart(isMixed ? 1 + random.below(64) : length, '0'),
        ),
      ),
      ...(random.once(3) ? { skip: Uint8Array.from({ length: count }, () => random.below(2)) } : {}),
      ...(variants > 1
        ? { variants: Uint32Array.from({ length: count }, () => random.below(variants)) }
        : {}),
    }
  }

  it('write the same, however little room there is, and stop at the same rows', () => {
    let events = 0
    for (let i = 0; i < 6_000; i++) {
      const reader = new RecordReader({ members: wantedMembers, maxRows: 1 + random.below(9) })
      for (const block of [...reader.blocks(sample(random)), ...reader.end()].slice(-1)) {
        const frame: EventFrame = {
          beforeTime: piece(),
          beforeId: piece(),
          variants: [piece(), piece()].slice(0, 1 + random.below(2)),
          afterRecord: piece(),
        }
        const given = stamps(block.count, frame.variants.length)
        const row = random.below(block.count)
        const room =
          mostBytesOfEvent(block, row, frame, given) * (1 + random.below(block.count)) - random.below(2)
        const [plain, simd] = [new Uint8Array(room + 5).fill(0x7e), new Uint8Array(room + 5).fill(0x7e)]
        const [one, other]: [Progress, Progress] = [
          { row, at: 5 },
          { row, at: 5 },
        ]
        writeEvents(block, frame, given, plain, one)
        block.writeEvents(frame, given, simd, other)
        expect(other).toEqual(one)
        expect(simd).toEqual(plain)
        events += one.row - row
      }
    }
    expect(events).toBeGreaterThan(1_500)
  })

  it('write the same of a text longer than the core takes at once, and of what another text has driven out', () => {
    const texts = Array.from({ length: 3_000 }, () => objectText(random, random.pick(layouts)))
    texts.splice(1_000, 0, `{"a":"${'<'.repeat(1 << 20)}"}`, 'no record', `{"a":"${'x'.repeat(300_000)}"}`)
    const bytes = Buffer.from(texts.join('\n'))
    const reader = new RecordReader({ members: wantedMembers, maxRows: 10_000 })
    const [block] = [...reader.blocks(bytes), ...reader.end()]
    if (block === undefined) throw new Error('the text has no records')
    const frame: EventFrame = {
      beforeTime: Buffer.from('<event>'),
      beforeId: Buffer.from('<data>'),
      variants: [Buffer.from('é')],
      afterRecord: Buffer.from('</data>'),
    }
    const given: RowStamps = {
      times: new Float64Array(block.count).fill(1_700_000_000_000),
      ids: Identities.of(Array.from({ length: block.count }, (_, row) => String(row).padStart(40, '0'))),
    }
    const [plain, simd] = [new Uint8Array(1 << 24), new Uint8Array(1 << 24)]
    const [one, other]: [Progress, Progress] = [
      { row: 0, at: 0 },
      { row: 0, at: 0 },
    ]
    for (const _ of [0, 1]) {
      writeEvents(block, frame, given, plain, one)
      block.writeEvents(frame, given, simd, other)
      copyEscapedSimd(Buffer.from('{"driven":"out"}'), 0, 16, false, new Uint8Array(99), 0)
      expect(other).toEqual(one)
      one.row++
      other.row++
    }
    expect(one.row).toBe(block.count + 1)
    expect(Buffer.compare(simd, plain)).toBe(0)
  })
})

describe('the two ways to identities', () => {
  const random = new Random(27)
  const text = (length: number): string => `{"a":"${'é<'.repeat(length)}${'x'.repeat(random.below(80))}"}`
  const lengths = [0, 20, 70, 340, 341, 342, 700, 1_400, 10_000]

  it('lead to the same, however long the records are and wherever they stand', () => {
    for (let i = 0; i < 400; i++) {
      const texts = Array.from({ length: 1 + random.below(20) }, () =>
        random.once(3)
          ? objectText(random, random.pick(layouts))
          : random.pick([text(random.pick(lengths)), 'no record', '7']),
      )
      if (random.once(40)) texts.push(text(200_000), text(10))
      const reader = new RecordReader({ members: wantedMembers, maxRows: 1 + random.below(30) })
      const bytes = Buffer.from(texts.join('\n'))
      for (const block of [...reader.blocks(bytes), ...reader.end()].slice(-1)) {
        const ids = block.identities()
        for (let row = 0; row < block.count; row++) {
          const record = block.bytes.subarray(block.start(row), block.end(row))
          const line = block.spansLines(row) ? joinLines(record, 0, record.length) : record
          expect(ids.get(row)).toBe(contentDigits(line))
          expect(recordId(block.bytes, block.start(row), block.end(row))).toBe(ids.get(row))
        }
      }
    }
  })

  it('lead to the same for any bytes of any length', () => {
    const bytes = Uint8Array.from({ length: 70_000 }, () => random.below(256))
    for (const length of [...Array(200).keys(), 1_023, 1_024, 1_025, 2_048, 3_072, 3_073, 5_121, 65_537]) {
      const from = random.below(4_000)
      const part = bytes.subarray(from, from + length)
      expect(contentDigitsSimd(part)).toBe(contentDigits(part))
    }
  })
})

describe('what the core holds of another text', () => {
  const frame: EventFrame = {
    beforeTime: Buffer.from('<event>'),
    beforeId: Buffer.from('<data>'),
    variants: [Buffer.alloc(0)],
    afterRecord: Buffer.from('\n'),
  }
  const written = (block: RecordBlock): string => {
    const out = new Uint8Array(1 << 20)
    const progress: Progress = { row: 0, at: 0 }
    const ids = new Identities(block.count, 1)
    block.writeEvents(frame, { times: block.instants(0), ids }, out, progress)
    return Buffer.from(out.subarray(0, progress.at)).toString()
  }
  const page = (name: string, padding: number): Buffer =>
    Buffer.from(
      JSON.stringify({
        rows: [{ [name]: 1, timestamp: '2026-01-01T00:00:00Z' }, { [name]: 2 }],
        padding: ' '.repeat(padding),
      }),
    )

  it('is not taken for a page that is too long for it', () => {
    const read = (bytes: Buffer): string => written(readPage(bytes, ['rows'], [['timestamp']]).records)
    const small = read(page('a', 0))
    expect(read(page('b', 1 << 24))).toBe(small.replaceAll('"a"', '"b"'))
  })

  it('is not taken for what a reader has moved meanwhile', () => {
    const reader = new RecordReader({ members: [['timestamp']] })
    const texts: string[] = []
    for (const line of ['{"a":1}\n{"a":2}\nnot', ' a record\n', 'nor this\n{"b":3}\n', '{"b":4}\n'])
      for (const block of reader.blocks(Buffer.from(line))) {
        const faulty = Array.from({ length: block.count }, (_, row) => block.fault(row) !== 0)
        texts.push(faulty.every(Boolean) ? 'faulty' : written(block))
      }
    expect(texts.join('')).toBe('<event><data>,"a":1}\n<event><data>,"a":2}\nfaulty<event><data>,"b":4}\n')
  })
})

describe('the two readers of instants', () => {
  it('read the same', () => {
    const random = new Random(26)
    const two = (most: number): string => String(random.below(most + 2)).padStart(2, '0')
    const text = (): string => {
      const date = `${two(99)}${two(99)}-${two(13)}-${two(32)}`
      const fraction = random.once(2) ? random.pick(['.', ',']) + '0123456789'.slice(random.below(11)) : ''
      const zone = random.pick(['Z', 'z', '', '+01:00', '-0530', '+23', '-24', '+1', 'Z ', '+01:60', '+'])
      return `${date}${random.pick(['T', 't', ' ', 'x'])}${two(24)}:${two(60)}${random.once(5) ? '' : `:${two(60)}${fraction}`}${zone}`
    }
    const spoilt = (instant: string): string => {
      if (!random.once(4)) return instant
      const at = random.below(instant.length)
      return `${instant.slice(0, at)}${random.pick(['0', '9', 'x', '\\u002b', '-', ''])}${instant.slice(at + 1)}`
    }
    const texts = Array.from({ length: 30_000 }, () => spoilt(text()))
    const reader = new RecordReader({ members: [['a']], maxRows: 100_000 })
    const [block] = reader.blocks(
      Buffer.from(texts.map((instant) => `{"a":${random.once(20) ? '170' : `"${instant}"`}}`).join('\n')),
    )
    if (block === undefined) throw new Error('the text has no records')
    const found = block.instants(0)
    const wanted = Float64Array.from({ length: block.count }, (_, row) =>
      parseInstant(block.bytes, block.memberStart(row, 0), block.memberEnd(row, 0)),
    )
    expect(found).toEqual(wanted)
    expect(wanted.filter((time) => !Number.isNaN(time)).length).toBeGreaterThan(3_000)
  })
})
