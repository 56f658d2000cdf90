// Speed of the way of a record, by step: run by hand with `node tests/performance/records.ts [records]`.
// Steps are interleaved and the median of several rounds is printed, for one machine and one run only.
import { type MemberPath, maxEscapedLength, type RecordBlock } from '../../src/records/block.ts'
import { copyEscaped } from '../../src/records/escape.ts'
import { formatSeconds, parseInstant } from '../../src/records/instant.ts'
import { readPage } from '../../src/records/page.ts'
import { RecordReader } from '../../src/records/reader.ts'
import { rowEnd, Scanner } from '../../src/records/scanner.ts'
import { simdCore } from '../../src/records/simd-core.ts'
import { SimdScanner } from '../../src/records/simd-scanner.ts'
import { copyEscapedSimd } from '../../src/records/simd-text.ts'
import { emailSecurityRecord, messageRecord } from './sample-records.ts'

const records = Number(process.argv[2] ?? 20_000)
const rounds = 7
const chunkBytes = 64 * 1024
const recordsOfPage = 500
const messageMembers: readonly MemberPath[] = [
  ['message', 'timestamp'],
  ['message', 'verdict', 'timestamp'],
  ['message', 'action', 'timestamp'],
  ['logDate'],
  ['logHour'],
]
const trackingMembers: readonly MemberPath[] = [['genTime'], ['timestamp'], ['mailID']]

interface Work {
  readonly name: string
  readonly bytes: number
  readonly records: number
  /** Returns something that depends on all of the work. */
  run(): number
}
type Step = (block: RecordBlock, row: number) => number

const out = new Uint8Array(maxEscapedLength(1 << 16))
const steps: readonly [string, Step][] = [
  ['scan', () => 1],
  [
    'scan, time',
    (b, row) => formatSeconds(parseInstant(b.bytes, b.memberStart(row, 0), b.memberEnd(row, 0))).length,
  ],
  ['scan, id', (b, row) => (row === 0 ? b.identities().bytes.length : 0)],
  ['scan, escape', (b, row) => b.copyEscaped(row, b.start(row) + 1, out, 0)],
]

function stream(name: string, record: (i: number) => string, members: readonly MemberPath[]): Work[] {
  const lines = Buffer.from(`${Array.from({ length: records }, (_, i) => record(i)).join('\n')}\n`)
  return steps.map(([step, each]) => ({
    name: `${name}: ${step}`,
    bytes: lines.length,
    records,
    run: () => {
      let sum = 0
      const reader = new RecordReader({ members })
      for (let at = 0; at < lines.length; at += chunkBytes) {
        for (const block of reader.blocks(lines.subarray(at, at + chunkBytes))) {
          for (let row = 0; row < block.count; row++) sum += each(block, row)
        }
      }
      return sum
    },
  }))
}

function paged(name: string, record: (i: number) => string, members: readonly MemberPath[]): Work[] {
  const pages = Array.from({ length: Math.ceil(records / recordsOfPage) }, (_, page) => {
    const logs = Array.from({ length: recordsOfPage }, (_, i) => record(page * recordsOfPage + i))
    return Buffer.from(`{"nextToken":"abc","logs":[${logs.join(',')}]}`)
  })
  return steps.map(([step, each]) => ({
    name: `${name}: ${step}`,
    bytes: pages.reduce((sum, page) => sum + page.length, 0),
    records: pages.length * recordsOfPage,
    run: () => {
      let sum = 0
      for (const page of pages) {
        const { records: block } = readPage(page, ['logs'], members)
        for (let row = 0; row < block.count; row++) sum += each(block, row)
      }
      return sum
    },
  }))
}

/** The core and its plain twins on the same text. */
function twins(): Work[] {
  const core = simdCore()
  if (core === null) return []
  const lines = Buffer.from(Array.from({ length: records }, (_, i) => messageRecord(i)).join('\n'))
  const text = new Uint8Array(lines.length + 1)
  text.set(lines)
  const both = [
    { twin: 'core', scanner: new SimdScanner(core, messageMembers, 1000), copy: copyEscapedSimd },
    { twin: 'plain', scanner: new Scanner(messageMembers, 1000), copy: copyEscaped },
  ]
  return both.flatMap(({ twin, scanner, copy }) => {
    const scan = (each: (start: number, end: number) => number): number => {
      let sum = 0
      for (let at = 0; at < lines.length; ) {
        scanner.count = 0
        at = scanner.records(text, at, lines.length, 1000, 1e9)
        for (let row = 0; row < scanner.count; row++) {
          const place = row * scanner.stride
          sum += each(scanner.rows[place] ?? 0, scanner.rows[place + rowEnd] ?? 0)
        }
      }
      return sum
    }
    return [
      { name: `${twin}: scan`, run: () => scan((start, end) => end - start) },
      {
        name: `${twin}: scan, escape`,
        run: () => scan((start, end) => copy(text, start, end, false, out, 0)),
      },
    ].map((work) => ({ ...work, bytes: lines.length, records }))
  })
}

const indented = (i: number): string => JSON.stringify(JSON.parse(emailSecurityRecord(i)), null, 1)
const works: Work[] = [
  ...stream('ETD lines', messageRecord, messageMembers),
  ...paged('TMES pages', emailSecurityRecord, trackingMembers),
  ...paged('TMES indented', indented, trackingMembers),
  ...twins(),
]

const seconds = new Map(works.map((work) => [work, [] as number[]]))
for (let round = 0; round <= rounds; round++) {
  for (const work of works) {
    const start = process.cpuUsage()
    if (work.run() === 0) throw new Error('Nothing was done.')
    const { user, system } = process.cpuUsage(start)
    if (round > 0) seconds.get(work)?.push((user + system) / 1e6)
  }
}

for (const [work, times] of seconds) {
  const median = times.sort((a, b) => a - b)[times.length >> 1] ?? 0
  const columns = [
    work.name.padEnd(28),
    `${(work.bytes / work.records).toFixed(0).padStart(5)} bytes/record`,
    `${((median / work.records) * 1e9).toFixed(0).padStart(6)} ns/record`,
    `${(work.bytes / median / 1e6).toFixed(0).padStart(6)} MB/s`,
  ]
  console.log(columns.join(' '))
}
