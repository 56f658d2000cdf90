// Measures the built package as splunkd runs it, interleaved with its peers, and writes docs/performance.md.
// node scripts/bench.ts [--size quick|full|<records>] [--rounds N] [--only etd,gzip,tmes,pangea,verify,start]
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { type Comparison, compare, tableOf, textOf } from '../tests/performance/compare.ts'
import { contendersFor, Installed } from '../tests/performance/contenders.ts'
import { requireHostTools } from '../tests/performance/measure.ts'
import { measureStartUp } from '../tests/performance/start-up.ts'
import { targetTable } from '../tests/performance/targets.ts'
import { etdObjects, pangeaPages, trendMicroPages, type Workload } from '../tests/performance/workloads.ts'
import { projectRoot } from './package/project.ts'

const { values } = parseArgs({
  options: {
    size: { type: 'string', default: 'quick' },
    rounds: { type: 'string', default: '5' },
    only: { type: 'string', default: '' },
  },
})
const rounds = Number(values.rounds)
/** Starts are over in no time, and close to what they have to keep within. */
const startRounds = Math.max(rounds, 9)
const quick = 200_000
const million = 1_000_000
const isFull = values.size === 'full'
const wanted = (name: string): boolean => values.only === '' || values.only.split(',').includes(name)

/** Where a stand-in would take longer to make the records than anyone to collect them, there are fewer of them. */
const kinds: readonly {
  readonly name: string
  /** Fewer than any size asks for, for those contenders that can do no more. */
  readonly few?: number
  readonly most: number
  make(records: number): Promise<Workload>
}[] = [
  { name: 'etd', few: 2 * quick, most: 4 * million, make: (records) => etdObjects(records, 'plain') },
  { name: 'gzip', most: 4 * million, make: (records) => etdObjects(records, 'gzip') },
  { name: 'tmes', most: million, make: trendMicroPages },
  { name: 'pangea', most: 2 * quick, make: (records) => pangeaPages(records, false) },
  { name: 'verify', most: quick, make: (records) => pangeaPages(records, true) },
]
const sizes = isFull ? [million, 4 * million] : [Number(values.size) || quick]

requireHostTools()
const installed = await Installed.open()
const comparisons: Comparison[] = []
for (const { few, most, make } of kinds.filter((kind) => wanted(kind.name))) {
  const of = isFull && few !== undefined ? [few, ...sizes] : sizes
  for (const records of new Set(of.map((size) => Math.min(size, most)))) {
    const work = await make(records)
    const contenders = await contendersFor(installed, work, records)
    const comparison = await compare(work.name, records, contenders, rounds)
    await work.stop()
    comparisons.push(comparison)
    console.log(tableOf(comparison))
  }
}
const startUp = wanted('start') ? await measureStartUp(installed, startRounds) : undefined
await installed.splunkd.stop()

const start = startUp && [
  '### Start',
  '',
  '| against the bare runtime with an empty script | CPU | time |',
  '| --- | --- | --- |',
  `| \`--scheme\` | ${textOf(startUp.scheme.cpu)} | ${textOf(startUp.scheme.wall)} |`,
  `| a run with nothing new | ${textOf(startUp.idle.cpu)} | ${textOf(startUp.idle.wall)} |`,
  `| a first run, to its first record on the pipe | | ${textOf(startUp.firstRecord)} |`,
  '',
]
const targets = targetTable(comparisons, startUp)
console.log([...(start ?? []), targets].join('\n'))
if (values.only === '') publish()

function publish(): void {
  const path = join(projectRoot, 'docs', 'performance.md')
  const [begin, end] = ['<!-- figures: begin -->', '<!-- figures: end -->']
  const page = existsSync(path) ? readFileSync(path, 'utf8') : `${begin}\n${end}\n`
  const [from, to] = [page.indexOf(begin), page.indexOf(end)]
  if (from < 0 || to < from) throw new Error(`${path} has no place for the figures.`)
  const figures = [
    `\`npm run bench -- --size ${values.size} --rounds ${rounds}\`: Node.js ${process.version}, ${cpus().length} × ` +
      `${cpus()[0]?.model ?? 'a processor'}. Medians (of two middle ones the higher), least and most of ${rounds} rounds, of starts ${startRounds}.`,
    '',
    targets,
    ...comparisons.map(tableOf),
    ...(start ?? []),
  ].join('\n')
  writeFileSync(path, `${page.slice(0, from)}${begin}\n\n${figures}\n${page.slice(to)}`)
  console.log(`Written to ${path}.`)
}
