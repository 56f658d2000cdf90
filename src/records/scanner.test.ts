import { describe, expect, it } from 'vitest'
import type { MemberPath } from './block.ts'
import { deepestRecord, faultBits, faultTooDeep, rowColumns, rowFlags, Scanner } from './scanner.ts'
import { manyLines, mutated, objectText, oneLine, wantedMembers } from './testing/json-text.ts'
import { Random } from './testing/random.ts'

const scanner = new Scanner(wantedMembers, 1)

/** Whether the scanner takes the text as one JSON value. */
function accepts(text: string): boolean {
  const length = Buffer.byteLength(text)
  const bytes = new Uint8Array(length + 1)
  bytes.set(Buffer.from(text))
  scanner.count = 0
  scanner.openRow(0)
  const end = scanner.record(bytes, 0)
  if (end < 0) {
    expect(scanner.failedAt).toBeLessThanOrEqual(length)
    return false
  }
  return /^[ \t\r\n]*$/.test(Buffer.from(bytes.subarray(end, length)).toString('latin1'))
}

function parses(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

/** The text of each wanted member, as the scanner tells. */
function membersOf(text: string, paths: readonly MemberPath[]): (string | undefined)[] {
  const own = new Scanner(paths, 1)
  const bytes = Buffer.from(`${text}\0`)
  own.openRow(0)
  expect(own.record(new Uint8Array(bytes), 0)).toBe(bytes.length - 1)
  return paths.map((_, slot) => {
    const at = rowColumns + 2 * (own.members.columns[slot] ?? -1)
    const start = own.rows[at] ?? -1
    return start < 0 ? undefined : bytes.subarray(start, own.rows[at + 1]).toString()
  })
}

function valueAt(document: unknown, path: MemberPath): unknown {
  let value = document
  for (const name of path) {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined
    value = Object.getOwnPropertyDescriptor(value, name)?.value
  }
  return value
}

describe('the grammar', () => {
  it.each([
    '{}',
    ' {"a" : [ ] , "b":{ } } ',
    '[1,-0,0.5,1e5,1E-5,123456789012345678901234567890]',
    '"\\u00e9\\"\\\\\\/\\b\\f\\n\\r\\t\u007f"',
    'true',
    'null',
    '{"":{"":""}}',
  ])('takes %s', (text) => {
    expect(accepts(text)).toBe(true)
  })

  it.each([
    '',
    '{',
    '{"a"}',
    '{"a":}',
    '{"a":1,}',
    '{,}',
    '{"a":1 "b":2}',
    '{a:1}',
    "{'a':1}",
    '[1,]',
    '[,1]',
    '[1 2]',
    '{]',
    '[}',
    '01',
    '-',
    '+1',
    '1.',
    '.5',
    '1e',
    '1e+',
    'NaN',
    'tru',
    'True',
    'nulL',
    '"\\x"',
    '"\\u12g4"',
    '"\\u123"',
    '"a',
    '"\n"',
    '"\t"',
    '"\0"',
    '{}}',
    '{} {}',
    '\ufeff{}',
    '\u00a0{}',
    '{"a":1/**/}',
  ])('refuses %j', (text) => {
    expect(accepts(text)).toBe(false)
  })

  it('takes what JSON.parse takes, and nothing else', () => {
    const random = new Random(1)
    let taken = 0
    for (let i = 0; i < 20_000; i++) {
      const text = objectText(random, random.pick([oneLine, manyLines]))
      const candidate = random.once(4) ? text : mutated(random, text)
      const expected = parses(candidate)
      if (accepts(candidate) !== expected)
        expect.fail(`${expected ? 'refuses' : 'takes'} ${JSON.stringify(candidate)}`)
      if (expected) taken++
    }
    expect(taken).toBeGreaterThan(5_000)
    expect(taken).toBeLessThan(15_000)
  })

  it('flags records that are nested too deep', () => {
    const nested = (depth: number) => `${'{"a":['.repeat(depth / 2)}${']}'.repeat(depth / 2)}`
    expect(accepts(nested(deepestRecord))).toBe(true)
    expect((scanner.rows[rowFlags] ?? 0) & faultBits).toBe(0)
    expect(accepts(nested(deepestRecord + 2))).toBe(true)
    expect((scanner.rows[rowFlags] ?? 0) & faultBits).toBe(faultTooDeep)
    expect(accepts(nested(1_000_000))).toBe(false)
  })
})

describe('wanted members', () => {
  it.each([
    ['{"timestamp":1}', [['timestamp']], ['1']],
    ['{"x":"\\"timestamp\\":2","timestamp":1}', [['timestamp']], ['1']],
    ['{"x":{"timestamp":2}}', [['timestamp']], [undefined]],
    ['{"x":[{"timestamp":2}],"y":["timestamp",3]}', [['timestamp']], [undefined]],
    ['{"message":[{"timestamp":2}]}', [['message', 'timestamp']], [undefined]],
    ['{"message":{"message":{"timestamp":2}}}', [['message', 'timestamp']], [undefined]],
    ['{"timestamp":1,"timestamp": "two" }', [['timestamp']], ['"two"']],
    ['{"message":{"timestamp":1},"message":{}}', [['message', 'timestamp'], ['message']], [undefined, '{}']],
    ['{"time\\u0073tamp":1}', [['timestamp']], ['1']],
    ['{"\\ud834\\udd1e\\/\\n":1}', [['𝄞/\n']], ['1']],
    ['{"\\ud834":1,"\\ud834x":2}', [['𝄞'], ['�']], [undefined, undefined]],
    [
      '{"timestamp":{"a":[1, 2]} ,"b":3}',
      [['timestamp'], ['b'], ['timestamp']],
      ['{"a":[1, 2]}', '3', '{"a":[1, 2]}'],
    ],
    ['{"timestamps":1,"timestam":2,"":3}', [['timestamp'], ['']], [undefined, '3']],
  ])('of %s', (text, paths, expected) => {
    expect(membersOf(text, paths)).toEqual(expected)
  })

  it('are those that JSON.parse finds', () => {
    const random = new Random(2)
    let found = 0
    for (let i = 0; i < 10_000; i++) {
      const text = objectText(random, random.pick([oneLine, manyLines]))
      const document: unknown = JSON.parse(text)
      for (const [slot, member] of membersOf(text, wantedMembers).entries()) {
        const value = member === undefined ? undefined : JSON.parse(member)
        expect(value, text).toEqual(valueAt(document, wantedMembers[slot] ?? []))
        if (member !== undefined) found++
      }
    }
    expect(found).toBeGreaterThan(10_000)
  })

  it('need a name', () => {
    expect(() => new Scanner([[]], 1)).toThrow(RangeError)
  })
})
