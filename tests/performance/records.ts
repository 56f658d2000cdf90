// Speed of the way of a record, by step: run by hand with `node tests/performance/records.ts [records]`.
// Steps are interleaved and the median of several rounds is printed, for one machine and one run only.
import { type MemberPath, maxEscapedLength, type RecordBlock } from '../../src/records/block.ts'
import { recordId } from '../../src/records/identity.ts'
import { formatSeconds, parseInstant } from '../../src/records/instant.ts'
import { readPage } from '../../src/records/page.ts'
import { RecordReader } from '../../src/records/reader.ts'
import { emailSecurityRecord, messageRecord } from './sample-records.ts'

const records = Number(process.argv[2] ?? 20_000)
const rounds = 7
const chunkBytes = 64 * 1024
const messageMembers = [
  ['message', 'timestamp'],
  ['message', 'verdict', 'timestamp'],
  ['message', 'action', 'timestamp'],
  ['logDate'],
  ['logHour'],
] as const satisfies MemberPath[]
const trackingMembers = [['genTime'], ['timestamp'], ['mailID']] as const satisfies MemberPath[]

const lines = Buffer.from(`${Array.from({ length: records }, (_, i) => messageRecord(i)).join('\n')}\n`)
const pageRecords = 500
const pages = Array.from({ length: Math.ceil(records / pageRecords) }, (_, page) => {
  const logs = Array.from({ length: pageRecords }, (_, i) => emailSecurityRecord(page * pageRecords + i))
  return Buffer.from(`{"nextToken":"abc","logs":[${logs.join(',')}]}`)
})
const pageBytes = pages.reduce((sum, page) => sum + page.length, 0)
const out = new Uint8Array(maxEscapedLength(1 << 20))

type Step = (block: RecordBlock, row: number) => number

interface Work {
  readonly name: string
  readonly bytes: number
  readonly records: number
  run(): number
}

function streamed(each: Step): () => number {
  return () => {
    let sum = 0
    const reader = new RecordReader({ members: messageMembers })
    for (let at = 0; at < lines.length; at += chunkBytes) {
      for (const block of reader.blocks(lines.subarray(at, at + chunkBytes))) {
        for (let row = 0; row < block.count; row++) sum += each(block, row)
      }
    }
    return sum
  }
}

function paged(each: Step): () => number {
  return () => {
    let sum = 0
    for (const page of pages) {
      const { records: block } = readPage(page, ['logs'], trackingMembers)
      for (let row = 0; row < block.count; row++) sum += each(block, row)
    }
    return sum
  }
}

const steps: readonly [string, Step][] = [
  ['scan', () => 1],
  [
    'scan + time',
    (b, row) => formatSeconds(parseInstant(b.bytes, b.memberStart(row, 0), b.memberEnd(row, 0))).length,
  ],
  ['scan + id', (b, row) => recordId(b.bytes, b.start(row), b.end(row), b.spansLines(row)).length],
  ['scan + escape', (b, row) => b.copyEscaped(row, b.start(row) + 1, out, 0)],
]

const works: Work[] = [
  ...steps.map(([name, each]) => ({
    name: `ETD lines: ${name}`,
    bytes: lines.length,
    records,
    run: streamed(each),
  })),
  ...steps.map(([name, each]) => ({
    name: `TMES pages: ${name}`,
    bytes: pageBytes,
    records: pages.length * pageRecords,
    run: paged(each),
  })),
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

console.log(
  `${records} records, ${(lines.length / records).toFixed(0)} bytes each (ETD), ${(pageBytes / pages.length / pageRecords).toFixed(0)} (TMES)`,
)
for (const [work, times] of seconds) {
  const median = times.sort((a, b) => a - b)[times.length >> 1] ?? 0
  const perRecord = (median / work.records) * 1e9
  console.log(
    `${work.name.padEnd(28)} ${perRecord.toFixed(0).padStart(6)} ns/record ${(work.bytes / median / 1e6).toFixed(0).padStart(6)} MB/s`,
  )
}
