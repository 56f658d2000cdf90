import { afterEach, describe, expect, it, vi } from 'vitest'
import type { RecordBlock } from '../../records/block.ts'
import { recordId } from '../../records/identity.ts'
import { readPage } from '../../records/page.ts'
import { RecordReader } from '../../records/reader.ts'
import { Random } from '../../records/testing/random.ts'
import { restoreWebAssembly } from '../../records/testing/web-assembly.ts'
import { members } from './api.ts'
import { canonicalBytes, envelopeHash } from './integrity/index.ts'

const names = [
  ...'cdefghijklmnop',
  '',
  'a',
  'ab',
  'abcdefg',
  'abcdefgh',
  'abcdefgi',
  'abcdefghi',
  'b',
  'A',
  ' ',
  '!',
  '"',
  '\\',
  'tab\t',
]
const farNames = [
  'é',
  'ä',
  '한',
  '\ud7ff',
  '\ue000',
  '\uff5e',
  '😀',
  '\u{10ffff}',
  'é\ue000',
  'longer than a step, é',
]
const texts = [
  '',
  'plain',
  'of several steps: 16 bytes each, and some more',
  '"\\/\b\f\n\r\t\u0000\u001f\u007f',
  'é한😀\ud800',
  '\udc00\ud800\udc00 \u2028\ufffe\uffff',
  '{"b":[1, 2],"a":"\\"}"}',
  ' : , [ ] { } ',
]
const scalars = ['0', '-0', '-0.0', '1.0', '1E+2', '1e400', '12345678901234567890', 'true', 'false', 'null']

/** Random JSON text: anything that the grammar allows. */
class JsonText {
  readonly #random: Random
  /** Whether there is anything in the text that the core may leave out. */
  isOdd = false

  constructor(random: Random) {
    this.#random = random
  }

  space(): string {
    return this.#random.pick(['', '', '', '', ' ', '\n', '\r\n\t', '  '.repeat(20)])
  }

  value(depth: number): string {
    const kind = this.#random.below(depth > 6 ? 5 : 10)
    if (kind < 2) return this.#random.pick(scalars)
    if (kind < 5) return this.string(this.#random.pick(texts).repeat(1 + this.#random.below(3)))
    if (kind < 9) return this.object(depth)
    return this.list('[', ']', this.#random.below(4), () => this.value(depth + 1))
  }

  object(depth: number): string {
    const used = new Set<string>()
    const count = this.#random.below(this.#random.once(50) ? 80 : 6)
    if (count > 64) this.isOdd = true
    return this.list('{', '}', count, (number) => {
      const listed = this.#random.pick(this.#random.once(9) ? farNames : names)
      const name = count > 6 ? `${listed}${number % 75}` : listed
      const text = this.string(name)
      if (used.has(name) || /[\\\ud800-\udbff\ue000-\uffff]/.test(text)) this.isOdd = true
      used.add(name)
      return `${text}${this.space()}:${this.space()}${this.value(depth + 1)}`
    })
  }

  list(open: string, close: string, count: number, item: (number: number) => string): string {
    const items = Array.from(
      { length: count },
      (_, number) => `${this.space()}${item(number)}${this.space()}`,
    )
    return `${open}${items.length === 0 ? this.space() : items.join(',')}${close}`
  }

  /** A string, now and then with escapes where none are needed. */
  string(text: string): string {
    const literal = JSON.stringify(text)
    if (!this.#random.once(4)) return literal
    const units = Array.from({ length: text.length }, (_, i) => {
      if (text[i] === '/' && this.#random.once(2)) return '\\/'
      const digits = text.charCodeAt(i).toString(16).padStart(4, '0')
      return this.#random.once(2) ? `\\u${this.#random.once(2) ? digits.toUpperCase() : digits}` : undefined
    })
    return `"${units.map((unit, i) => unit ?? JSON.stringify(text[i]).slice(1, -1)).join('')}"`
  }
}

/** The records of a page, each with one of these values, and that value in canonical form as the core writes it, by row. */
function written(values: readonly string[], padding = 0): (string | undefined)[] {
  const rows = values.map((value) => `{"x":1,"v": ${value} ,"y":2}`).join(',')
  const page = Buffer.from(`{"padding":"${'x'.repeat(padding)}","rows":[${rows}]}`)
  return writtenOf(readPage(page, ['rows'], [['v']]).records)
}

function writtenOf(records: RecordBlock): (string | undefined)[] {
  const found: (string | undefined)[] = Array(records.count).fill(undefined)
  records.canonical(0, (row, text) => {
    found[row] = Buffer.from(text).toString()
  })
  return found
}

const plain = (value: string): string => canonicalBytes(Buffer.from(value)).toString()

describe('the two writers of the canonical form', () => {
  it('write the same, and what is ordinary is written by the fast one', () => {
    const random = new Random(27)
    let odd = 0
    let ordinary = 0
    for (let i = 0; i < 400; i++) {
      const texts = Array.from({ length: 1 + random.below(40) }, () => new JsonText(random))
      const values = texts.map((text) => (random.once(3) ? text.value(0) : text.object(0)))
      const found = written(values, random.below(200_000))
      for (const [row, value] of values.entries()) {
        if (found[row] === undefined) {
          expect(texts[row]?.isOdd, value).toBe(true)
          odd++
        } else {
          expect(found[row]).toBe(plain(value))
          ordinary++
        }
      }
    }
    expect(odd).toBeGreaterThan(1_500)
    expect(ordinary).toBeGreaterThan(3_500)
  })

  it('write the same of any length', () => {
    const lengths = [...Array(70).keys(), 1_000, 40_000]
    const values = lengths.map(
      (length) => `{"b": "${'é'.repeat(length)}" , "${'a'.repeat(length)}": [${length}]}`,
    )
    for (const padding of [0, 60_000, 64_000, 64_500, 65_000]) {
      for (const [row, value] of values.entries()) {
        const [found] = written([value], padding + row)
        expect(found).toBe(plain(value))
      }
    }
    expect(written([`"${'x'.repeat(300_000)}"`, '{ }', `"${'x'.repeat(1 << 20)}"`, '[ ]'])).toEqual([
      undefined,
      '{}',
      undefined,
      '[]',
    ])
  })

  it('agree on what is too deep or has too many members', () => {
    const lists = (depth: number) => `${'[ '.repeat(depth)}1${']'.repeat(depth)}`
    const objects = (depth: number) => `${'{"b":0,"a":'.repeat(depth)}1${'}'.repeat(depth)}`
    const members = (count: number) =>
      `{${Array.from({ length: count }, (_, i) => `"${1_000 - i}": {"d":1,"c":2}`).join(',')}}`
    const fitting = [lists(16), objects(16), members(64), `[${members(64)},${members(64)}]`]
    expect(written(fitting)).toEqual(fitting.map(plain))
    expect(written([lists(17), objects(17), members(65)])).toEqual([undefined, undefined, undefined])
  })

  it('agree after another text has driven out this one', () => {
    const values = Array.from({ length: 3_000 }, (_, i) => `{"b":${i}, "a": "${'x'.repeat(i % 900)}"}`)
    const reader = new RecordReader({ members: [['v']], maxRows: 10_000 })
    const [records] = reader.blocks(Buffer.from(values.map((value) => `{"v":${value}}\n`).join('')))
    if (records === undefined) throw new Error('the text has no records')
    for (const _ of [0, 1]) {
      expect(writtenOf(records)).toEqual(values.map(plain))
      written(['"driven out"'])
    }
  })

  it('write whole records too', () => {
    const page = Buffer.from('[{"v":1,"a":[ ]},7,{"v":1,"v":2},{"b":{"d":1,"c":2}}]')
    const found: [number, string][] = []
    const { records } = readPage(page, [], [['v']])
    records.canonical(undefined, (row, text) => found.push([row, Buffer.from(text).toString()]))
    expect(found).toEqual([
      [0, '{"a":[],"v":1}'],
      [3, '{"b":{"c":2,"d":1}}'],
    ])
  })

  it('are not asked for what is no record, or lacks the member', () => {
    const page = Buffer.from('{"rows":[{"v":1},7,{"w":2},{"v":{}}]}')
    expect(writtenOf(readPage(page, ['rows'], [['v']]).records)).toEqual(['1', undefined, undefined, '{}'])
  })
})

describe('the identity of a record', () => {
  afterEach(restoreWebAssembly)

  const envelopes = ['{"b":1, "a":2}', '{"\\u0061":1}', '{"a":1,"a":2}', '"x"', '{"event":{"\ue000":1}}']
  const page = Buffer.from(`[${envelopes.map((envelope) => `{"envelope":${envelope}}`).join(',')},{},7]`)
  const wanted = [
    ...envelopes.map((envelope) => envelopeHash(Buffer.from(envelope), 0, Buffer.byteLength(envelope))),
    recordId(Buffer.from('{}'), 0, 2),
    recordId(Buffer.from('7'), 0, 1),
  ]

  it.each(['with', 'without'])('is the same %s WebAssembly', async (how) => {
    vi.resetModules()
    if (how === 'without') vi.stubGlobal('WebAssembly', undefined)
    const { readPage: read } = await import('../../records/page.ts')
    const { stamp } = await import('./stamp.ts')
    const { records } = read(page, [], members)
    const unknown = { bytes: 0, id: undefined, count: 0, root: undefined, unpublishedRoot: undefined }
    const { ids } = stamp({ records, ...unknown })
    expect(wanted.map((_, row) => ids.get(row))).toEqual(wanted)
  })
})
